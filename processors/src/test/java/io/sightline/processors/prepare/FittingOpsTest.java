package io.sightline.processors.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.processors.image.DecodedImage;
import io.sightline.processors.image.MatImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Operations that keep the aspect ratio and fill up the rest. */
class FittingOpsTest {
    private static final NormalizeImage PLAIN = new NormalizeImage(1, List.of(0f, 0f, 0f), List.of(1f, 1f, 1f), ChannelOrder.RGB);

    @ParameterizedTest
    @CsvSource({"640, 480, 320, 256, 320, 240", "480, 640, 320, 256, 240, 320", "100, 100, 320, 256, 256, 256", "1000, 10, 320, 320, 320, 3", "3, 2, 320, 256, 320, 213"})
    void shouldGrowUntilTheShorterSideFitsUnlessTheLongerOneIsThenTooLong(int width, int height, int targetWidth, int targetHeight, int newWidth, int newHeight) {
        assertThat(new DetResize(new Extent(targetWidth, targetHeight), true, Interpolation.BILINEAR).extent(new Extent(width, height)))
                .isEqualTo(new Extent(newWidth, newHeight));
    }

    @Test
    void shouldBringToTheTargetWhereTheRatioIsNotKept() {
        DetResize resize = new DetResize(new Extent(30, 20), false, Interpolation.BILINEAR);
        assertThat(resize.extent(new Extent(7, 500))).isEqualTo(new Extent(30, 20));
    }

    @Test
    void shouldFillOnTheRightAndBelow() {
        // when: 4x2 white becomes 8x4
        Prepared prepared = prepared(new LetterBox(new Extent(8, 8), 114, PadPlace.TOP_LEFT, Interpolation.BILINEAR), 4, 2, 8);

        // then
        assertThat(prepared.rows()).containsExactly(255, 255, 255, 255, 114, 114, 114, 114);
        assertThat(prepared.placement()).isEqualTo(new Placement(2, 2, 0, 0));
    }

    @Test
    void shouldFillOnAllSidesWithTheOddPixelBelow() {
        // when: 4x2 becomes 7x3
        Prepared prepared = prepared(new LetterBox(new Extent(7, 8), 0, PadPlace.CENTRE, Interpolation.BILINEAR), 4, 2, 8);

        // then
        assertThat(prepared.rows()).containsExactly(0, 0, 255, 255, 255, 0, 0, 0);
        assertThat(prepared.placement().offsetY()).isEqualTo(2);
        assertThat(prepared.placement().pictureY(2)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"10000, 1", "1, 10000"})
    void shouldNotLoseAPictureThatIsThinnerThanAPixel(int width, int height) {
        assertThat(prepared(new LetterBox(new Extent(8, 8), 0, PadPlace.TOP_LEFT, Interpolation.BILINEAR), width, height, 8).rows()[0]).isEqualTo(255);
        Prepared padded = prepared(List.of(new DetResize(new Extent(8, 8), true, Interpolation.BILINEAR), new Pad(new Extent(8, 8), 0, PadPlace.TOP_LEFT)),
                width, height, 8);
        assertThat(padded.rows()[0]).isEqualTo(255);
    }

    @Test
    void shouldNotPadWhatIsLarger() {
        Pad pad = new Pad(new Extent(10, 10), 0, PadPlace.TOP_LEFT);
        assertThat(pad.extent(new Extent(10, 3))).isEqualTo(new Extent(10, 10));
        assertThatThrownBy(() -> pad.extent(new Extent(11, 3))).hasMessage("Pad: a picture of 11x3 (expected: at most 10x10)");
    }

    @Test
    void shouldKnowCvsNumbersOfInterpolations() {
        assertThat(List.of(0, 1, 2, 3, 4)).map(Interpolation::ofCode)
                .containsExactly(Interpolation.NEAREST, Interpolation.BILINEAR, Interpolation.BICUBIC, Interpolation.AREA, Interpolation.LANCZOS);
        assertThatThrownBy(() -> Interpolation.ofCode(5)).hasMessage("interp: 5 (expected: 0..4)");
    }

    /** @param rows red of the first pixel of each row */
    private record Prepared(Placement placement, int[] rows) {
    }

    private static Prepared prepared(PixelOp op, int width, int height, int side) {
        return prepared(List.of(op), width, height, side);
    }

    private static Prepared prepared(List<PixelOp> ops, int width, int height, int side) {
        byte[] white = new byte[width * height * 3];
        Arrays.fill(white, (byte) 255);
        Extent size = ops.get(ops.size() - 1).extent(new Extent(1, 1));
        List<PreprocessOp> all = new ArrayList<>(ops);
        all.addAll(List.of(PLAIN, new ToChwImage()));
        try (DecodedImage image = MatImage.ofBgr(width, height, white); Preprocessor preprocessor = new Preprocessor(all, size)) {
            BatchTensor tensor = new BatchTensor(1, preprocessor.floats());
            Placement placement = preprocessor.write(image, tensor.slots(), 0);
            int[] rows = new int[side];
            for (int row = 0; row < side; row++) {
                rows[row] = (int) tensor.slots().get(row * size.width());
            }
            return new Prepared(placement, rows);
        }
    }
}
