package io.sightline.connectors.bridge;

import static io.sightline.connectors.testing.RawHttp.head;
import static io.sightline.connectors.testing.RawHttp.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.connectors.testing.RawHttp;
import io.sightline.connectors.testing.TestBridge;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that a browser makes for a web page. RawHttp's Host is "localhost". */
class OriginTest extends BridgeFixture {
    private TestBridge allowing(String... origins) {
        return keep(TestBridge.start(broker, topics, TestBridge.settings(10_000, 5_000, 16, 0).withCorsOrigins(List.of(origins))));
    }

    private static byte[] preflight(String origin) {
        return head("OPTIONS " + PATH + " HTTP/1.1", "Origin: " + origin, "Access-Control-Request-Method: POST", "Access-Control-Request-Headers: authorization,content-type");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.example", "null", "http://localhost.evil.example", "http://localhost:81", "localhost"})
    void shouldRefuseAnotherSitesPageByDefault(String origin) throws Exception {
        TestBridge bridge = bridge();
        RawHttp.Response answer = RawHttp.exchange(bridge.port(), post(PATH, IMAGE, "Origin: " + origin));
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.headers()).doesNotContainKey("access-control-allow-origin");
        assertThat(answer.json().path("err_msg").textValue()).isEqualTo("origin: '" + origin + "' (expected: a page of this server, or one of bridge.cors_origins)");
        RawHttp.Response asked = RawHttp.exchange(bridge.port(), preflight(origin));
        assertThat(asked.headers()).doesNotContainKey("access-control-allow-origin");
        assertThat(worker.seen()).isEmpty();
    }

    @Test
    void shouldServeItsOwnPage() throws Exception {
        TestBridge bridge = bridge();
        assertThat(RawHttp.exchange(bridge.port(), post(PATH, IMAGE, "Origin: http://localhost")).status()).isEqualTo(200);
        assertThat(RawHttp.exchange(bridge.port(), head("GET /v1/models HTTP/1.1", "Origin: https://evil.example")).headers()).doesNotContainKey("access-control-allow-origin");
    }

    @Test
    void shouldServePagesOfSitesThatAreAllowed() throws Exception {
        TestBridge bridge = allowing("https://shop.example", "http://localhost:3000");
        RawHttp.Response asked = RawHttp.exchange(bridge.port(), preflight("https://shop.example"));
        assertThat(asked.status()).isEqualTo(200);
        assertThat(asked.headers()).containsEntry("access-control-allow-origin", "https://shop.example").containsKey("access-control-allow-headers").doesNotContainKey("access-control-allow-credentials");
        assertThat(asked.headers().get("access-control-allow-methods")).contains("POST");
        RawHttp.Response answer = RawHttp.exchange(bridge.port(), post(PATH, IMAGE, "Origin: http://localhost:3000"));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers()).containsEntry("access-control-allow-origin", "http://localhost:3000").containsEntry("vary", "origin");
        assertThat(answer.headers().get("access-control-expose-headers")).contains("location", "retry-after");
        assertThat(RawHttp.exchange(bridge.port(), post(PATH, IMAGE, "Origin: https://evil.example")).status()).isEqualTo(403);
        assertThat(RawHttp.exchange(bridge.port(), preflight("https://evil.example")).headers()).doesNotContainKey("access-control-allow-origin");
    }

    @Test
    void shouldServeEveryPageWhenAllAreAllowedButNeverWithCookies() throws Exception {
        TestBridge bridge = allowing("*");
        RawHttp.Response answer = RawHttp.exchange(bridge.port(), post(PATH, IMAGE, "Origin: https://any.example"));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers()).containsEntry("access-control-allow-origin", "*").doesNotContainKey("access-control-allow-credentials");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://a.example/", "a.example", "ftp://a.example", "https://*.example", "", "null", "https://a b"})
    void shouldRefuseASettingThatIsNoOrigin(String origin) {
        assertThatThrownBy(() -> BridgeSettings.DEFAULT.withCorsOrigins(List.of(origin))).isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith("cors_origins: '" + origin + "' (expected: ");
        assertThatThrownBy(() -> BridgeSettings.DEFAULT.withCorsOrigins(List.of("*", "https://a.example"))).hasMessageStartingWith("cors_origins: '*'");
    }
}
