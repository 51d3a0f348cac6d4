package io.sightline.processors.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sightline.processors.model.AnchorGrid;
import io.sightline.processors.model.InferenceException;
import io.sightline.processors.prepare.Extent;
import java.util.List;
import org.junit.jupiter.api.Test;

class FaceDecodersTest {
    private final YuNetDecoder yuNet = new YuNetDecoder(List.of(new AnchorGrid(8, 4, 4), new AnchorGrid(16, 2, 2)));
    private final UltraFaceDecoder ultraFace = new UltraFaceDecoder("scores", "boxes", new Extent(320, 240));

    @Test
    void shouldReadYuNetsFaces() throws InferenceException {
        // given: cell 3 of stride 16 is column 1, row 1; the middle of the face is 1.5, 1.25 cells in
        Answers answers = yuNetAnswers().row("cls_16", 3, 0.81f).row("obj_16", 3, 1.21f).row("bbox_16", 3, 0.5f, 0.25f, 0, (float) Math.log(3));

        // when
        Candidate face = yuNet.candidates(answers.outputs(), 0, 0.7f).get(0);

        // then: obj is cut to 1
        assertThat(face.score()).isCloseTo(0.9f, within(1e-6f));
        assertThat(face.x1()).isCloseTo(24 - 8, within(1e-4f));
        assertThat(face.x2()).isCloseTo(24 + 8, within(1e-4f));
        assertThat(face.y1()).isCloseTo(20 - 24, within(1e-4f));
        assertThat(face.y2()).isCloseTo(20 + 24, within(1e-4f));
        assertThat(face.order()).isEqualTo(16 + 3);
    }

    @Test
    void shouldFindNoFaceWhereObjectOrClassSaysNone() throws InferenceException {
        Answers answers = yuNetAnswers().row("cls_8", 0, 1).row("obj_8", 0, -0.5f).row("cls_8", 1, 0.3f).row("obj_8", 1, 1);
        assertThat(yuNet.candidates(answers.outputs(), 0, 0.6f)).isEmpty();
        assertThat(yuNet.candidates(answers.outputs(), 0, 0.5f)).extracting(Candidate::order).containsExactly(1);
    }

    @Test
    void shouldFailWhereYuNetsOutputsAreNotThere() {
        assertThatThrownBy(() -> yuNet.candidates(new Answers().zeros("cls_8", 16, 1).outputs(), 0, 0.6f))
                .hasMessage("output obj_8: null (expected: float32[more than 0, 16, 1])");
    }

    @Test
    void shouldReadUltraFacesCornersAsSharesOfTheInput() throws InferenceException {
        // given
        Answers answers = new Answers().zeros("scores", 3, 2).zeros("boxes", 3, 4)
                .row("scores", 1, 0.05f, 0.95f).row("boxes", 1, 0.25f, 0.5f, 0.5f, 0.75f).row("scores", 2, 0.9f, 0.1f);

        // when, then
        assertThat(ultraFace.candidates(answers.outputs(), 0, 0.7f)).containsExactly(new Candidate(80, 120, 160, 180, 0.95f, 0, 1));
    }

    @Test
    void shouldFailWhereUltraFacesOutputsDoNotBelongTogether() {
        Answers answers = new Answers().zeros("scores", 3, 2).zeros("boxes", 4, 4);
        assertThatThrownBy(() -> ultraFace.candidates(answers.outputs(), 0, 0.7f))
                .hasMessage("output boxes: float32[1, 4, 4] (expected: float32[more than 0, 3, 4])");
    }

    private static Answers yuNetAnswers() {
        return new Answers().zeros("cls_8", 16, 1).zeros("obj_8", 16, 1).zeros("bbox_8", 16, 4)
                .zeros("cls_16", 4, 1).zeros("obj_16", 4, 1).zeros("bbox_16", 4, 4);
    }
}
