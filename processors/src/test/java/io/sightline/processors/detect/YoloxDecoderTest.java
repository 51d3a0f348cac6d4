package io.sightline.processors.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sightline.processors.model.AnchorGrid;
import io.sightline.processors.model.InferenceException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A model of 3 classes on 64x32 pixels: 8x4 cells of 8, 4x2 of 16. */
class YoloxDecoderTest {
    private final YoloxDecoder decoder = new YoloxDecoder("output", List.of(new AnchorGrid(8, 8, 4), new AnchorGrid(16, 4, 2)));
    private final Answers answers = new Answers().zeros("output", 40, 8);

    @Test
    void shouldPlaceBoxesByCellAndStride() throws InferenceException {
        // given: row 32 + 6 is column 2, row 1 of stride 16
        answers.row("output", 38, 0.5f, 0.25f, (float) Math.log(2), 0, 0.8f, 0.1f, 0.9f, 0.2f);

        // when
        Candidate candidate = decoder.candidates(answers.outputs(), 0, 0.3f).get(0);

        // then: middle 40, 20, size 32x16
        assertThat(candidate.x1()).isCloseTo(24, within(1e-4f));
        assertThat(candidate.y1()).isCloseTo(12, within(1e-4f));
        assertThat(candidate.x2()).isCloseTo(56, within(1e-4f));
        assertThat(candidate.y2()).isCloseTo(28, within(1e-4f));
        assertThat(candidate.score()).isEqualTo(0.8f * 0.9f);
        assertThat(candidate.label()).isEqualTo(1);
        assertThat(candidate.order()).isEqualTo(38);
    }

    @Test
    void shouldMultiplyObjectAndClassBeforeTheThreshold() throws InferenceException {
        answers.row("output", 0, 0, 0, 0, 0, 0.6f, 0.6f, 0, 0).row("output", 1, 0, 0, 0, 0, 1, 0, 0, 0.5f);
        assertThat(decoder.candidates(answers.outputs(), 0, 0.4f)).extracting(Candidate::order).containsExactly(1);
    }

    @Test
    void shouldFailWhereTheModelAnswersNonsense() {
        answers.row("output", 3, 0, 0, 0, 0, Float.NaN, 0, 0, 0);
        assertThatThrownBy(() -> decoder.candidates(answers.outputs(), 0, 0.4f)).hasMessage("output output: score NaN in row 3 (expected: 0..1)");
        assertThatThrownBy(() -> decoder.candidates(new Answers().zeros("output", 39, 8).outputs(), 0, 0.4f))
                .hasMessage("output output: float32[1, 39, 8] (expected: float32[more than 0, 40, any])");
    }
}
