package io.sightline.connectors.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.schemas.settings.Setting;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BridgeSettingsTest {
    @Test
    void shouldHaveTheDocumentedDefaults() throws Exception {
        assertDocumentedDefaults(BridgeSettings.DEFAULT);
    }

    private static void assertDocumentedDefaults(Record defaults) throws Exception {
        for (var component : defaults.getClass().getRecordComponents()) {
            if (component.getType().isRecord()) {
                assertDocumentedDefaults((Record) component.getAccessor().invoke(defaults));
                continue;
            }
            if (component.getType() == java.util.Optional.class || component.getType() == java.util.List.class) {
                String def = component.getAnnotation(Setting.class).def();
                assertThat(component.getAccessor().invoke(defaults).toString()).as(component.getName()).isIn(def, "Optional.empty", "[]");
                continue;
            }
            Setting setting = component.getAnnotation(Setting.class);
            String value = component.getAccessor().invoke(defaults).toString();
            assertThat(value).as(component.getName()).isEqualTo(setting.def());
            if (component.getType() == int.class || component.getType() == long.class) {
                assertThat(Double.parseDouble(value)).as(component.getName()).isBetween(setting.min(), setting.max());
            }
            assertThat(setting.doc()).endsWith(".");
        }
    }

    @Test
    void shouldPutALimitOnEveryNumber() {
        assertThat(Arrays.stream(BridgeSettings.class.getRecordComponents()).filter(c -> c.getType() == int.class || c.getType() == long.class).map(c -> c.getAnnotation(Setting.class)))
                .allMatch(setting -> Double.isFinite(setting.min()) && Double.isFinite(setting.max()));
    }

    @Test
    void shouldRefuseAnEmptyHost() {
        assertThatThrownBy(() -> new BridgeSettings(" ", 1, 1, 1, 1, 1, 1, 1, 1, 1, true, 1, 1)).isInstanceOf(IllegalArgumentException.class).hasMessage("host: ' ' (expected: an address of this machine)");
    }
}
