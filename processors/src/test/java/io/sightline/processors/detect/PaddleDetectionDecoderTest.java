package io.sightline.processors.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.processors.model.InferenceException;
import io.sightline.processors.model.Tensor;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PaddleDetectionDecoderTest {
    private final PaddleDetectionDecoder decoder = new PaddleDetectionDecoder("rows");

    @Test
    void shouldReadClassScoreAndCorners() throws InferenceException {
        // given
        Answers answers = new Answers().matrix("rows", 6, 2, 0.9f, 10, 20, 30, 40, 0, 0.5f, 1, 2, 3, 4);

        // when, then
        assertThat(decoder.candidates(answers.outputs(), 0, 0.5f))
                .containsExactly(new Candidate(10, 20, 30, 40, 0.9f, 2, 0), new Candidate(1, 2, 3, 4, 0.5f, 0, 1));
    }

    @Test
    void shouldLeaveOutRowsBelowTheThresholdAndThoseThatStandForNone() throws InferenceException {
        // given
        Answers answers = new Answers().matrix("rows", 6, 0, 0.2f, 1, 1, 9, 9, -1, 0.99f, 1, 1, 9, 9, 1, 0.4f, 5, 5, 6, 6);

        // when, then
        assertThat(decoder.candidates(answers.outputs(), 0, 0.3f)).containsExactly(new Candidate(5, 5, 6, 6, 0.4f, 1, 2));
    }

    @Test
    void shouldFindNothingInAnAnswerWithoutRows() throws InferenceException {
        Map<String, Tensor> none = Map.of("rows", new Tensor(FloatBuffer.allocate(0), 0, 6));
        assertThat(decoder.candidates(none, 0, 0)).isEmpty();
        assertThat(decoder.candidates(new Answers().matrix("rows", 1, -1).outputs(), 0, 0)).isEmpty();
    }

    @Test
    void shouldFailWhereTheOutputIsAnother() {
        assertThatThrownBy(() -> decoder.candidates(Map.of(), 0, 0)).hasMessage("output rows: null (expected: float32[any, 6])");
        assertThatThrownBy(() -> decoder.candidates(new Answers().matrix("rows", 5, 1, 2, 3, 4, 5).outputs(), 0, 0))
                .hasMessage("output rows: float32[1, 5] (expected: float32[any, 6])");
        assertThatThrownBy(() -> decoder.candidates(new Answers().matrix("rows", 6, 0, Float.NaN, 0, 0, 0, 0).outputs(), 0, 0))
                .hasMessage("output rows: score NaN in row 0 (expected: 0..1)");
    }

    @Test
    void shouldAnswerForOnePictureAtATimeInPixelsOfThePicture() {
        assertThat(List.of(decoder.batches(), decoder.inPicture())).containsExactly(false, true);
    }
}
