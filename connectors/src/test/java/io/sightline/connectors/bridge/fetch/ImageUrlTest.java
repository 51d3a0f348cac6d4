package io.sightline.connectors.bridge.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.schemas.request.InvalidRequestException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageUrlTest {
    private final FetchSettings settings = new FetchSettings(true, List.of("Shop.example", "*.cdn.example"), List.of(80, 443, 8443), 1000, 1);

    @Test
    void shouldTakeAUrlOfAnAllowedHost() {
        assertThat(ImageUrl.of("http://shop.example", settings)).isEqualTo(new ImageUrl(false, "shop.example", 80, "/"));
        assertThat(ImageUrl.of("HTTPS://SHOP.example/a%20b.jpg?x=1&y=%2F", settings)).isEqualTo(new ImageUrl(true, "shop.example", 443, "/a%20b.jpg?x=1&y=%2F"));
        assertThat(ImageUrl.of("https://a.b.cdn.example:8443/p", settings)).isEqualTo(new ImageUrl(true, "a.b.cdn.example", 8443, "/p"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "ftp://shop.example/a | (expected: http:// or https://)",
            "file:///etc/passwd | (expected: http:// or https://)",
            "http:shop.example | (expected: http:// or https://)",
            "shop.example/a.jpg | (expected: http:// or https://)",
            "http:///a.jpg | (expected: a host's name",
            "http://user@shop.example/ | (expected: a host's name, no user",
            "http://shop.example@evil.example/ | (expected: a host's name, no user",
            "http://shop.example/#x | (expected: a host's name, no user and no fragment",
            "http://shop.exämple/ | (expected: ",
            "http://shop.example/ä | (expected: a host's name, no user and no fragment, all in ASCII",
            "http://shop.example\\@evil.example/ | (expected: an absolute URL",
            "http://shop.example/a b | (expected: an absolute URL",
            "http://evil.example/ | image_url: host 'evil.example' (expected: one that this server fetches from)",
            "http://shop.example.evil.example/ | image_url: host 'shop.example.evil.example'",
            "http://cdn.example/ | image_url: host 'cdn.example'",
            "http://evilcdn.example/ | image_url: host 'evilcdn.example'",
            "http://127.0.0.1/ | image_url: host '127.0.0.1'",
            "http://[::1]/ | image_url: host '[::1]'",
            "http://[::ffff:127.0.0.1]/ | image_url: host '[::ffff:127.0.0.1]'",
            "http://shop.example:22/ | image_url: port 22 (expected: one that this server fetches from)",
            "http://shop.example:0/ | image_url: port 0",
            "http://shop.example:99999/ | image_url: port 99999"})
    void shouldRefuseAnyOther(String url, String message) {
        assertThatThrownBy(() -> ImageUrl.of(url, settings)).isInstanceOf(InvalidRequestException.class).hasMessageStartingWith("image_url: ").hasMessageContaining(message);
    }

    @Test
    void shouldRefuseAUrlThatIsOneCharacterTooLong() {
        String longest = "http://shop.example/" + "x".repeat(2000 - 20);
        assertThat(ImageUrl.of(longest, settings).target()).hasSize(1981);
        assertThatThrownBy(() -> ImageUrl.of(longest + "x", settings)).hasMessage("image_url: 2001 characters (expected: at most 2000)");
    }

    @Test
    void shouldRefuseSettingsThatCannotBe() {
        assertThatThrownBy(() -> new FetchSettings(true, List.of(), List.of(80), 1, 1)).hasMessage("hosts: none, and enabled (expected: at least one)");
        assertThatThrownBy(() -> new FetchSettings(true, List.of("a"), List.of(), 1, 1)).hasMessage("ports: none, and enabled (expected: at least one)");
        assertThatThrownBy(() -> new FetchSettings(false, List.of("*"), List.of(80), 1, 1)).hasMessage("hosts: '*' (expected: such as shop.example or *.shop.example)");
        assertThatThrownBy(() -> new FetchSettings(false, List.of("a/b"), List.of(80), 1, 1)).hasMessageStartingWith("hosts: 'a/b'");
        assertThatThrownBy(() -> new FetchSettings(false, List.of(), List.of(65536), 1, 1)).hasMessage("ports: 65536 (expected: 1..65535)");
    }
}
