package io.sightline.app.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@code sightline.yaml} into a typed configuration. */
public final class ConfigFile {
    private static final YAMLMapper YAML = YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private static final List<String> PASSED_THROUGH = List.of("kafka.", "streams.", "schema_registry.");

    private ConfigFile() {
    }

    /**
     * @param file the file; empty: all defaults
     * @param overrides dotted key to YAML value, laid over the file: {@code bridge.port} to {@code 8081}
     * @throws ConfigException names the file, the key, what was seen and what was expected
     */
    public static SightlineConfig read(Optional<Path> file, Map<String, String> overrides) {
        String source = file.map(f -> f.getFileName().toString()).orElse("configuration");
        JsonNode tree = file.map(ConfigFile::parse).orElseGet(JsonNodeFactory.instance::objectNode);
        if (!tree.isObject()) {
            throw new ConfigException(source + ": not a section of keys and values (expected: the keys " + String.join(", ", SettingKeys.of(SightlineConfig.class)) + ")");
        }
        overrides.forEach((key, value) -> override((ObjectNode) tree, key, value));
        return new SettingsBinder(source).bind(SightlineConfig.class, tree, "");
    }

    private static JsonNode parse(Path file) {
        try {
            JsonNode tree = YAML.readTree(Files.readString(file));
            return tree == null || tree.isMissingNode() || tree.isNull() ? JsonNodeFactory.instance.objectNode() : tree;
        } catch (JsonProcessingException e) {
            throw new ConfigException(file + ": line " + (e.getLocation() == null ? "?" : e.getLocation().getLineNr()) + ": " + e.getOriginalMessage() + " (expected: YAML)");
        } catch (IOException e) {
            throw new ConfigException(file + ": can't be read: " + e + " (expected: a YAML file)");
        }
    }

    private static void override(ObjectNode tree, String key, String value) {
        // Keys under these have dots of their own.
        int passThrough = PASSED_THROUGH.stream().anyMatch(key::startsWith) ? key.indexOf('.') : -1;
        String[] parts = passThrough > 0 ? new String[] {key.substring(0, passThrough), key.substring(passThrough + 1)} : key.split("\\.");
        ObjectNode node = tree;
        for (int i = 0; i < parts.length - 1; i++) {
            JsonNode next = node.get(parts[i]);
            node = next instanceof ObjectNode object ? object : node.putObject(parts[i]);
        }
        node.set(parts[parts.length - 1], SettingsBinder.yaml(value));
    }
}
