package io.sightline.topology.lookahead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.schemas.settings.Setting;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LookAheadSettingsTest {
    @Test
    void shouldRefuseABoundOfNothing() {
        assertThatThrownBy(() -> new LookAheadSettings(0, 1)).hasMessage("look_ahead.max_records: 0 (expected: 1 or more)");
        assertThatThrownBy(() -> new LookAheadSettings(1, 0)).hasMessage("look_ahead.max_bytes: 0 (expected: 1 or more)");
    }

    @Test
    void shouldHaveTheDefaultsItsAnnotationsName() {
        String[] documented = Arrays.stream(LookAheadSettings.class.getRecordComponents())
                .map(component -> component.getAnnotation(Setting.class).def()).toArray(String[]::new);

        assertThat(documented).containsExactly("" + LookAheadSettings.DEFAULT.maxRecords(), "" + LookAheadSettings.DEFAULT.maxBytes());
    }
}
