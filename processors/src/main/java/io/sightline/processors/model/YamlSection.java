package io.sightline.processors.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sightline.schemas.settings.Nearest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A mapping of a YAML file, read key by key with its types and ranges checked; {@link #done()} refuses keys that nobody asked for.
 * Used by one thread.
 */
final class YamlSection {
    private final Path file;
    private final String path;
    private final JsonNode node;
    private final Set<String> known = new LinkedHashSet<>();

    YamlSection(Path file, String path, JsonNode node) {
        this.file = file;
        this.path = path;
        this.node = node;
        if (!node.isObject()) {
            throw ModelException.at(file, path.isEmpty() ? "the file" : path, seen(node), "keys and values");
        }
    }

    boolean has(String key) {
        known.add(key);
        return node.hasNonNull(key);
    }

    String text(String key) {
        JsonNode value = required(key, "a text");
        if (!value.isValueNode() || value.asText().isBlank()) {
            throw wrong(key, value, "a text");
        }
        return value.asText();
    }

    boolean flag(String key, boolean otherwise) {
        if (!has(key)) {
            return otherwise;
        }
        JsonNode value = node.get(key);
        if (!value.isBoolean()) {
            throw wrong(key, value, "true or false");
        }
        return value.booleanValue();
    }

    double number(String key, double min, double max) {
        String expected = min + ".." + max;
        JsonNode value = required(key, expected);
        if (!value.isNumber() || !(value.doubleValue() >= min && value.doubleValue() <= max)) {
            throw wrong(key, value, expected);
        }
        return value.doubleValue();
    }

    int integer(String key, int min, int max) {
        String expected = min + ".." + max;
        JsonNode value = required(key, expected);
        if (!value.canConvertToInt() || !value.isIntegralNumber() || value.intValue() < min || value.intValue() > max) {
            throw wrong(key, value, expected);
        }
        return value.intValue();
    }

    /** A word out of an enum, in lower case in the file. */
    <E extends Enum<E>> E choice(String key, Class<E> type) {
        List<String> words = new ArrayList<>();
        for (E constant : type.getEnumConstants()) {
            words.add(constant.name().toLowerCase());
        }
        return Enum.valueOf(type, choice(key, words).toUpperCase());
    }

    <E extends Enum<E>> E choice(String key, Class<E> type, E otherwise) {
        return has(key) ? choice(key, type) : otherwise;
    }

    String choice(String key, List<String> words) {
        String expected = String.join(", ", words);
        String word = required(key, expected).asText();
        if (!words.contains(word)) {
            throw wrong(key, node.get(key), expected + Nearest.to(word, words).map(n -> "; nearest: " + n).orElse(""));
        }
        return word;
    }

    List<Float> floats(String key) {
        return list(key).stream().map(item -> {
            if (!item.isNumber()) {
                throw wrong(key, item, "numbers");
            }
            return item.floatValue();
        }).toList();
    }

    List<Long> integers(String key) {
        return list(key).stream().map(item -> {
            if (!item.isIntegralNumber() || !item.canConvertToLong()) {
                throw wrong(key, item, "whole numbers");
            }
            return item.longValue();
        }).toList();
    }

    List<String> texts(String key) {
        return list(key).stream().map(item -> {
            if (!item.isValueNode() || item.isNull()) {
                throw wrong(key, item, "texts");
            }
            return item.asText();
        }).toList();
    }

    /** A file in the folder of this one. */
    Path sibling(String key, String expected) {
        String name = text(key);
        if (name.contains("/") || name.contains("\\") || name.startsWith(".")) {
            throw wrong(key, "'" + name + "'", "a file name in the model's own folder");
        }
        Path sibling = file.resolveSibling(name);
        if (!Files.isRegularFile(sibling)) {
            throw wrong(key, "'" + name + "', which is not there", expected);
        }
        return sibling;
    }

    YamlSection section(String key) {
        return new YamlSection(file, keyPath(key), required(key, "keys and values"));
    }

    /** A mapping whose keys may all be left out, written as nothing at all too. */
    YamlSection sectionOrEmpty(String key) {
        return has(key) || !node.has(key) ? section(key) : new YamlSection(file, keyPath(key), JsonNodeFactory.instance.objectNode());
    }

    List<YamlSection> sections(String key) {
        List<JsonNode> items = list(key);
        List<YamlSection> sections = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            sections.add(new YamlSection(file, keyPath(key) + "[" + i + "]", items.get(i)));
        }
        return sections;
    }

    /** The only key of a mapping that has one, as the operations of a list do. */
    String onlyKey(List<String> words) {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        String expected = String.join(", ", words);
        if (names.size() != 1) {
            throw ModelException.at(file, path, String.join(", ", names), "one of " + expected);
        }
        String name = names.get(0);
        if (!words.contains(name)) {
            throw ModelException.at(file, path, name, "one of " + expected + Nearest.to(name, words).map(n -> "; nearest: " + n).orElse(""));
        }
        return name;
    }

    /** A key's value as it is, for those of several types. */
    JsonNode required(String key, String expected) {
        if (!has(key)) {
            Optional<String> instead = unread().stream().findFirst().flatMap(first -> Nearest.to(key, unread()));
            throw ModelException.at(file, keyPath(key), "missing" + instead.map(i -> ", but there is '" + i + "'").orElse(""), expected);
        }
        return node.get(key);
    }

    private List<JsonNode> list(String key) {
        JsonNode value = required(key, "a list");
        if (!value.isArray()) {
            throw wrong(key, value, "a list");
        }
        List<JsonNode> items = new ArrayList<>();
        value.forEach(items::add);
        return items;
    }

    /** @throws ModelException a key that nobody has asked for */
    void done() {
        for (String key : unread()) {
            String nearest = Nearest.to(key, known).map(n -> "; nearest: " + n).orElse("");
            throw ModelException.at(file, keyPath(key), "unknown key", String.join(", ", known) + nearest);
        }
    }

    private List<String> unread() {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        names.removeAll(known);
        return names;
    }

    ModelException wrong(String key, JsonNode value, String expected) {
        return ModelException.at(file, keyPath(key), seen(value), expected);
    }

    ModelException wrong(String key, String seen, String expected) {
        return ModelException.at(file, keyPath(key), seen, expected);
    }

    Path file() {
        return file;
    }

    private String keyPath(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static String seen(JsonNode value) {
        return value.isTextual() ? "'" + value.asText() + "'" : value.isMissingNode() ? "nothing" : value.toString();
    }
}
