package io.sightline.app.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.app.evaluate.ThresholdAdvice.Scored;
import java.util.List;
import org.junit.jupiter.api.Test;

class ThresholdAdviceTest {
    @Test
    void shouldStandHalfwayBetweenRightAndWrongWhenTheyDoNotOverlap() {
        assertThat(ThresholdAdvice.mostRight(List.of(right(0.9), right(0.8), wrong(0.4), wrong(0.2)))).isEqualTo(new ThresholdAdvice(0.6, 2, 0));
    }

    @Test
    void shouldAcceptAWrongMatchWhenTurningItAwayCostsMoreRightOnes() {
        assertThat(ThresholdAdvice.mostRight(List.of(right(0.9), wrong(0.8), right(0.7), right(0.6), wrong(0.2)))).isEqualTo(new ThresholdAdvice(0.4, 3, 1));
    }

    @Test
    void shouldAcceptEverythingWhenNothingIsWrong() {
        assertThat(ThresholdAdvice.mostRight(List.of(right(0.5004), right(0.7)))).isEqualTo(new ThresholdAdvice(0.5, 2, 0));
    }

    @Test
    void shouldAcceptNothingWhenNothingIsRight() {
        assertThat(ThresholdAdvice.mostRight(List.of(wrong(0.5), wrong(0.7)))).isEqualTo(new ThresholdAdvice(0.701, 0, 0));
    }

    @Test
    void shouldTakeTheLowerOfTwoEquallyGoodOnes() {
        assertThat(ThresholdAdvice.mostRight(List.of(right(0.9), wrong(0.7), right(0.5)))).isEqualTo(new ThresholdAdvice(0.5, 2, 1));
    }

    @Test
    void shouldKeepWrongLabelsUnderTheShareAskedFor() {
        List<Scored> answers = List.of(right(0.9), wrong(0.8), right(0.7), wrong(0.6));
        assertThat(ThresholdAdvice.atMostWrong(answers, 0)).isEqualTo(new ThresholdAdvice(0.85, 1, 0));
        assertThat(ThresholdAdvice.atMostWrong(answers, 0.25)).isEqualTo(new ThresholdAdvice(0.65, 2, 1));
        assertThat(ThresholdAdvice.atMostWrong(answers, 1)).isEqualTo(new ThresholdAdvice(0.6, 2, 2));
    }

    @Test
    void shouldSayWhatItDoesAtTheDigitsItGives() {
        // Halfway is 0.70045; three digits fall below both.
        assertThat(ThresholdAdvice.mostRight(List.of(right(0.7005), wrong(0.7004)))).isEqualTo(new ThresholdAdvice(0.7, 1, 1));
    }

    @Test
    void shouldRefuseToAdviseFromNothing() {
        assertThatThrownBy(() -> ThresholdAdvice.mostRight(List.of())).hasMessageContaining("expected: at least one query");
    }

    private static Scored right(double score) {
        return new Scored(score, true);
    }

    private static Scored wrong(double score) {
        return new Scored(score, false);
    }
}
