package io.sightline.connectors.bridge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpStatus;
import io.sightline.connectors.bridge.call.HttpProblem;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyKindTest {
    @ParameterizedTest
    @ValueSource(strings = {"image/jpeg", "image/png", "application/octet-stream", "application/x-www-form-urlencoded", "text/plain;charset=UTF-8", "binary/octet-stream", ""})
    void shouldTakeTheBodyItselfAsTheImage(String type) {
        BodyKind kind = BodyKind.of(HttpHeaders.of("content-type", type));
        assertThat(kind.multipart()).isFalse();
        assertThat(kind.image(new byte[] {1, 2})).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2}));
    }

    @Test
    void shouldTakeABodyWithoutAType() {
        assertThat(BodyKind.of(HttpHeaders.of()).multipart()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"multipart/form-data; boundary=b", "Multipart/Form-Data; BOUNDARY=b", "multipart/form-data; charset=utf-8; boundary=\"b\""})
    void shouldTakeTheImageFromAForm(String type) {
        BodyKind kind = BodyKind.of(HttpHeaders.of("content-type", type));
        byte[] body = "--b\r\nContent-Disposition: form-data; name=image\r\n\r\nx\r\n--b--".getBytes(ISO_8859_1);
        assertThat(kind.image(body)).isEqualTo(ByteBuffer.wrap(new byte[] {'x'}));
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/problem+json", "application/xml", "text/xml", "multipart/mixed; boundary=b", "multipart/related", "jpeg", "/", "a/b/c"})
    void shouldRefuseATypeThatSaysTheBodyIsNoImage(String type) {
        assertThatThrownBy(() -> BodyKind.of(HttpHeaders.of("content-type", type))).isInstanceOfSatisfying(HttpProblem.class,
                problem -> assertThat(problem.status()).isEqualTo(HttpStatus.UNSUPPORTED_MEDIA_TYPE)).hasMessageContaining("'" + type + "' (expected: the image as body");
    }

    @Test
    void shouldRefuseTwoTypes() {
        assertThatThrownBy(() -> BodyKind.of(HttpHeaders.of("content-type", "image/png", "content-type", "image/jpeg"))).hasMessage("content-type: given 2 times (expected: once)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "br", "deflate", "gzip, gzip"})
    void shouldRefuseAnEncodedBody(String encoding) {
        assertThatThrownBy(() -> BodyKind.of(HttpHeaders.of("content-encoding", encoding))).hasMessage("content-encoding: '" + encoding + "' (expected: none)");
    }
}
