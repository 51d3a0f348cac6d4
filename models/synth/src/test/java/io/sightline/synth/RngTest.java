package io.sightline.synth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RngTest {
    @Test
    void shouldDrawTheSameWhenSeedAndStreamAreTheSame() {
        assertThat(new Rng(3, 4).nextLong()).isEqualTo(new Rng(3, 4).nextLong());
        assertThat(new Rng(3, 4).nextLong()).isNotEqualTo(new Rng(3, 5).nextLong()).isNotEqualTo(new Rng(4, 4).nextLong());
    }

    @Test
    void shouldDrawWhatTheWorldWasFrozenWithWhenTheJdkIsAnother() {
        Rng rng = new Rng(6_000_000, 2);

        assertThat(rng.below(1000)).isEqualTo(905);
        assertThat(rng.between(5, 2000)).isEqualTo(12);
        assertThat(rng.range(0, 1000)).isEqualTo(291.8491811884475);
        assertThat(rng.pick("a", "b", "c", "d")).isEqualTo("c");
    }

    @Test
    void shouldStayInsideTheLimitsWhenRangesAreDrawn() {
        Rng rng = new Rng(1, 1);

        IntStream.range(0, 1000).forEach(i -> {
            assertThat(rng.between(2, 4)).isBetween(2, 4);
            assertThat(rng.logRange(0.5, 8)).isBetween(0.5, 8.0);
            assertThat(rng.normal()).isBetween(-3.5, 3.5);
        });
    }
}
