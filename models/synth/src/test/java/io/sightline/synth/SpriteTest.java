package io.sightline.synth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SpriteTest {
    private final Sprite sprite = square();

    @Test
    void shouldOwnThePixelsItCoversWhenPainted() {
        Canvas canvas = new Canvas(60, 60);

        int covered = sprite.paint(canvas, Pose.of(30, 30, 20, 20, 0, 0, 0), Shading.random(new Rng(1, 1), 0), 1);

        assertThat(covered).isEqualTo(400);
        assertThat(Extent.of(canvas, 1)).isEqualTo(new Extent(20, 20, 40, 40, 400));
    }

    @Test
    void shouldCountCoveredPixelsOutsideWhenPartlyOutOfThePicture() {
        Canvas canvas = new Canvas(60, 60);

        int covered = sprite.paint(canvas, Pose.of(0, 30, 20, 20, 0, 0, 0), Shading.random(new Rng(1, 1), 0), 1);

        assertThat(covered).isEqualTo(400);
        assertThat(Extent.of(canvas, 1).pixels() / 400.0).isCloseTo(0.5, within(0.01));
    }

    @Test
    void shouldDarkenWithoutOwningWhenOnlyTheShadowFalls() {
        Canvas canvas = new Canvas(60, 60);
        Arrays.fill(canvas.pixels, 0xFFFFFF);

        sprite.paintShadow(canvas, Pose.of(30, 30, 20, 20, 0, 0, 0), 0.5);

        assertThat(canvas.pixels[30 * 60 + 30] & 255).isBetween(100, 150);
        assertThat(canvas.pixels[0] & 255).isEqualTo(255);
        assertThat(Extent.of(canvas, 1).pixels()).isZero();
    }

    @Test
    void shouldPaintOnceWhenTheSameProductIsAskedAgain() {
        assertThat(SpriteCache.of(Product.of(12))).isSameAs(SpriteCache.of(Product.of(12)));
    }

    @Test
    void shouldForgetTheOldestWhenManyProductsArePainted() {
        Sprite first = SpriteCache.of(Product.of(100));
        for (int seed = 101; seed < 120; seed++) {
            SpriteCache.of(Product.of(seed));
        }

        assertThat(SpriteCache.of(Product.of(100))).isNotSameAs(first);
    }

    private static Sprite square() {
        BufferedImage front = new BufferedImage(64, 64, BufferedImage.TYPE_INT_ARGB_PRE);
        Graphics2D g = front.createGraphics();
        g.setColor(Color.GREEN);
        g.fillRect(0, 0, 64, 64);
        g.dispose();
        return new Sprite(front);
    }
}
