package io.sightline.processors.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.schemas.request.InvalidRequestException;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TruncatedPictureTest {
    private static final byte[] JPEG = Pictures.jpeg(Pictures.noise(40, 30, 1));
    private static final byte[] PNG = Pictures.png(Pictures.noise(40, 30, 1));

    static IntStream percents() {
        return IntStream.of(1, 5, 10, 25, 40, 50, 60, 75, 90, 95, 99);
    }

    @ParameterizedTest
    @MethodSource("percents")
    void shouldRefuseAJpegCutOffAnywhere(int percent) {
        assertCutOff(JPEG, JPEG.length * percent / 100);
    }

    @ParameterizedTest
    @MethodSource("percents")
    void shouldRefuseAPngCutOffAnywhere(int percent) {
        assertCutOff(PNG, Math.max(8, PNG.length * percent / 100));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 8, 11, 12, 13})
    void shouldRefuseAPictureThatLacksItsLastBytes(int missing) {
        assertCutOff(PNG, PNG.length - missing);
        assertCutOff(JPEG, JPEG.length - missing);
    }

    @Test
    void shouldRefuseEveryPrefixOfASmallFile() {
        // given
        byte[] jpeg = Pictures.jpeg(Pictures.corners(8, 8));
        byte[] png = Pictures.png(Pictures.corners(8, 8));

        // when, then
        for (int length = 3; length < jpeg.length; length++) {
            assertCutOff(jpeg, length);
        }
        for (int length = 8; length < png.length; length++) {
            assertCutOff(png, length);
        }
    }

    @Test
    void shouldAllowBytesBehindTheEnd() {
        for (byte[] file : new byte[][] {JPEG, PNG}) {
            byte[] longer = Arrays.copyOf(file, file.length + 1000);
            ImageHeader.of(longer).checkWhole(longer);
        }
    }

    @Test
    void shouldFindTheEndOfAJpegWithAThumbnailInItsExif() {
        // given: an end marker inside of a segment is not the file's
        byte[] start = Pictures.withOrientation(JPEG, 1);
        byte[] cut = Arrays.copyOf(start, start.length - 2);
        cut[30] = (byte) 0xff;
        cut[31] = (byte) 0xd9;

        // when, then
        assertThatThrownBy(() -> ImageHeader.of(cut).checkWhole(cut)).hasMessageContaining("cut off at byte " + cut.length);
    }

    @Test
    void shouldRefuseAJpegWithoutAScan() {
        // given: everything up to the scan, then the end marker
        int scan = indexOf(JPEG, (byte) 0xff, (byte) 0xda);
        byte[] empty = Arrays.copyOf(JPEG, scan + 2);
        empty[scan + 1] = (byte) 0xd9;

        // when, then
        assertThatThrownBy(() -> ImageHeader.of(empty).checkWhole(empty))
                .hasMessage("image: a JPEG without picture data (expected: at least one scan before its end)");
    }

    @Test
    void shouldRefuseAPngWithoutData() {
        // given
        byte[] png = Pictures.pngOf(Pictures.header(4, 4, 8, 2), new byte[0]);
        png[37] = 'i';
        byte[] whole = Arrays.copyOf(png, png.length);

        // when, then: a chunk that may be skipped, its checksum is nobody's business
        assertThatThrownBy(() -> ImageHeader.of(whole).checkWhole(whole))
                .hasMessage("image: a PNG without picture data (expected: an IDAT chunk)");
    }

    @Test
    void shouldRefuseAPngWithADamagedChunk() {
        // given
        byte[] damaged = PNG.clone();
        damaged[60] ^= 1;

        // when, then
        assertThatThrownBy(() -> ImageHeader.of(damaged).checkWhole(damaged))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("image: a damaged PNG, its chunk 'IDAT' at byte 33 has another checksum (expected: ");
    }

    @Test
    void shouldRefuseAPngChunkOfImpossibleLength() {
        // given
        byte[] png = Pictures.pngOfSize(4, 4);
        png[33] = (byte) 0xff;

        // when, then
        assertThatThrownBy(() -> ImageHeader.of(png).checkWhole(png)).hasMessageStartingWith("image: a PNG chunk of 42");
    }

    private static void assertCutOff(byte[] file, int length) {
        byte[] cut = Arrays.copyOf(file, length);
        assertThatThrownBy(() -> ImageHeader.of(cut).checkWhole(cut))
                .as("%d of %d bytes", length, file.length)
                .isInstanceOf(InvalidRequestException.class)
                .satisfies(e -> assertThat(e.getMessage()).matches("image: .*(cut off at byte " + length + "|begins with).*\\(expected: .*\\)"));
    }

    private static int indexOf(byte[] bytes, byte first, byte second) {
        return IntStream.range(0, bytes.length - 1).filter(i -> bytes[i] == first && bytes[i + 1] == second).findFirst().orElseThrow();
    }
}
