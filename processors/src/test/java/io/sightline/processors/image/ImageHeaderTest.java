package io.sightline.processors.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.RequestLimits;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ImageHeaderTest {
    @ParameterizedTest
    @CsvSource({"1, 1", "17, 31", "640, 480", "255, 256", "3, 4000"})
    void shouldReadTheSizeOfJpegAndPngWithoutDecoding(int width, int height) {
        // given
        byte[] jpeg = Pictures.jpeg(Pictures.gradient(width, height));
        byte[] png = Pictures.png(Pictures.gradient(width, height));

        // when, then
        assertThat(ImageHeader.of(jpeg)).isEqualTo(new ImageHeader(ImageFormat.JPEG, width, height));
        assertThat(ImageHeader.of(png)).isEqualTo(new ImageHeader(ImageFormat.PNG, width, height));
    }

    @Test
    void shouldReadTheSizeBehindOtherSegments() {
        // given
        byte[] jpeg = Pictures.withOrientation(Pictures.jpeg(Pictures.gradient(20, 10)), 6);

        // when
        ImageHeader header = ImageHeader.of(jpeg);

        // then: as stored, orientation is not applied
        assertThat(header).isEqualTo(new ImageHeader(ImageFormat.JPEG, 20, 10));
    }

    static Stream<Arguments> foreignFiles() {
        return Stream.of(
                Arguments.of(ascii("GIF89a\1\0\1\0"), "begins with 47 49 46 38, a GIF"),
                Arguments.of(ascii("RIFF\1\0\0\0WEBPVP8 "), "begins with 52 49 46 46, a WebP"),
                Arguments.of(ascii("BM" + "\0".repeat(60)), "begins with 42 4D 00 00, a BMP"),
                Arguments.of(ascii("II*\0\10\0\0\0"), "begins with 49 49 2A 00, a TIFF"),
                Arguments.of(ascii("MM\0*\0\0\0\10"), "begins with 4D 4D 00 2A, a TIFF"),
                Arguments.of(ascii("\0\0\0\34ftypheic"), "begins with 00 00 00 1C, a HEIC, AVIF or MP4"),
                Arguments.of(ascii("%PDF-1.7\n"), "begins with 25 50 44 46, a PDF"),
                Arguments.of(ascii("PK\3\4...."), "begins with 50 4B 03 04, a ZIP"),
                Arguments.of(ascii("\37\u008b\10\0"), "begins with 1F 8B 08 00, a gzip file"),
                Arguments.of(ascii("<!DOCTYPE html><html>"), "begins with 3C 21 44 4F, an HTML page"),
                Arguments.of(ascii("\n <html><body>404"), "begins with 0A 20 3C 68, an HTML page"),
                Arguments.of(ascii("<svg xmlns='x'/>"), "begins with 3C 73 76 67, SVG or XML"),
                Arguments.of(ascii("{\"image\": 1}"), "begins with 7B 22 69 6D, JSON"),
                Arguments.of(ascii("data:image/jpeg;base64,/9j/"), "begins with 64 61 74 61, a data URL"),
                Arguments.of(ascii("/9j/4AAQSkZJRgABAQ"), "begins with 2F 39 6A 2F, text"),
                Arguments.of("Grüße, Welt, 你好".getBytes(StandardCharsets.UTF_8), "begins with 47 72 C3 BC, text"),
                Arguments.of(new byte[] {0, 0, 0, 1, 2, 3}, "begins with 00 00 00 01 (expected"),
                Arguments.of(new byte[] {(byte) 0xff}, "begins with FF (expected"),
                Arguments.of(new byte[] {(byte) 0xff, (byte) 0xd8}, "begins with FF D8 (expected"),
                Arguments.of(ascii("\u0089PNG"), "begins with 89 50 4E 47 (expected"));
    }

    @ParameterizedTest
    @MethodSource("foreignFiles")
    void shouldNameWhatItSawInsteadOfAPicture(byte[] file, String seen) {
        assertThatThrownBy(() -> ImageHeader.of(file))
                .isInstanceOfSatisfying(InvalidRequestException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_INPUT))
                .hasMessageStartingWith("image: " + seen)
                .hasMessageEndingWith("(expected: a JPEG or PNG file)");
        assertThat(ImageFormat.isImage(file)).isFalse();
    }

    @Test
    void shouldRefuseNoBytesAtAll() {
        assertThatThrownBy(() -> ImageHeader.of(new byte[0])).hasMessage("image: 0 bytes (expected: a JPEG or PNG file)");
    }

    @ParameterizedTest
    @CsvSource({
            "16385, 1, image: 16385x1 pixels (expected: at most 16384 a side)",
            "1, 20000, image: 1x20000 pixels (expected: at most 16384 a side)",
            "30000, 30000, image: 30000x30000 pixels (expected: at most 16384 a side)",
            "8193, 8192, image: 8193x8192 = 67117056 pixels (expected: at most 67108864)"})
    void shouldRefuseWhatIsOverTheLimits(int width, int height, String message) {
        assertThatThrownBy(() -> new ImageHeader(ImageFormat.PNG, width, height).check(RequestLimits.DEFAULT))
                .isInstanceOf(InvalidRequestException.class).hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource({"16384, 1", "1, 16384", "8192, 8192", "16384, 4096"})
    void shouldAllowWhatIsJustWithinTheLimits(int width, int height) {
        new ImageHeader(ImageFormat.PNG, width, height).check(RequestLimits.DEFAULT);
    }

    @ParameterizedTest
    @CsvSource({"0, 5, 0x5", "5, 0, 5x0", "-1, 5, 4294967295x5", "5, -2147483648, 5x2147483648"})
    void shouldRefuseAPngOfAnImpossibleSize(int width, int height, String shown) {
        assertThatThrownBy(() -> ImageHeader.of(Pictures.pngOfSize(width, height)))
                .hasMessage("image: a PNG of " + shown + " pixels (expected: 1..2147483647 a side)");
    }

    @Test
    void shouldRefuseAPngThatDoesNotBeginWithItsHeader() {
        // given
        byte[] png = Pictures.pngOfSize(4, 4);
        png[12] = 'Q';

        // when, then
        assertThatThrownBy(() -> ImageHeader.of(png)).hasMessage("image: a PNG whose first chunk is 'QHDR' (expected: IHDR)");
    }

    @Test
    void shouldRefuseAJpegOfNoHeight() {
        // given: a frame header that leaves the height to a later segment
        byte[] jpeg = bytes(0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, 0, 0, 0, 16, 1, 1, 0x11, 0, 0xff, 0xd9);

        // when, then
        assertThatThrownBy(() -> ImageHeader.of(jpeg)).hasMessage("image: a JPEG of 16x0 pixels (expected: at least 1x1)");
    }

    @Test
    void shouldRefuseAJpegWhoseScanComesBeforeItsFrame() {
        assertThatThrownBy(() -> ImageHeader.of(bytes(0xff, 0xd8, 0xff, 0xda, 0, 2, 0xff, 0xd9)))
                .hasMessage("image: a JPEG without a frame header (expected: its size before byte 4)");
    }

    @Test
    void shouldRefuseAJpegWithAnImpossibleSegmentLength() {
        assertThatThrownBy(() -> ImageHeader.of(bytes(0xff, 0xd8, 0xff, 0xe0, 0, 1, 0, 0)))
                .hasMessage("image: a JPEG segment of length 1 at byte 4 (expected: at least 2)");
    }

    @Test
    void shouldRefuseAShortFrameHeader() {
        assertThatThrownBy(() -> ImageHeader.of(bytes(0xff, 0xd8, 0xff, 0xc2, 0, 4, 0, 0, 0xff, 0xd9)))
                .hasMessage("image: a JPEG frame header of 4 bytes (expected: at least 8)");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
