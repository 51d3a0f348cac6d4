package io.sightline.processors.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class UnitVectorsTest {
    @Test
    void shouldBringAVectorToUnitLengthAndLeaveItAlone() {
        float[] vector = {3, 4};
        assertThat(UnitVectors.of(vector, 2)).containsExactly(0.6f, 0.8f);
        assertThat(vector).containsExactly(3, 4);
    }

    @Test
    void shouldKeepTheDirectionOfHugeAndTinyVectors() {
        assertThat(UnitVectors.of(new float[] {Float.MAX_VALUE, Float.MAX_VALUE}, 2)).containsExactly(new float[] {0.7071f, 0.7071f}, within(1e-4f));
        assertThat(UnitVectors.of(new float[] {Float.MIN_VALUE, 0}, 2)).containsExactly(1, 0);
    }

    @Test
    void shouldSayWhatIsWrongWithAVector() {
        assertThatThrownBy(() -> UnitVectors.of(new float[3], 2)).hasMessage("vector: 3 dimensions (expected: 2)");
        assertThatThrownBy(() -> UnitVectors.of(new float[] {1, Float.NaN}, 2)).hasMessage("vector: NaN at 1 (expected: finite numbers)");
        assertThatThrownBy(() -> UnitVectors.of(new float[2], 2)).hasMessage("vector: all zero (expected: a direction)");
    }
}
