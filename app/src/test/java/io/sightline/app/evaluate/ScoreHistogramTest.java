package io.sightline.app.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightline.app.evaluate.ScoreHistogram.Bin;
import io.sightline.app.evaluate.ThresholdAdvice.Scored;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScoreHistogramTest {
    @Test
    void shouldCountRightAndWrongApartInStepsOfATwentieth() {
        ScoreHistogram histogram = ScoreHistogram.of(List.of(new Scored(0.51, true), new Scored(0.52, false), new Scored(0.61, true)));
        assertThat(histogram.bins()).containsExactly(new Bin(0.5, 0.55, 1, 1), new Bin(0.55, 0.6, 0, 0), new Bin(0.6, 0.65, 1, 0));
    }

    @Test
    void shouldPutAScoreOfOneIntoTheLastBinAndNegativeOnesBelowZero() {
        assertThat(ScoreHistogram.of(List.of(new Scored(1, true))).bins()).containsExactly(new Bin(0.95, 1, 1, 0));
        assertThat(ScoreHistogram.of(List.of(new Scored(-0.01, false))).bins()).containsExactly(new Bin(-0.05, 0, 0, 1));
    }

    @Test
    void shouldDrawTheLongestBarForTheLargestCount() {
        List<String> lines = ScoreHistogram.of(List.of(new Scored(0.51, true), new Scored(0.52, true), new Scored(0.53, false))).lines();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(1)).contains("2 " + "#".repeat(28) + " ").contains("1 " + "#".repeat(14)).doesNotContain("#".repeat(29));
    }
}
