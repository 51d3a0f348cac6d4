package io.sightline.synth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CameraTest {
    @Test
    void shouldKeepColoursNearlyWhenInTheStudio() {
        Canvas canvas = grey();

        new Camera(new Rng(4, 1), 0.2).shoot(canvas);

        double mean = Arrays.stream(canvas.pixels).map(p -> p >> 8 & 255).average().orElseThrow();
        assertThat(mean).isBetween(95.0, 165.0);
    }

    @Test
    void shouldGiveTheSamePictureWhenDrawsAreTheSame() {
        Canvas once = grey();
        Canvas twice = grey();

        new Camera(new Rng(5, 1), 1).shoot(once);
        new Camera(new Rng(5, 1), 1).shoot(twice);

        assertThat(once.pixels).isEqualTo(twice.pixels);
    }

    @Test
    void shouldCompressHarderWhenHandHeld() {
        assertThat(new Camera(new Rng(6, 1), 0).jpegQuality()).isBetween(0.85f, 0.95f);
        assertThat(new Camera(new Rng(6, 1), 1).jpegQuality()).isBetween(0.4f, 0.95f);
    }

    @Test
    void shouldKeepSizeAndColoursNearlyWhenAJpegIsReadBack() {
        Canvas canvas = grey();

        byte[] jpeg = Jpeg.encode(canvas.image, 0.9f);

        assertThat(jpeg).startsWith(0xFF, 0xD8);
        assertThat(Jpeg.decode(jpeg).getWidth()).isEqualTo(40);
        assertThat(Jpeg.decode(jpeg).getRGB(10, 10) & 255).isBetween(126, 130);
        assertThat(Jpeg.encode(canvas.image, 0.9f)).isEqualTo(jpeg);
    }

    private static Canvas grey() {
        Canvas canvas = new Canvas(40, 30);
        Arrays.fill(canvas.pixels, 0x808080);
        return canvas;
    }
}
