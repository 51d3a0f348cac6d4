package io.sightline.synth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ShadingTest {
    @Test
    void shouldLightAFlatFrontEvenlyWhenItIsNotRound() {
        Shading shading = Shading.random(new Rng(3, 1), 0);

        assertThat(Arrays.stream(shading.gain).distinct().count()).isEqualTo(1);
        assertThat(shading.gloss).containsOnly(0);
    }

    @Test
    void shouldDarkenTowardsASideWhenItIsRound() {
        for (int seed = 0; seed < 50; seed++) {
            Shading shading = Shading.random(new Rng(seed, 1), 0.9);

            assertThat(Arrays.stream(shading.gain)).hasSize(Shading.STEPS).allMatch(gain -> gain > 0 && gain <= 300);
            assertThat(Arrays.stream(shading.gain).max().orElseThrow()).isGreaterThan(Arrays.stream(shading.gain).min().orElseThrow() + 10);
            assertThat(Arrays.stream(shading.gloss)).allMatch(gloss -> gloss >= 0 && gloss < 255);
        }
    }
}
