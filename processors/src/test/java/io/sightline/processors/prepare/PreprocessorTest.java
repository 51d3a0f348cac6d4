package io.sightline.processors.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sightline.processors.image.DecodedImage;
import io.sightline.processors.image.MatImage;
import io.sightline.processors.image.Pictures;
import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreprocessorTest {
    /** Leaves pixel values as they are. */
    private static final NormalizeImage PLAIN = new NormalizeImage(1, List.of(0f, 0f, 0f), List.of(1f, 1f, 1f), ChannelOrder.RGB);
    private static final NormalizeImage PLAIN_BGR = new NormalizeImage(1, List.of(0f, 0f, 0f), List.of(1f, 1f, 1f), ChannelOrder.BGR);

    @Test
    void shouldWriteOnePlaneAChannelRedFirst() {
        // given
        try (DecodedImage image = MatImage.ofBgr(2, 1, new byte[] {1, 2, 3, 4, 5, 6})) {
            // when
            float[] input = prepared(image, new Extent(2, 1), ResizeImage.to(2, 1), PLAIN);

            // then
            assertThat(input).containsExactly(3, 6, 2, 5, 1, 4);
        }
    }

    @Test
    void shouldKeepBlueFirstWhereTheModelWantsIt() {
        try (DecodedImage image = MatImage.ofBgr(2, 1, new byte[] {1, 2, 3, 4, 5, 6})) {
            assertThat(prepared(image, new Extent(2, 1), ResizeImage.to(2, 1), PLAIN_BGR)).containsExactly(1, 4, 2, 5, 3, 6);
        }
    }

    @Test
    void shouldNormaliseEachChannelByItsOwnMeanAndDeviation() {
        // given
        try (DecodedImage image = MatImage.ofBgr(1, 1, new byte[] {(byte) 255, 51, 0})) {
            // when
            float[] input = prepared(image, new Extent(1, 1), ResizeImage.to(1, 1), NormalizeImage.imageNet());

            // then
            assertThat(input[0]).isCloseTo((0 - 0.485f) / 0.229f, within(1e-6f));
            assertThat(input[1]).isCloseTo((0.2f - 0.456f) / 0.224f, within(1e-6f));
            assertThat(input[2]).isCloseTo((1 - 0.406f) / 0.225f, within(1e-6f));
        }
    }

    @Test
    void shouldResizeAsCvDoesWithItsPixelCentres() {
        // given: 0 and 200 across; cv2.resize to 4 gives 0, 50, 150, 200
        try (DecodedImage image = MatImage.ofBgr(2, 1, new byte[] {0, 0, 0, (byte) 200, (byte) 200, (byte) 200})) {
            // when
            float[] input = prepared(image, new Extent(4, 1), ResizeImage.to(4, 1), PLAIN);

            // then
            assertThat(input).startsWith(0, 50, 150, 200);
        }
    }

    @ParameterizedTest
    @CsvSource({"640, 480, 320", "101, 57, 64", "33, 200, 128", "16, 16, 320", "1, 1, 8"})
    void shouldEqualBilinearInterpolationWithinOneStep(int width, int height, int side) {
        // given
        BufferedImage drawn = Pictures.noise(width, height, width);
        try (DecodedImage image = Pictures.decode(Pictures.png(drawn))) {
            // when
            float[] input = prepared(image, new Extent(side, side), ResizeImage.to(side, side), PLAIN);

            // then
            for (int channel = 0; channel < 3; channel++) {
                for (int y = 0; y < side; y++) {
                    for (int x = 0; x < side; x++) {
                        double expected = bilinear(drawn, channel, (x + 0.5) * width / side - 0.5, (y + 0.5) * height / side - 0.5);
                        assertThat((double) input[(channel * side + y) * side + x]).isCloseTo(expected, within(1.0));
                    }
                }
            }
        }
    }

    @Test
    void shouldPrepareARectangleAsIfItWereThePicture() {
        // given
        BufferedImage drawn = Pictures.noise(60, 40, 5);
        try (DecodedImage image = Pictures.decode(Pictures.png(drawn));
                DecodedImage cut = Pictures.decode(Pictures.png(copy(drawn.getSubimage(7, 9, 31, 22))))) {
            // when
            float[] ofRectangle = prepared(image, 7, 9, 38, 31, new Extent(16, 16), ResizeImage.to(16, 16), PLAIN);
            float[] ofCut = prepared(cut, new Extent(16, 16), ResizeImage.to(16, 16), PLAIN);

            // then: nothing of what lies around it shines through
            assertThat(ofRectangle).containsExactly(ofCut);
        }
    }

    @Test
    void shouldRepeatTheBorderWhereARectangleReachesOverTheEdges() {
        // given
        try (DecodedImage image = MatImage.ofBgr(2, 1, new byte[] {10, 10, 10, 20, 20, 20})) {
            // when
            float[] input = prepared(image, -2, -1, 4, 2, new Extent(6, 3), ResizeImage.to(6, 3), PLAIN);

            // then
            assertThat(input).startsWith(10, 10, 10, 20, 20, 20, 10, 10, 10, 20, 20, 20, 10, 10, 10, 20, 20, 20);
        }
    }

    @ParameterizedTest
    @CsvSource({"5, 5, 5, 9, expected: x1 < x2", "9, 5, 5, 9, expected: x1 < x2", "10, 0, 12, 3, expected: some of it within 10x10",
            "-5, 0, 0, 5, expected: some of it within", "0, 0, 2000000000, 2000000000, expected: at most 134217728 pixels",
            "-2147483648, -2147483648, 2147483647, 2147483647, expected: at most"})
    void shouldRefuseARectangleThatMakesNoSense(int x1, int y1, int x2, int y2, String message) {
        try (DecodedImage image = MatImage.ofBgr(10, 10, new byte[300])) {
            assertThatThrownBy(() -> prepared(image, x1, y1, x2, y2, new Extent(4, 4), ResizeImage.to(4, 4), PLAIN))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith("rectangle: ").hasMessageContaining(message);
        }
    }

    @Test
    void shouldScaleToTheShortSideAndCutOutTheMiddle() {
        // given
        BufferedImage drawn = Pictures.gradient(64, 32);
        try (DecodedImage image = Pictures.decode(Pictures.png(drawn))) {
            // when: to 16 high, 32 across, the middle 8 of each
            Preprocessor preprocessor = new Preprocessor(
                    List.of(ResizeImage.shortSide(16), new CropImage(new Extent(8, 8)), PLAIN, new ToChwImage()), new Extent(8, 8));
            BatchTensor tensor = new BatchTensor(1, preprocessor.floats());
            Placement placement = preprocessor.write(image, tensor.slots(), 0);

            // then
            assertThat(placement).isEqualTo(new Placement(0.5, 0.5, -12, -4));
            assertThat(placement.pictureX(0)).isEqualTo(24);
            assertThat(placement.pictureY(8)).isEqualTo(24);
            double red = tensor.slots().get(0);
            assertThat(red).isCloseTo(bilinear(drawn, 0, (12 + 0.5) * 2 - 0.5, (4 + 0.5) * 2 - 0.5), within(1.0));
            preprocessor.close();
        }
    }

    @Test
    void shouldSayWhereThePictureLiesInTheInput() {
        try (DecodedImage image = MatImage.ofBgr(10, 20, new byte[600]);
                Preprocessor preprocessor = new Preprocessor(List.of(ResizeImage.to(40, 40), PLAIN, new ToChwImage()), new Extent(40, 40))) {
            // when
            BatchTensor tensor = new BatchTensor(1, preprocessor.floats());
            Placement placement = preprocessor.write(image, 2, 4, 7, 14, tensor.slots(), 0);

            // then: 8 and 4 times as large
            assertThat(placement.pictureX(0)).isEqualTo(2);
            assertThat(placement.pictureX(40)).isEqualTo(7);
            assertThat(placement.pictureY(0)).isEqualTo(4);
            assertThat(placement.pictureY(40)).isEqualTo(14);
        }
    }

    @Test
    void shouldWriteEachPictureOfABatchIntoItsSlot() {
        // given
        try (DecodedImage dark = MatImage.ofBgr(1, 1, new byte[] {1, 1, 1});
                DecodedImage light = MatImage.ofBgr(1, 1, new byte[] {9, 9, 9});
                Preprocessor preprocessor = new Preprocessor(List.of(ResizeImage.to(1, 1), PLAIN, new ToChwImage()), new Extent(1, 1))) {
            BatchTensor tensor = new BatchTensor(3, preprocessor.floats());

            // when
            preprocessor.write(light, tensor.slots(), 2);
            preprocessor.write(dark, tensor.slots(), 0);

            // then
            float[] all = new float[9];
            tensor.slots().get(0, all);
            assertThat(all).containsExactly(1, 1, 1, 0, 0, 0, 9, 9, 9);
            assertThat(tensor.batch(2, 3).get(0)).isEqualTo(9);
            assertThat(tensor.batch(0, 2).remaining()).isEqualTo(6);
        }
    }

    @Test
    void shouldGiveTheSameForAPictureWhateverItPreparedBefore() {
        try (DecodedImage first = Pictures.decode(Pictures.png(Pictures.noise(50, 30, 1)));
                DecodedImage other = Pictures.decode(Pictures.png(Pictures.noise(300, 700, 2)));
                Preprocessor preprocessor = new Preprocessor(List.of(ResizeImage.to(20, 20), PLAIN, new ToChwImage()), new Extent(20, 20))) {
            // given
            BatchTensor tensor = new BatchTensor(1, preprocessor.floats());
            float[] before = new float[preprocessor.floats()];
            float[] after = new float[preprocessor.floats()];

            // when
            preprocessor.write(first, tensor.slots(), 0);
            tensor.slots().get(0, before);
            preprocessor.write(other, -3, -3, 303, 703, tensor.slots(), 0);
            preprocessor.write(first, tensor.slots(), 0);
            tensor.slots().get(0, after);

            // then
            assertThat(after).containsExactly(before);
        }
    }

    @Test
    void shouldRefuseOperationsThatDoNotMakeTheModelsInput() {
        Extent size = new Extent(8, 8);
        ToChwImage chw = new ToChwImage();
        assertThatThrownBy(() -> new Preprocessor(List.of(ResizeImage.to(8, 9), PLAIN, chw), size))
                .hasMessage("preprocess: makes 8x9 of a picture of 1000x10 (expected: 8x8, the model's input)");
        assertThatThrownBy(() -> new Preprocessor(List.of(ResizeImage.shortSide(8), PLAIN, chw), size))
                .hasMessage("preprocess: makes 800x8 of a picture of 1000x10 (expected: 8x8, the model's input)");
        assertThatThrownBy(() -> new Preprocessor(List.of(ResizeImage.shortSide(6), new CropImage(size), PLAIN, chw), size))
                .hasMessage("CropImage: a picture of 600x6 (expected: at least 8x8)");
        assertThatThrownBy(() -> new Preprocessor(List.of(ResizeImage.to(8, 8), chw, PLAIN), size))
                .hasMessage("preprocess: [ResizeImage, ToChwImage, NormalizeImage] (expected: NormalizeImage and ToCHWImage at the end)");
        assertThatThrownBy(() -> new Preprocessor(List.of(PLAIN, ResizeImage.to(8, 8), PLAIN, chw), size))
                .hasMessageContaining("(expected: NormalizeImage and ToCHWImage once, at the end)");
        assertThatThrownBy(() -> new Preprocessor(List.of(), size)).hasMessageContaining("preprocess: []");
    }

    private static float[] prepared(DecodedImage image, Extent size, PreprocessOp... ops) {
        return prepared(image, 0, 0, image.width(), image.height(), size, ops);
    }

    private static float[] prepared(DecodedImage image, int x1, int y1, int x2, int y2, Extent size, PreprocessOp... ops) {
        List<PreprocessOp> all = new java.util.ArrayList<>(List.of(ops));
        all.add(new ToChwImage());
        try (Preprocessor preprocessor = new Preprocessor(all, size)) {
            BatchTensor tensor = new BatchTensor(1, preprocessor.floats());
            preprocessor.write(image, x1, y1, x2, y2, tensor.slots(), 0);
            float[] input = new float[preprocessor.floats()];
            tensor.slots().get(0, input);
            return input;
        }
    }

    private static double bilinear(BufferedImage image, int channel, double x, double y) {
        double cx = Math.max(0, Math.min(image.getWidth() - 1, x));
        double cy = Math.max(0, Math.min(image.getHeight() - 1, y));
        int x0 = (int) cx;
        int y0 = (int) cy;
        int x1 = Math.min(image.getWidth() - 1, x0 + 1);
        int y1 = Math.min(image.getHeight() - 1, y0 + 1);
        double above = value(image, channel, x0, y0) * (1 - (cx - x0)) + value(image, channel, x1, y0) * (cx - x0);
        double below = value(image, channel, x0, y1) * (1 - (cx - x0)) + value(image, channel, x1, y1) * (cx - x0);
        return above * (1 - (cy - y0)) + below * (cy - y0);
    }

    private static int value(BufferedImage image, int channel, int x, int y) {
        return image.getRGB(x, y) >> 16 - 8 * channel & 0xff;
    }

    private static BufferedImage copy(BufferedImage view) {
        BufferedImage copy = new BufferedImage(view.getWidth(), view.getHeight(), BufferedImage.TYPE_INT_RGB);
        copy.getGraphics().drawImage(view, 0, 0, null);
        return copy;
    }
}
