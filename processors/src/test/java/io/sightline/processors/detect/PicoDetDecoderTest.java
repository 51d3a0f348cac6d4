package io.sightline.processors.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sightline.processors.model.AnchorGrid;
import io.sightline.processors.model.InferenceException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A model of 2 classes, 4 bins a side, on 40x24 pixels: 5x3 cells of 8 and 3x2 of 16. */
class PicoDetDecoderTest {
    private final PicoDetDecoder decoder = new PicoDetDecoder(List.of("s8", "s16"), List.of("b8", "b16"),
            List.of(new AnchorGrid(8, 5, 3), new AnchorGrid(16, 3, 2)));
    private final Answers answers = new Answers().zeros("s8", 15, 2).zeros("b8", 15, 16).zeros("s16", 6, 2).zeros("b16", 6, 16);

    @Test
    void shouldCountDistancesInStridesFromTheCellsMiddle() throws InferenceException {
        // given: cell 7 is column 2, row 1, its middle 20, 12; distances 1, 0, 2, 3 bins, each all but certain
        answers.row("s8", 7, 0.1f, 0.8f).row("b8", 7, 0, 50, 0, 0, 50, 0, 0, 0, 0, 0, 50, 0, 0, 0, 0, 50);

        // when
        List<Candidate> candidates = decoder.candidates(answers.outputs(), 0, 0.5f);

        // then
        assertThat(candidates).containsExactly(new Candidate(12, 12, 36, 36, 0.8f, 1, 7));
    }

    @Test
    void shouldTakeTheExpectationOfTheBins() throws InferenceException {
        // given: column 1, row 1 of the second stride, its middle 24, 24
        double[] logits = {0.3, -1, 2, 0.5};
        answers.row("s16", 4, 0.9f, 0.2f);
        for (int side = 0; side < 4; side++) {
            for (int bin = 0; bin < 4; bin++) {
                answers.outputs().get("b16").values().put(4 * 16 + side * 4 + bin, (float) logits[bin]);
            }
        }
        double sum = 0;
        double weighted = 0;
        for (int bin = 0; bin < 4; bin++) {
            sum += Math.exp(logits[bin]);
            weighted += bin * Math.exp(logits[bin]);
        }

        // when
        Candidate candidate = decoder.candidates(answers.outputs(), 0, 0.5f).get(0);

        // then
        assertThat((double) candidate.x1()).isCloseTo(24 - 16 * weighted / sum, within(1e-4));
        assertThat((double) candidate.y2()).isCloseTo(24 + 16 * weighted / sum, within(1e-4));
        assertThat(candidate.label()).isZero();
        assertThat(candidate.order()).as("behind the 15 cells of the first stride").isEqualTo(15 + 4);
    }

    @Test
    void shouldNotOverflowOnLargeNumbers() throws InferenceException {
        answers.row("s8", 0, 1, 0).row("b8", 0, 900, 900, 900, 900, -900, -900, -900, -900, 0, 0, 0, 0, 0, 0, 0, 0);
        assertThat(decoder.candidates(answers.outputs(), 0, 0.5f).get(0).x1()).isEqualTo(4 - 1.5f * 8);
    }

    @Test
    void shouldFailWhereAnOutputHasAnotherNumberOfCells() {
        answers.zeros("b16", 7, 16);
        assertThatThrownBy(() -> decoder.candidates(answers.outputs(), 0, 0.5f)).isInstanceOf(InferenceException.class)
                .hasMessage("output b16: float32[1, 7, 16] (expected: float32[more than 0, 6, any])");
    }
}
