package io.sightline.processors.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchRuntimeException;
import static org.assertj.core.api.Assertions.within;

import io.sightline.processors.stage.StageResult;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.request.RequestLimits;
import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {
    private static final long PIXELS = RequestLimits.DEFAULT.maxImagePixels();

    private final PixelBudget budget = new PixelBudget(PIXELS, 10_000);
    private final ImageDecoder decoder = new ImageDecoder(RequestLimits.DEFAULT, budget);

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 7", "7, 1", "33, 17", "641, 479", "1, 16384"})
    void shouldDecodePicturesOfAnySize(int width, int height) {
        for (byte[] file : new byte[][] {Pictures.jpeg(Pictures.gradient(width, height)), Pictures.png(Pictures.gradient(width, height))}) {
            try (DecodedImage image = decoded(file)) {
                assertThat(image.width()).isEqualTo(width);
                assertThat(image.height()).isEqualTo(height);
            }
        }
    }

    @Test
    void shouldGiveThePixelsOfAPngExactly() {
        // given
        BufferedImage drawn = Pictures.noise(23, 11, 7);

        // when
        try (DecodedImage image = decoded(Pictures.png(drawn))) {
            // then
            for (int y = 0; y < 11; y++) {
                for (int x = 0; x < 23; x++) {
                    int rgb = drawn.getRGB(x, y);
                    assertThat(Pictures.bgr(image, x, y)).containsExactly(rgb & 0xff, rgb >> 8 & 0xff, rgb >> 16 & 0xff);
                }
            }
        }
    }

    @Test
    void shouldMakeColourOfAGreyJpeg() {
        // given
        BufferedImage grey = new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_GRAY);
        grey.getRaster().setSamples(0, 0, 16, 16, 0, filled(256, 100));

        // when
        try (DecodedImage image = decoded(Pictures.jpeg(grey))) {
            // then
            assertThat(Pictures.bgr(image, 8, 8)).containsExactly(100, 100, 100);
        }
    }

    @Test
    void shouldLeaveOutTheTransparencyOfAPng() {
        // given
        BufferedImage translucent = new BufferedImage(8, 8, BufferedImage.TYPE_INT_ARGB);
        translucent.setRGB(0, 0, 0x80102030);

        // when
        try (DecodedImage image = decoded(Pictures.png(translucent))) {
            // then: the colour under it, as cv2 gives it
            assertThat(Pictures.bgr(image, 0, 0)).containsExactly(0x30, 0x20, 0x10);
        }
    }

    @Test
    void shouldMakeColourOfAPngWithPalette() {
        // given
        BufferedImage indexed = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_INDEXED);
        indexed.setRGB(3, 3, 0xffff0000);

        // when
        try (DecodedImage image = decoded(Pictures.png(indexed))) {
            // then
            assertThat(Pictures.bgr(image, 3, 3)).containsExactly(0, 0, 255);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldBringSixteenBitsDownToEight(boolean colour) {
        try (DecodedImage image = decoded(Pictures.png16(9, 5, colour, 0x8040))) {
            assertThat(image.width()).isEqualTo(9);
            assertThat(Pictures.bgr(image, 4, 2)).containsOnly(0x80);
        }
    }

    @Test
    void shouldDecodeAJpegOfFourChannels() {
        // given: inverted CMYK, as most programs write it; no ink at all is 255 everywhere
        byte[] white = Pictures.fourChannelJpeg(16, 16, 255, 255, 255, 255);

        // when
        try (DecodedImage image = decoded(white)) {
            // then
            assertThat(image.width()).isEqualTo(16);
            assertThat(Pictures.bgr(image, 8, 8)).hasSize(3);
        }
    }

    @Test
    void shouldKeepTheColoursOfAJpegNearlyRight() {
        try (DecodedImage image = decoded(Pictures.jpeg(Pictures.corners(64, 64)))) {
            assertThat(Pictures.colour(image, 8, 8)).isEqualTo("red");
            assertThat(Pictures.colour(image, 56, 8)).isEqualTo("green");
            assertThat(Pictures.colour(image, 8, 56)).isEqualTo("blue");
            assertThat(Pictures.colour(image, 56, 56)).isEqualTo("white");
            assertThat(Pictures.bgr(image, 8, 8)[2]).isCloseTo(255, within(6));
        }
    }

    static Stream<byte[]> badFiles() {
        byte[] jpeg = Pictures.jpeg(Pictures.noise(32, 32, 3));
        byte[] png = Pictures.png(Pictures.noise(32, 32, 3));
        byte[] noTables = jpeg.clone();
        for (int i = 2; i < noTables.length - 1; i++) {
            if (noTables[i] == (byte) 0xff && noTables[i + 1] == (byte) 0xdb) {
                noTables[i + 1] = (byte) 0xfe;
            }
        }
        return Stream.of(
                new byte[0],
                new byte[] {0},
                "not a picture".getBytes(StandardCharsets.UTF_8),
                "GIF89a".getBytes(StandardCharsets.UTF_8),
                "<html></html>".getBytes(StandardCharsets.UTF_8),
                Arrays.copyOf(jpeg, jpeg.length / 2),
                Arrays.copyOf(png, png.length / 2),
                Arrays.copyOf(jpeg, 3),
                Arrays.copyOf(png, 8),
                noTables,
                Pictures.pngOfSize(30000, 30000),
                Pictures.pngOfSize(1, 20000),
                Pictures.pngOfSize(20000, 1),
                Pictures.pngOfSize(8193, 8192),
                Pictures.pngOfSize(0, 0),
                Pictures.pngOf(Pictures.header(8, 8, 7, 2), new byte[] {1, 2, 3}),
                Pictures.pngOf(Pictures.header(8, 8, 8, 5), new byte[] {1, 2, 3}),
                Pictures.pngOf(Pictures.header(8, 8, 8, 2), new byte[] {1, 2, 3}),
                new byte[(16 << 20) + 1]);
    }

    @ParameterizedTest
    @MethodSource("badFiles")
    void shouldRejectABadFileWithASentenceAndKeepNoPixels(byte[] file) throws InterruptedException {
        // when
        StageResult<DecodedImage> result = decoder.decode(file);

        // then
        assertThat(result).isInstanceOfSatisfying(StageResult.Rejected.class, rejected -> {
            assertThat(rejected.code()).isEqualTo(ErrorCode.BAD_INPUT);
            assertThat(rejected.message()).startsWith("image: ").contains(" (expected: ").endsWith(")").doesNotContain("\n");
        });
        assertThat(budget.freePixels()).isEqualTo(PIXELS);
    }

    @Test
    void shouldRejectABombFromItsHeaderAlone() throws InterruptedException {
        // given: 60 bytes that claim 900 megapixels
        byte[] bomb = Pictures.pngOfSize(30000, 30000);

        // when
        StageResult<DecodedImage> result = decoder.decode(bomb);

        // then
        assertThat(bomb.length).isLessThan(100);
        assertThat(result).isEqualTo(StageResult.rejected(ErrorCode.BAD_INPUT, "image: 30000x30000 pixels (expected: at most 16384 a side)"));
    }

    @Test
    void shouldHoldPixelsAsLongAsThePictureIsOpen() {
        // given
        DecodedImage image = decoded(Pictures.png(Pictures.gradient(100, 50)));

        // when, then
        assertThat(budget.freePixels()).isEqualTo(PIXELS - 5000);
        image.close();
        image.close();
        assertThat(budget.freePixels()).isEqualTo(PIXELS);
    }

    @Test
    void shouldRejectAPictureForWhichNoRoomComesInTime() throws InterruptedException {
        // given
        PixelBudget small = new PixelBudget(PIXELS, 20);
        ImageDecoder impatient = new ImageDecoder(RequestLimits.DEFAULT, small);
        byte[] file = Pictures.png(Pictures.gradient(10, 10));

        // when
        StageResult<DecodedImage> result;
        try (PixelBudget.Share others = take(small, PIXELS - 99)) {
            result = impatient.decode(file);
        }

        // then
        assertThat(result).isEqualTo(StageResult.rejected(ErrorCode.TIMEOUT, "image: waited 20 ms for room for 100 pixels, 99 of " + PIXELS
                + " are free (expected: pictures before it to be done with)"));
    }

    /** A caller told that the file is bad would not send it again, and the answer would be kept for an idempotency key. */
    @Test
    void shouldNotBlameThePictureWhenThereIsNoMemoryForIt() {
        // given what OpenCV says where the system gives it nothing: no machine has that much
        RuntimeException noMemory = catchRuntimeException(() -> new Mat(Integer.MAX_VALUE, 1 << 20, opencv_core.CV_8UC3).close());
        assertThat(noMemory).hasMessageContaining("Failed to allocate");
        // when
        StageResult<DecodedImage> result = ImageDecoder.undecoded(ImageHeader.of(Pictures.png(Pictures.gradient(20, 10))), noMemory);
        // then
        assertThat(result).isInstanceOfSatisfying(StageResult.Rejected.class, rejected -> {
            assertThat(rejected.code()).isEqualTo(ErrorCode.INFERENCE);
            assertThat(rejected.code().requestsFault()).isFalse();
            assertThat(rejected.message()).startsWith("image: no memory to decode a PNG of 20x10 pixels: OpenCV(").contains("Failed to allocate")
                    .endsWith(" (expected: enough beside the heap for stages.max_live_pixels)").doesNotContain("\n");
        });
    }

    @Test
    void shouldBlameThePictureWhenOpenCvFindsFaultWithIt() {
        // given another of its complaints: matrices that don't go together
        RuntimeException complaint = catchRuntimeException(() -> opencv_core.add(new Mat(2, 2, opencv_core.CV_8UC3), new Mat(3, 3, opencv_core.CV_8UC1), new Mat()));
        assertThat(complaint).hasMessageContaining("OpenCV(");
        // when, then
        assertThat(ImageDecoder.undecoded(ImageHeader.of(Pictures.png(Pictures.gradient(20, 10))), complaint)).isInstanceOfSatisfying(StageResult.Rejected.class,
                rejected -> assertThat(rejected.code()).isEqualTo(ErrorCode.BAD_INPUT));
    }

    @Test
    void shouldRefuseABudgetThatCannotHoldTheLargestPicture() {
        assertThatThrownBy(() -> new ImageDecoder(RequestLimits.DEFAULT, new PixelBudget(PIXELS - 1, 10)))
                .hasMessage("pixel budget: 67108863 (expected: at least the largest image allowed, 67108864 pixels)");
    }

    private static PixelBudget.Share take(PixelBudget budget, long pixels) throws InterruptedException {
        try {
            return budget.take(pixels);
        } catch (java.util.concurrent.TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    private DecodedImage decoded(byte[] file) {
        try {
            StageResult<DecodedImage> result = decoder.decode(file);
            assertThat(result).isInstanceOf(StageResult.Accepted.class);
            return ((StageResult.Accepted<DecodedImage>) result).value();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static int[] filled(int length, int value) {
        int[] values = new int[length];
        Arrays.fill(values, value);
        return values;
    }
}
