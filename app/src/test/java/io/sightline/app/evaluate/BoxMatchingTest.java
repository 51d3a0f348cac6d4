package io.sightline.app.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sightline.processors.detect.DetectedBox;
import java.util.List;
import org.junit.jupiter.api.Test;

class BoxMatchingTest {
    private static final double[] LEFT = {0, 0, 100, 100};
    private static final double[] BESIDE = {10, 0, 110, 100};

    @Test
    void shouldFindABoxOnlyOnce() {
        assertThat(BoxMatching.match(List.of(box(0, 100), box(1, 101)), List.of(LEFT))).containsExactly(0, BoxMatching.NOTHING);
    }

    @Test
    void shouldLetTheBestDetectionChooseFirst() {
        // the second one overlaps LEFT more, but comes later
        assertThat(BoxMatching.match(List.of(box(4, 104), box(0, 100)), List.of(LEFT, BESIDE))).containsExactly(0, 1);
    }

    @Test
    void shouldTakeTheNextBoxWhenTheNearestIsTaken() {
        assertThat(BoxMatching.match(List.of(box(0, 100), box(2, 102)), List.of(LEFT, BESIDE))).containsExactly(0, 1);
    }

    @Test
    void shouldFindNothingUnderOneHalf() {
        assertThat(BoxMatching.match(List.of(box(0, 50)), List.of(LEFT))).containsExactly(0);
        assertThat(BoxMatching.match(List.of(box(0, 49)), List.of(LEFT))).containsExactly(BoxMatching.NOTHING);
        assertThat(BoxMatching.match(List.of(box(0, 49)), List.of())).containsExactly(BoxMatching.NOTHING);
    }

    @Test
    void shouldMeasureOverlap() {
        assertThat(BoxMatching.iou(box(50, 150), LEFT)).isCloseTo(1 / 3.0, within(1e-12));
        assertThat(BoxMatching.iou(box(100, 200), LEFT)).isZero();
    }

    private static DetectedBox box(int x1, int x2) {
        return new DetectedBox(x1, 0, x2, 100, 0.9f, "product");
    }
}
