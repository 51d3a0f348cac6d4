package io.sightline.processors.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sightline.processors.detect.Landmarks;
import io.sightline.processors.image.DecodedImage;
import io.sightline.processors.image.MatImage;
import io.sightline.processors.prepare.Extent;
import java.util.Collections;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class FaceAlignmentTest {
    private static final Offset<Double> SAME = within(1e-5);
    private static final Landmarks TURNED = new Landmarks(List.of(310f, 120f, 352f, 131f, 322f, 150f, 300f, 163f, 338f, 174f));
    private static final Landmarks UPRIGHT = new Landmarks(List.of(10f, 10f, 60f, 12f, 33f, 40f, 14f, 60f, 58f, 66f));

    /** Expected: Umeyama's method with numpy's svd, as skimage has it. */
    @Test
    void shouldFindTheTurnThatUmeyamaFinds() {
        assertThat(FaceAlignment.similarity(TURNED, new Extent(112, 112)))
                .containsExactly(new double[] {0.814152379, 0.230127687, -242.051718444, -0.230127687, 0.814152379, 26.385310588}, SAME);
        assertThat(FaceAlignment.similarity(UPRIGHT, new Extent(112, 112)))
                .containsExactly(new double[] {0.73410352, 0.020559376, 29.559504278, -0.020559376, 0.73410352, 45.018065826}, SAME);
        assertThat(FaceAlignment.similarity(UPRIGHT, new Extent(224, 224)))
                .containsExactly(new double[] {1.468207039, 0.041118752, 59.119008557, -0.041118752, 1.468207039, 90.036131652}, SAME);
    }

    @Test
    void shouldRefusePointsInOnePlace() {
        Landmarks point = new Landmarks(Collections.nCopies(10, 7f));
        assertThatThrownBy(() -> FaceAlignment.similarity(point, new Extent(112, 112))).hasMessageStartingWith("landmarks: [7.0, ").hasMessageEndingWith("(expected: five points of a face)");
        assertThatThrownBy(() -> new Landmarks(List.of(1f))).hasMessage("landmarks: 1 numbers (expected: 10)");
    }

    @Test
    void shouldMoveTheFaceIntoItsPlaceAndLeaveTheRestBlack() {
        // given a picture with a white dot of 5 x 5 pixels where the nose is
        byte[] pixels = new byte[100 * 100 * 3];
        for (int y = 38; y <= 42; y++) {
            for (int x = 31; x <= 35; x++) {
                pixels[(y * 100 + x) * 3] = pixels[(y * 100 + x) * 3 + 1] = pixels[(y * 100 + x) * 3 + 2] = -1;
            }
        }
        try (DecodedImage image = MatImage.ofBgr(100, 100, pixels); DecodedImage aligned = FaceAlignment.aligned(image, UPRIGHT, new Extent(112, 112))) {
            double u = 0.73410352 * 33 + 0.020559376 * 40 + 29.559504278;
            double v = -0.020559376 * 33 + 0.73410352 * 40 + 45.018065826;
            assertThat(aligned.width()).isEqualTo(112);
            assertThat(blue(aligned, (int) Math.round(u), (int) Math.round(v))).isEqualTo(255);
            assertThat(blue(aligned, 2, 2)).isZero();
            assertThat(blue(aligned, (int) Math.round(u), (int) Math.round(v) + 6)).isZero();
        }
    }

    private static int blue(DecodedImage image, int x, int y) {
        return MatImage.of(image).read(mat -> mat.ptr(y, x).get() & 0xff);
    }
}
