package io.sightline.app.config;

import io.sightline.schemas.settings.Setting;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** Hash of the settings that can change a result ({@link Setting#affectsResults}): two workers with the same one answer alike. */
public final class ConfigHash {
    private static final int HEX_DIGITS = 12;

    private ConfigHash() {
    }

    public static String of(SightlineConfig config) {
        TreeMap<String, String> relevant = new TreeMap<>();
        collect(config, "", relevant);
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(relevant.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, HEX_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void collect(Record record, String path, Map<String, String> into) {
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            Object value = SettingKeys.value(component, record);
            String key = path + SettingKeys.key(component);
            if (value instanceof Record section) {
                collect(section, key + ".", into);
            } else if (value instanceof Map<?, ?> map && !map.isEmpty() && map.values().iterator().next() instanceof Record) {
                map.forEach((name, section) -> collect((Record) section, key + "." + name + ".", into));
            } else if (SettingKeys.setting(component).affectsResults()) {
                into.put(key, String.valueOf(value));
            }
        }
    }
}
