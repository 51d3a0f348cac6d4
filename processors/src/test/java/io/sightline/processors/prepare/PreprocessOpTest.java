package io.sightline.processors.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreprocessOpTest {
    @ParameterizedTest
    @CsvSource({"640, 480, 256, 341, 256", "480, 640, 256, 256, 341", "100, 100, 256, 256, 256", "4, 3, 2, 3, 2", "5, 2, 1, 2, 1", "10, 4, 1, 2, 1", "7, 2, 1, 4, 1"})
    void shouldRoundTheLongerSideAsPythonDoes(int width, int height, int shortSide, int newWidth, int newHeight) {
        assertThat(ResizeImage.shortSide(shortSide).extent(new Extent(width, height))).isEqualTo(new Extent(newWidth, newHeight));
    }

    @Test
    void shouldResizeToWhatIsAskedOnly() {
        assertThat(ResizeImage.to(3, 5).extent(new Extent(100, 10))).isEqualTo(new Extent(3, 5));
        assertThatThrownBy(() -> new ResizeImage(new Extent(1, 1), 5, Interpolation.BILINEAR)).hasMessageContaining("(expected: one of the two)");
        assertThatThrownBy(() -> new ResizeImage(null, 0, Interpolation.BILINEAR)).hasMessageContaining("(expected: one of the two)");
    }

    @Test
    void shouldCropOnlyWhatIsThere() {
        CropImage crop = new CropImage(new Extent(10, 10));
        assertThat(crop.extent(new Extent(10, 10))).isEqualTo(new Extent(10, 10));
        assertThatThrownBy(() -> crop.extent(new Extent(9, 10))).hasMessage("CropImage: a picture of 9x10 (expected: at least 10x10)");
        assertThatThrownBy(() -> crop.extent(new Extent(10, 9))).hasMessage("CropImage: a picture of 10x9 (expected: at least 10x10)");
    }

    @Test
    void shouldComputeInSinglePrecisionInNumpysOrder() {
        // given
        NormalizeImage arcFace = new NormalizeImage(1, List.of(127.5f, 127.5f, 127.5f), List.of(127.5f, 127.5f, 127.5f), ChannelOrder.RGB);

        // when
        float[][] tables = arcFace.tables();

        // then
        for (int value = 0; value < 256; value++) {
            assertThat(tables[1][value]).isEqualTo((value - 127.5f) / 127.5f);
        }
        assertThat(NormalizeImage.imageNet().tables()[0][37]).isEqualTo((37 * (1f / 255) - 0.485f) / 0.229f);
    }

    @Test
    void shouldRefuseNormalisingByNothing() {
        List<Float> three = List.of(1f, 1f, 1f);
        assertThatThrownBy(() -> new NormalizeImage(1, three, List.of(1f, 0f, 1f), ChannelOrder.RGB)).hasMessageContaining("no std of 0");
        assertThatThrownBy(() -> new NormalizeImage(1, List.of(1f), three, ChannelOrder.RGB)).hasMessageContaining("1 means, 3 stds (expected: 3 each)");
        assertThatThrownBy(() -> new NormalizeImage(Float.NaN, three, three, ChannelOrder.RGB)).hasMessageContaining("finite");
        assertThatThrownBy(() -> new NormalizeImage(1, List.of(1f, Float.POSITIVE_INFINITY, 1f), three, ChannelOrder.RGB)).hasMessageContaining("finite");
    }

    @Test
    void shouldFollowPointsThroughSeveralOperations() {
        // given: cut off 10 and 20, make twice and three times as large, cut off 5
        Placement placement = Placement.SAME.then(new Placement(1, 1, -10, -20)).then(new Placement(2, 3, 0, 0)).then(new Placement(1, 1, -5, -5));

        // when, then
        assertThat(placement.pictureX(2 * (30 - 10) - 5)).isEqualTo(30);
        assertThat(placement.pictureY(3 * (40 - 20) - 5)).isEqualTo(40);
    }

    @Test
    void shouldRefuseAnEmptySize() {
        assertThatThrownBy(() -> new Extent(0, 5)).hasMessage("size: 0x5 (expected: at least 1x1)");
        assertThatThrownBy(() -> new Extent(5, -1)).hasMessage("size: 5x-1 (expected: at least 1x1)");
    }

    @Test
    void shouldRefuseABatchThatMemoryCannotHold() {
        assertThatThrownBy(() -> new BatchTensor(0, 5)).hasMessageStartingWith("batch: 0 inputs of 5 floats (expected: ");
        assertThatThrownBy(() -> new BatchTensor(1024, 3 * 1024 * 1024)).hasMessageContaining("1024 inputs");
        assertThat(new BatchTensor(4, 5).slots().isDirect()).isTrue();
        assertThat(new BatchTensor(4, 5).maxBatch()).isEqualTo(4);
    }
}
