package io.sightline.app.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.sightline.schemas.settings.Setting;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Fills settings records from a YAML tree, strictly: an unknown key, a value of the wrong type or out of range is a
 * {@link ConfigException} that names the key. Missing keys get the default of their {@link Setting}. Jackson's own binding is not used
 * because it reports neither ranges nor the path in the operator's terms.
 */
final class SettingsBinder {
    private static final YAMLMapper YAML = new YAMLMapper();
    private final String source;

    /** @param source names the file in error messages */
    SettingsBinder(String source) {
        this.source = source;
    }

    <T> T bind(Class<T> record, JsonNode tree, String path) {
        if (!tree.isMissingNode() && !tree.isNull() && !tree.isObject()) {
            throw bad(path, tree, "a section with the keys " + String.join(", ", SettingKeys.of(record)));
        }
        List<String> known = SettingKeys.of(record);
        for (Iterator<String> names = tree.fieldNames(); names.hasNext();) {
            String name = names.next();
            if (!known.contains(name)) {
                throw new ConfigException(source + ": " + join(path, name) + ": " + NearestKey.hint(name, known));
            }
        }
        RecordComponent[] components = record.getRecordComponents();
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            String key = SettingKeys.key(components[i]);
            Setting setting = SettingKeys.setting(components[i]);
            values[i] = value(components[i].getGenericType(), tree.path(key), setting, join(path, key));
        }
        return construct(record, components, values, path);
    }

    private Object value(Type type, JsonNode given, Setting setting, String path) {
        JsonNode node = given;
        if ((node.isMissingNode() || node.isNull()) && setting != null && !setting.def().isEmpty()) {
            node = yaml(setting.def());
        }
        boolean absent = node.isMissingNode() || node.isNull();
        if (type instanceof ParameterizedType generic) {
            Type argument = generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1];
            if (generic.getRawType() == Optional.class) {
                return absent ? Optional.empty() : Optional.of(value(argument, node, setting, path));
            }
            return generic.getRawType() == List.class ? list(argument, node, absent, setting, path) : map(argument, node, absent, setting, path);
        }
        Class<?> target = (Class<?>) type;
        if (target.isRecord()) {
            return bind(target, node, path);
        }
        if (absent) {
            throw new ConfigException(source + ": " + path + ": missing (expected: " + expected(target, setting) + ")");
        }
        return scalar(target, node, setting, path);
    }

    private List<Object> list(Type argument, JsonNode node, boolean absent, Setting setting, String path) {
        List<Object> items = new ArrayList<>();
        if (!absent && node.isObject()) {
            throw bad(path, node, "a list");
        }
        if (!absent && !node.isArray()) {
            return List.of(value(argument, node, setting, path)); // one item may stand alone
        }
        for (int i = 0; i < node.size(); i++) {
            items.add(value(argument, node.get(i), null, path + "[" + i + "]"));
        }
        return List.copyOf(items);
    }

    private Map<String, Object> map(Type argument, JsonNode node, boolean absent, Setting setting, String path) {
        if (!absent && !node.isObject()) {
            throw bad(path, node, "a section of names and values");
        }
        Map<String, Object> entries = new LinkedHashMap<>();
        node.fields().forEachRemaining(e -> entries.put(e.getKey(), value(argument, e.getValue(), null, path + "." + e.getKey())));
        return java.util.Collections.unmodifiableMap(entries);
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private Object scalar(Class<?> target, JsonNode node, Setting setting, String path) {
        if (target == String.class || target == Path.class) {
            if (!node.isValueNode()) {
                throw bad(path, node, "text");
            }
            return target == Path.class ? Path.of(node.asText()) : node.asText();
        }
        if (target == boolean.class || target == Boolean.class) {
            if (!node.isBoolean()) {
                throw bad(path, node, "true or false");
            }
            return node.booleanValue();
        }
        if (target.isEnum()) {
            return Arrays.stream(target.getEnumConstants()).filter(c -> ((Enum) c).name().equalsIgnoreCase(node.asText())).findFirst()
                    .orElseThrow(() -> bad(path, node, expected(target, setting)));
        }
        if (!node.isNumber() || (target != double.class && target != Double.class && !node.canConvertToLong())
                || (target != double.class && target != Double.class && !node.isIntegralNumber()) || !inRange(node.doubleValue(), setting)) {
            throw bad(path, node, expected(target, setting));
        }
        if (target == int.class || target == Integer.class) {
            if (!node.canConvertToInt()) {
                throw bad(path, node, expected(target, setting));
            }
            return node.intValue();
        }
        return target == long.class || target == Long.class ? (Object) node.longValue() : (Object) node.doubleValue();
    }

    private static boolean inRange(double value, Setting setting) {
        return setting == null || (value >= setting.min() && value <= setting.max());
    }

    /** What a value of that type may be, as error messages and the reference page say it. */
    static String expected(Class<?> target, Setting setting) {
        if (target == boolean.class || target == Boolean.class) {
            return "true or false";
        }
        if (target.isEnum()) {
            return "one of " + String.join(", ", Arrays.stream(target.getEnumConstants()).map(c -> ((Enum<?>) c).name().toLowerCase(Locale.ROOT)).toList());
        }
        if (target == String.class || target == Path.class) {
            return "text";
        }
        String kind = target == double.class || target == Double.class ? "a number" : "a whole number";
        return setting == null || Double.isInfinite(setting.min()) && Double.isInfinite(setting.max()) ? kind : number(setting.min()) + ".." + number(setting.max());
    }

    static String number(double value) {
        return value == Math.rint(value) && !Double.isInfinite(value) ? Long.toString((long) value) : Double.toString(value);
    }

    private <T> T construct(Class<T> record, RecordComponent[] components, Object[] values, String path) {
        try {
            var constructor = record.getDeclaredConstructor(Arrays.stream(components).map(RecordComponent::getType).toArray(Class[]::new));
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            // A record's own check of several values together.
            throw new ConfigException(source + ": " + (path.isEmpty() ? "" : path + ": ") + e.getCause().getMessage());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private ConfigException bad(String path, JsonNode node, String expected) {
        String seen = node.isValueNode() ? node.asText() : node.toString();
        return new ConfigException(source + ": " + path + ": " + (seen.length() > 60 ? seen.substring(0, 60) + "…" : seen) + " (expected: " + expected + ")");
    }

    static JsonNode yaml(String text) {
        try {
            JsonNode node = YAML.readTree(text);
            return node == null ? MissingNode.getInstance() : node;
        } catch (JsonProcessingException e) {
            throw new ConfigException("not YAML: " + text + " (" + e.getOriginalMessage() + ")");
        }
    }

    private static String join(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
