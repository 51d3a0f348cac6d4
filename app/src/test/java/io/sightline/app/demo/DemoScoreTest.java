package io.sightline.app.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sightline.app.demo.DemoPictures.TrueObject;
import io.sightline.schemas.Detection;
import io.sightline.schemas.Match;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemoScoreTest {
    private static final double[] LEFT = {0, 0, 100, 100};
    private static final double[] RIGHT = {200, 0, 300, 100};

    @Test
    void shouldCountFoundAndRightlyLabelledProducts() {
        DemoScore score = DemoScore.of(List.of(object("a", LEFT, 1), object("b", RIGHT, 1)),
                List.of(detection("a", 0, 0, 100, 90), detection("x", 200, 0, 300, 100)));
        assertThat(score).isEqualTo(new DemoScore(2, 2, 1, 1));
    }

    @Test
    void shouldNotCountADetectionTwice() {
        DemoScore score = DemoScore.of(List.of(object("a", LEFT, 1), object("b", new double[] {5, 0, 105, 100}, 1)), List.of(detection("a", 0, 0, 100, 100)));
        assertThat(score).isEqualTo(new DemoScore(2, 1, 1, 0));
    }

    @Test
    void shouldNotFindAProductWhenTheOverlapIsUnderOneHalf() {
        assertThat(DemoScore.of(List.of(object("a", LEFT, 1)), List.of(detection("a", 0, 0, 49, 100))).found()).isZero();
        assertThat(DemoScore.of(List.of(object("a", LEFT, 1)), List.of(detection("a", 0, 0, 51, 100))).found()).isOne();
    }

    @Test
    void shouldLeaveOutProductsThatHardlyShow() {
        DemoScore score = DemoScore.of(List.of(object("a", LEFT, 0.49), object("b", new double[] {200, 0, 239, 39}, 1)), List.of(detection("a", 0, 0, 100, 100)));
        assertThat(score).isEqualTo(DemoScore.NONE);
    }

    @Test
    void shouldCountAFoundProductWithoutALabelAsNeitherRightNorWrong() {
        Detection unlabelled = new Detection(List.of(0, 0, 100, 100), 0.9, "product", List.of(), List.of(), null, null);
        assertThat(DemoScore.of(List.of(object("a", LEFT, 1)), List.of(unlabelled))).isEqualTo(new DemoScore(1, 1, 0, 0));
    }

    @Test
    void shouldAddUp() {
        assertThat(new DemoScore(1, 2, 3, 4).plus(new DemoScore(10, 20, 30, 40))).isEqualTo(new DemoScore(11, 22, 33, 44));
        assertThat(DemoScore.iou(LEFT, List.of(50, 0, 150, 100))).isCloseTo(1 / 3.0, within(1e-9));
    }

    private static TrueObject object(String label, double[] box, double visible) {
        return new TrueObject(1, label, box, visible);
    }

    private static Detection detection(String label, int x1, int y1, int x2, int y2) {
        return new Detection(List.of(x1, y1, x2, y2), 0.9, "product", List.of(new Match("id", label, 0.8, "{}", "demo")), List.of(), null, null);
    }
}
