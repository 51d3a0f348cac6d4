package io.sightline.processors.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sightline.processors.model.Activation;
import io.sightline.processors.model.InferenceException;
import io.sightline.processors.model.ModelOutput;
import java.util.List;
import org.junit.jupiter.api.Test;

class TopClassesTest {
    private static final List<String> LABELS = List.of("ant", "bee", "cat", "dog");

    @Test
    void shouldMakeSharesOfOneOfSoftmax() throws InferenceException {
        // when
        List<ScoredClass> classes = top(Activation.SOFTMAX, 4, 0).of(new float[] {1, 3, 2, 3});

        // then: the first of equal ones first
        assertThat(classes).extracting(ScoredClass::label).containsExactly("bee", "dog", "cat", "ant");
        double sum = Math.exp(-2) + 1 + Math.exp(-1) + 1;
        assertThat((double) classes.get(0).score()).isCloseTo(1 / sum, within(1e-6));
        assertThat((double) classes.get(3).score()).isCloseTo(Math.exp(-2) / sum, within(1e-6));
    }

    @Test
    void shouldJudgeEachClassForItselfWithSigmoid() throws InferenceException {
        assertThat(top(Activation.SIGMOID, 4, 0.5f).of(new float[] {0, -1, 1000, -1000}))
                .containsExactly(new ScoredClass(2, "cat", 1), new ScoredClass(0, "ant", 0.5f));
    }

    @Test
    void shouldLeaveProbabilitiesAsTheModelGivesThem() throws InferenceException {
        assertThat(top(Activation.NONE, 2, 0).of(new float[] {0.1f, 0.2f, 0.6f, 0.1f}))
                .containsExactly(new ScoredClass(2, "cat", 0.6f), new ScoredClass(1, "bee", 0.2f));
    }

    @Test
    void shouldNotOverflowOnLargeNumbers() throws InferenceException {
        assertThat(top(Activation.SOFTMAX, 1, 0).of(new float[] {1e6f, 0, 0, 0})).containsExactly(new ScoredClass(0, "ant", 1));
    }

    @Test
    void shouldNumberClassesThatHaveNoNames() throws InferenceException {
        TopClasses unnamed = new TopClasses(new ModelOutput.Classes("scores", Activation.NONE, 1, 0), List.of());
        assertThat(unnamed.of(new float[] {0, 9})).containsExactly(new ScoredClass(1, "1", 9));
    }

    @Test
    void shouldFailOnWhatIsNoNumber() {
        assertThatThrownBy(() -> top(Activation.NONE, 1, 0).of(new float[] {0, Float.NaN, 0, 0})).isInstanceOf(InferenceException.class)
                .hasMessage("output scores: NaN for class 1 (expected: a number)");
    }

    private static TopClasses top(Activation activation, int k, float threshold) {
        return new TopClasses(new ModelOutput.Classes("scores", activation, k, threshold), LABELS);
    }
}
