package io.sightline.app.config;

import io.sightline.schemas.settings.Setting;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes docs/configuration.md from the settings records, so that the page can't disagree with the code (a test compares them). */
public final class ConfigReference {
    private final StringBuilder page = new StringBuilder();

    private ConfigReference() {
    }

    /** The page, Markdown. */
    public static String markdown() {
        ConfigReference reference = new ConfigReference();
        reference.page.append("""
                # Configuration reference

                Generated from the code by `./sightline config --reference`; a test keeps it in step. All keys are optional. The file is YAML,
                given with `--config FILE` (`sightline.yaml` in the working directory is taken where there is none); single keys
                can be set on the command line: `--set bridge.port=8081`. An unknown key is a start error that names the nearest known one.
                "Results" marks the settings that can change a result: they make up `config_hash` in each result's lineage.

                | key | type, range | default | results | what |
                | --- | --- | --- | --- | --- |
                """);
        reference.section(SightlineConfig.class, "");
        return reference.page.toString();
    }

    private void section(Class<?> record, String path) {
        for (RecordComponent component : record.getRecordComponents()) {
            Setting setting = SettingKeys.setting(component);
            String key = path.isEmpty() ? SettingKeys.key(component) : path + "." + SettingKeys.key(component);
            entry(component.getGenericType(), setting, key);
        }
    }

    private void entry(Type type, Setting setting, String key) {
        if (type instanceof ParameterizedType generic) {
            Type last = generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1];
            if (generic.getRawType() == Optional.class) {
                row(key, kind((Class<?>) last, setting), "", setting);
            } else if (generic.getRawType() == List.class) {
                row(key, "list", setting.def(), setting);
            } else if (generic.getRawType() == Map.class && last instanceof Class<?> value && value.isRecord()) {
                row(key, "section a name", "", setting);
                section(value, key + ".<name>");
            } else {
                row(key, "names and values", "", setting);
            }
        } else if (((Class<?>) type).isRecord()) {
            row(key, "section", "", setting);
            section((Class<?>) type, key);
        } else {
            row(key, kind((Class<?>) type, setting), setting.def(), setting);
        }
    }

    private static String kind(Class<?> type, Setting setting) {
        return type == Path.class ? "path" : SettingsBinder.expected(type, setting);
    }

    private void row(String key, String kind, String def, Setting setting) {
        page.append("| `").append(key).append("` | ").append(kind).append(" | ").append(def.isEmpty() ? "" : "`" + def + "`").append(" | ")
                .append(setting.affectsResults() ? "yes" : "").append(" | ").append(setting.doc().replace("|", "\\|")).append(" |\n");
    }
}
