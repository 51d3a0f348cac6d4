package io.sightline.app.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sightline.app.evaluate.PrecisionRecall.Point;
import io.sightline.app.evaluate.PrecisionRecall.Scored;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrecisionRecallTest {
    @Test
    void shouldGiveOneWhenEverythingIsFoundAndNothingElse() {
        assertThat(PrecisionRecall.of(List.of(hit(0.9), hit(0.2)), 2).averagePrecision()).isEqualTo(1);
    }

    @Test
    void shouldGiveTheAreaUnderTheEnvelopeWhenAMissStandsBetweenTwoHits() {
        // precision 1, 1/2, 2/3 at recall 1/2, 1/2, 1: half of it at 1, half at 2/3
        PrecisionRecall curve = PrecisionRecall.of(List.of(hit(0.9), miss(0.8), hit(0.7)), 2);
        assertThat(curve.averagePrecision()).isCloseTo(0.5 + 0.5 * 2 / 3, within(1e-12));
        assertThat(curve.envelope()).containsExactly(new double[] {1, 2 / 3.0, 2 / 3.0}, within(1e-12));
    }

    @Test
    void shouldLiftEarlyMissesToTheBestPrecisionOfHigherRecall() {
        // precision 0, 1/2, 2/3, 3/4 of four: a recall of 3/4 at 3/4, nothing for the one never found
        assertThat(PrecisionRecall.of(List.of(miss(0.9), hit(0.8), hit(0.7), hit(0.6)), 4).averagePrecision()).isCloseTo(0.75 * 0.75, within(1e-12));
    }

    @Test
    void shouldOrderByScoreItself() {
        assertThat(PrecisionRecall.of(List.of(miss(0.1), hit(0.9)), 1).averagePrecision()).isEqualTo(1);
        assertThat(PrecisionRecall.of(List.of(hit(0.1), miss(0.9)), 1).averagePrecision()).isEqualTo(0.5);
    }

    @Test
    void shouldGiveNothingWhenNothingIsDetected() {
        PrecisionRecall curve = PrecisionRecall.of(List.of(), 3);
        assertThat(curve.averagePrecision()).isZero();
        assertThat(curve.recall()).isZero();
        assertThat(curve.at(0.5)).isEqualTo(new Point(1, 0, 1));
    }

    @Test
    void shouldSayWhatAThresholdFinds() {
        PrecisionRecall curve = PrecisionRecall.of(List.of(hit(0.9), miss(0.5), hit(0.2)), 4);
        assertThat(curve.at(0.5)).isEqualTo(new Point(0.5, 0.25, 0.5));
        assertThat(curve.at(0.51)).isEqualTo(new Point(0.9, 0.25, 1));
        assertThat(curve.recall()).isEqualTo(0.5);
    }

    @Test
    void shouldRefuseATruthWithoutBoxes() {
        assertThatThrownBy(() -> PrecisionRecall.of(List.of(miss(0.9)), 0)).hasMessage("true boxes: 0 (expected: >= 1)");
    }

    private static Scored hit(double score) {
        return new Scored(score, true);
    }

    private static Scored miss(double score) {
        return new Scored(score, false);
    }
}
