package io.sightline.processors.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuppressionTest {
    @ParameterizedTest
    @CsvSource({
            "0, 0, 10, 10, 1.0",
            "5, 0, 15, 10, 0.333333",
            "0, 5, 10, 10, 0.5",
            "10, 0, 20, 10, 0.0",
            "20, 20, 30, 30, 0.0",
            "2, 2, 4, 4, 0.04",
            "5, 5, 5, 9, 0.0",
            "9, 9, 3, 3, 0.0"})
    void shouldMeasureTheShareOfTwoBoxesWithoutAnExtraPixel(float x1, float y1, float x2, float y2, float iou) {
        // given
        Candidate first = new Candidate(0, 0, 10, 10, 1, 0, 0);
        Candidate second = new Candidate(x1, y1, x2, y2, 1, 0, 1);

        // when, then
        assertThat(first.iou(second)).isCloseTo(iou, within(1e-5f));
        assertThat(second.iou(first)).isCloseTo(iou, within(1e-5f));
    }

    @Test
    void shouldKeepTheBetterOfTwoThatShareTooMuch() {
        // given
        Candidate good = new Candidate(0, 0, 10, 10, 0.9f, 0, 1);
        Candidate worse = new Candidate(0, 4, 10, 10, 0.8f, 0, 0);
        Candidate elsewhere = new Candidate(20, 0, 30, 10, 0.3f, 0, 2);

        // when, then
        assertThat(Suppression.keep(List.of(worse, elsewhere, good), 0.55f, 10)).containsExactly(good, elsewhere);
    }

    @Test
    void shouldKeepBoxesThatShareExactlyAsMuchAsAllowed() {
        // given
        Candidate good = new Candidate(0, 0, 10, 10, 0.9f, 0, 0);
        Candidate half = new Candidate(0, 5, 10, 10, 0.8f, 0, 1);

        // when, then
        assertThat(Suppression.keep(List.of(good, half), 0.5f, 10)).containsExactly(good, half);
        assertThat(Suppression.keep(List.of(good, half), 0.49f, 10)).containsExactly(good);
    }

    @Test
    void shouldLetADroppedBoxDropNoOther() {
        // given: b shares much with a and with c, a and c little
        Candidate a = new Candidate(0, 0, 10, 10, 0.9f, 0, 0);
        Candidate b = new Candidate(3, 0, 13, 10, 0.8f, 0, 1);
        Candidate c = new Candidate(6, 0, 16, 10, 0.7f, 0, 2);

        // when, then
        assertThat(Suppression.keep(List.of(a, b, c), 0.5f, 10)).containsExactly(a, c);
    }

    @Test
    void shouldCompareWithinAClassOnly() {
        // given
        Candidate cat = new Candidate(0, 0, 10, 10, 0.9f, 0, 0);
        Candidate dog = new Candidate(0, 0, 10, 10, 0.8f, 1, 1);

        // when, then
        assertThat(Suppression.keep(List.of(cat, dog), 0.5f, 10)).containsExactly(cat, dog);
    }

    @Test
    void shouldKeepTheBestOnesOnly() {
        // given
        List<Candidate> many = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            many.add(new Candidate(i * 20, 0, i * 20 + 10, 10, i / 20f, 0, i));
        }

        // when, then
        assertThat(Suppression.keep(many, 0.5f, 3)).extracting(Candidate::order).containsExactly(19, 18, 17);
    }

    @Test
    void shouldDecideBetweenEqualScoresByTheModelsOrderHoweverTheyCome() {
        // given
        List<Candidate> equal = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            equal.add(new Candidate(i, 0, i + 10, 10, 0.5f, 0, i));
        }
        List<Candidate> expected = Suppression.keep(equal, 0.3f, 10);
        Random random = new Random(1);

        // when, then
        for (int round = 0; round < 20; round++) {
            Collections.shuffle(equal, random);
            assertThat(Suppression.keep(equal, 0.3f, 10)).isEqualTo(expected);
        }
        assertThat(expected.get(0).order()).isZero();
    }

    @Test
    void shouldKeepNothingOfNothing() {
        assertThat(Suppression.keep(List.of(), 0.5f, 10)).isEmpty();
    }
}
