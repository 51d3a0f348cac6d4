package io.sightline.synth;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Graphics2D;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BackdropTest {
    @Test
    void shouldCoverTheWholeCanvasWhenAnyBackgroundIsPainted() {
        for (int seed = 0; seed < 40; seed++) {
            Canvas canvas = new Canvas(64, 48);
            Arrays.fill(canvas.pixels, 0xFF00FF);

            Backdrop.paint(canvas, new Rng(seed, 1));

            long untouched = Arrays.stream(canvas.pixels).filter(pixel -> pixel == 0xFF00FF).count();
            assertThat(untouched).as("seed %d", seed).isLessThan(3);
            assertThat(Extent.of(canvas, Canvas.NOBODY).pixels()).isEqualTo(64 * 48);
        }
    }

    @Test
    void shouldStayNearlyEvenWhenThePlainGroundIsPainted() {
        for (int seed = 0; seed < 20; seed++) {
            Canvas canvas = new Canvas(32, 32);

            Backdrop.paintPlain(canvas, new Rng(seed, 1));

            int[] green = Arrays.stream(canvas.pixels).map(pixel -> pixel >> 8 & 255).sorted().toArray();
            assertThat(green[green.length - 1] - green[0]).isLessThan(50);
        }
    }

    @Test
    void shouldPutTheTransformBackWhenAThingIsPainted() {
        Canvas canvas = new Canvas(100, 100);
        Graphics2D g = canvas.graphics();
        for (int seed = 0; seed < 40; seed++) {
            Clutter.paintThing(g, new Rng(seed, 1), 50, 50, 40);
            assertThat(g.getTransform().isIdentity()).isTrue();
        }
        g.dispose();

        assertThat(Arrays.stream(canvas.pixels).filter(pixel -> pixel != 0).count()).isGreaterThan(1000);
    }
}
