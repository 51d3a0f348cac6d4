package io.sightline.processors.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sightline.processors.stage.StageResult;
import io.sightline.schemas.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnitVectorTest {
    @Test
    void shouldBringAVectorToUnitLength() {
        assertThat(accepted(UnitVector.of(new float[] {3, 0, 4}, true))).containsExactly(0.6f, 0, 0.8f);
    }

    @Test
    void shouldMakeAVectorThatIsNearlyOfUnitLengthExact() {
        // when
        float[] vector = accepted(UnitVector.of(new float[] {1.0009f, 0}, false));

        // then
        assertThat(vector[0]).isCloseTo(1, within(1e-7f));
    }

    @Test
    void shouldRefuseAVectorThatTheModelShouldHaveNormalised() {
        assertThat(UnitVector.of(new float[] {3, 4}, false)).isEqualTo(StageResult.rejected(ErrorCode.INFERENCE,
                "embedding: a vector of length 5.0 (expected: 1, or output.normalise: true in model.yaml)"));
    }

    @ParameterizedTest
    @ValueSource(floats = {0, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void shouldRefuseAVectorWithoutADirection(float value) {
        for (boolean normalise : new boolean[] {true, false}) {
            assertThat(UnitVector.of(new float[] {value, value}, normalise)).isInstanceOfSatisfying(StageResult.Rejected.class, rejected -> {
                assertThat(rejected.code()).isEqualTo(ErrorCode.INFERENCE);
                assertThat(rejected.message()).startsWith("embedding: a vector of length ").endsWith(" (expected: finite, not 0)");
            });
        }
    }

    @Test
    void shouldSurviveVeryLargeAndVerySmallValues() {
        assertThat(accepted(UnitVector.of(new float[] {Float.MAX_VALUE, 0}, true))).containsExactly(1, 0);
        assertThat(accepted(UnitVector.of(new float[] {0, 1e-30f}, true))).containsExactly(0, 1);
    }

    private static float[] accepted(StageResult<float[]> result) {
        return ((StageResult.Accepted<float[]>) result).value();
    }
}
