package io.sightline.app.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelChoiceTest {
    @Test
    void shouldReadANameWithAndWithoutAVersion() {
        assertThat(ModelChoice.parse("embedder")).isEqualTo(new ModelChoice("embedder", Optional.empty()));
        assertThat(ModelChoice.parse("embedder@2")).isEqualTo(new ModelChoice("embedder", Optional.of("2")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "@2", "embedder@"})
    void shouldRefuseHalfAChoice(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> ModelChoice.parse(text)).withMessage("model: '" + text + "' (expected: NAME or NAME@VERSION)");
    }
}
