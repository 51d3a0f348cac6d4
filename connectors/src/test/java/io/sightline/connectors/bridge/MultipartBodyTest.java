package io.sightline.connectors.bridge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.connectors.testing.RawHttp;
import io.sightline.schemas.request.InvalidRequestException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MultipartBodyTest {
    private static final String HEAD = "--b\r\nContent-Disposition: form-data; name=\"image\"\r\n\r\n";

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "\r", "\n", "\r\n", "\r\n--", "\r\n-b", "--b", "\n--b", "--b--", "\r\n--c\r\n", "\r\r\n", "\r\n\r\n", "-", "--"})
    void shouldGiveThePartsBytesUntouched(String content) {
        assertThat(image(HEAD + content + "\r\n--b--\r\n")).isEqualTo(bytes(content));
    }

    @Test
    void shouldGiveRandomBytesUntouched() {
        Random random = new Random(7);
        for (int i = 0; i < 200; i++) {
            byte[] content = new byte[random.nextInt(300)];
            random.nextBytes(content);
            // Bytes of the delimiter's own alphabet, the worst case for a search.
            for (int j = 0; j < content.length; j++) {
                content[j] = random.nextBoolean() ? content[j] : (byte) "\r\n-b".charAt(random.nextInt(4));
            }
            if (new String(content, ISO_8859_1).contains("\r\n--b")) {
                continue;
            }
            byte[] body = RawHttp.join(bytes(HEAD), content, bytes("\r\n--b--"));
            assertThat(new MultipartBody(body, "b").image()).isEqualTo(ByteBuffer.wrap(content));
        }
    }

    @Test
    void shouldNotCopyTheImage() {
        byte[] body = bytes(HEAD + "abc\r\n--b--");
        ByteBuffer image = new MultipartBody(body, "b").image();
        body[HEAD.length()] = 'X';
        assertThat(image.get(0)).isEqualTo((byte) 'X');
        assertThat(image.arrayOffset()).isEqualTo(HEAD.length());
    }

    @Test
    void shouldRefuseEveryTruncation() {
        byte[] whole = bytes("preamble\r\n" + HEAD + "some bytes\r\n--b--");
        IntStream.range(0, whole.length).forEach(length -> assertThatThrownBy(() -> new MultipartBody(Arrays.copyOf(whole, length), "b").image())
                .as("%d of %d bytes", length, whole.length).isInstanceOf(InvalidRequestException.class).hasMessageContaining("(expected:"));
    }

    @Test
    void shouldNeverFailOtherwiseThanByRefusingWhenBytesAreBroken() {
        byte[] whole = bytes(HEAD + "some bytes\r\n--b--\r\n");
        Random random = new Random(11);
        for (int i = 0; i < 5_000; i++) {
            byte[] broken = whole.clone();
            for (int j = 0; j <= random.nextInt(4); j++) {
                broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
            }
            assertThatCode(() -> {
                try {
                    new MultipartBody(broken, "b").image();
                } catch (InvalidRequestException e) {
                    assertThat(e).hasMessageContaining("(expected:");
                }
            }).doesNotThrowAnyException();
        }
    }

    @Test
    void shouldReadManyMegabytesOfAlmostBoundariesInOnePass() {
        byte[] content = bytes("\r\n--".repeat(2 << 20)); // 8 MiB
        byte[] body = RawHttp.join(bytes("--" + "-".repeat(70) + "\r\nContent-Disposition: form-data; name=image\r\n\r\n"), content, bytes("\r\n--" + "-".repeat(70) + "--"));
        assertThat(new MultipartBody(body, "-".repeat(70)).image().remaining()).isEqualTo(content.length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"b", "----WebKitFormBoundary7MA4YWxkTrZu0gW", "a b", "'()+_,-./:=?"})
    void shouldTakeTheBoundariesOfRfc2046(String boundary) {
        assertThat(MultipartBody.checkBoundary(List.of(boundary))).isEqualTo(boundary);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a ", "\u00fc", "a\r\nb", "a\"b", "1234567890123456789012345678901234567890123456789012345678901234567890x"})
    void shouldRefuseABoundaryThatIsNone(String boundary) {
        assertThatThrownBy(() -> MultipartBody.checkBoundary(List.of(boundary))).isInstanceOf(InvalidRequestException.class).hasMessageStartingWith("content-type: boundary '");
    }

    @Test
    void shouldRefuseTwoBoundaries() {
        assertThatThrownBy(() -> MultipartBody.checkBoundary(List.of("a", "b"))).hasMessage("content-type: multipart/form-data with 2 boundaries (expected: one)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Disposition: form-data; name=\"image\"", "content-disposition:form-data;name=image", "Content-Disposition: form-data; filename=\"x; name=y.jpg\"; name=\"image\"",
            "Content-Type: image/png\r\nContent-Disposition: form-data; name=\"image\"; filename*=UTF-8''x", "CONTENT-DISPOSITION: form-data; NAME = \"image\""})
    void shouldFindTheNameHoweverTheHeaderIsWritten(String headers) {
        assertThat(image("--b\r\n" + headers + "\r\n\r\nx\r\n--b--")).isEqualTo(bytes("x"));
    }

    @Test
    void shouldTakePartHeadersAtTheLimitAndRefuseOneByteMore() {
        String name = "Content-Disposition: form-data; name=image\r\nX: ";
        String filler = "x".repeat(8192 - 1 - name.length());
        assertThat(image("--b\r\n" + name + filler + "\r\n\r\nx\r\n--b--")).isEqualTo(bytes("x"));
        assertThatThrownBy(() -> image("--b\r\n" + name + filler + "x\r\n\r\nx\r\n--b--")).hasMessageContaining("part headers without an end within 8192 bytes");
    }

    @Test
    void shouldNotTireOfALongQuotedName() {
        String escapes = "\\x".repeat(4_000);
        assertThatThrownBy(() -> image("--b\r\nContent-Disposition: form-data; name=\"" + escapes + "\"\r\n\r\nx\r\n--b--")).hasMessageStartingWith("part: '\\x").hasMessageContaining("…");
        assertThatThrownBy(() -> image("--b\r\nContent-Disposition: form-data; name=\"" + escapes + "\r\n\r\nx\r\n--b--")).hasMessageContaining("(expected: ");
        assertThat(image("--b\r\nContent-Disposition: form-data" + "; a=\"\\\"\"".repeat(900) + "; name=image\r\n\r\nx\r\n--b--")).isEqualTo(bytes("x"));
    }

    private static byte[] image(String body) {
        ByteBuffer image = new MultipartBody(bytes(body), "b").image();
        byte[] bytes = new byte[image.remaining()];
        image.get(bytes);
        return bytes;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }
}
