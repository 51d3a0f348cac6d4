package io.sightline.synth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SceneTest {
    @Test
    void shouldHoldNoneToSixProductsWhenManyScenesAreComposed() {
        int[] counts = new int[7];
        for (int i = 0; i < 60; i++) {
            counts[Scene.compose(new Rng(8, i), 160, 120, new ProductSource(0, 40)).objects.size()]++;
        }

        assertThat(counts[0]).isBetween(1, 20);
        assertThat(counts[1] + counts[2]).isGreaterThan(10);
        assertThat(Arrays.stream(counts).sum()).isEqualTo(60);
    }

    @Test
    void shouldLeaveHiddenProductsOutWhenTheyHardlyShow() {
        for (int i = 0; i < 40; i++) {
            Scene scene = Scene.compose(new Rng(9, i), 160, 120, new ProductSource(0, 40));

            assertThat(scene.objects).allSatisfy(found -> assertThat(found.visible()).isGreaterThanOrEqualTo(Scene.MIN_VISIBLE));
        }
    }

    @Test
    void shouldTakeOwnershipAwayWhenSomethingIsPaintedOver() {
        Canvas canvas = new Canvas(200, 200);
        Rng rng = new Rng(4, 4);
        Pose pose = Pose.of(100, 100, 80, 80, 0, 0, 0);
        int area = Scene.paste(canvas, rng, Product.of(1), pose, 1);

        for (int i = 0; i < 6; i++) {
            Scene.paintOccluder(canvas, rng, pose);
        }

        assertThat(Extent.of(canvas, 1).pixels()).isLessThan(area).isGreaterThan(0);
    }
}
