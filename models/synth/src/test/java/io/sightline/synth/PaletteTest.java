package io.sightline.synth;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import org.junit.jupiter.api.Test;

class PaletteTest {
    @Test
    void shouldKeepTheEmblemVisibleWhenColoursAreDrawn() {
        for (int seed = 0; seed < 300; seed++) {
            Palette palette = Palette.random(new Rng(seed, 1));

            assertThat(distance(palette.emblem(), palette.label())).as("seed %d", seed).isGreaterThan(60);
            assertThat(Math.abs(Palette.brightness(palette.ink()) - Palette.brightness(palette.label()))).isGreaterThan(0.1);
        }
    }

    @Test
    void shouldOrderBrightnessAsTheEyeDoesWhenColoursArePure() {
        assertThat(Palette.brightness(Color.WHITE)).isEqualTo(1);
        assertThat(Palette.brightness(Color.BLACK)).isZero();
        assertThat(Palette.brightness(Color.GREEN)).isGreaterThan(Palette.brightness(Color.RED));
        assertThat(Palette.brightness(Color.RED)).isGreaterThan(Palette.brightness(Color.BLUE));
    }

    @Test
    void shouldStopAtWhiteWhenAColourIsLightened() {
        assertThat(Palette.shade(new Color(100, 200, 250), 2, 128)).isEqualTo(new Color(200, 255, 255, 128));
        assertThat(Palette.shade(new Color(100, 200, 250), 0.5, 255)).isEqualTo(new Color(50, 100, 125));
    }

    private static int distance(Color a, Color b) {
        return Math.abs(a.getRed() - b.getRed()) + Math.abs(a.getGreen() - b.getGreen()) + Math.abs(a.getBlue() - b.getBlue());
    }
}
