package io.sightline.app.config;

import io.sightline.schemas.settings.Setting;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Keys of the configuration file as the settings records have them. */
final class SettingKeys {
    private SettingKeys() {
    }

    static List<String> of(Class<?> record) {
        return Arrays.stream(record.getRecordComponents()).map(SettingKeys::key).toList();
    }

    /** {@code maxDelayMs} is the key {@code max_delay_ms}. */
    static String key(RecordComponent component) {
        return component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }

    static Setting setting(RecordComponent component) {
        Setting setting = component.getAnnotation(Setting.class);
        if (setting == null) {
            throw new IllegalStateException(component.getDeclaringRecord().getName() + "." + component.getName() + " has no @Setting");
        }
        return setting;
    }

    static Object value(RecordComponent component, Record record) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
