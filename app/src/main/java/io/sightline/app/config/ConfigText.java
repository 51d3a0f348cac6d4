package io.sightline.app.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Writes a configuration as YAML with every key, to be read by people and by {@link ConfigFile}; secrets are masked. */
public final class ConfigText {
    /** Kafka's own names: ssl.key.password, sasl.jaas.config, sasl.oauthbearer.client.credentials.client.secret, ssl.keystore.key. */
    private static final Pattern SECRET = Pattern.compile(".*(password|passphrase|secret|jaas|token|credential|user\\.info).*|(.*[._-])?(api)?key", Pattern.CASE_INSENSITIVE);
    private static final String MASK = "***";
    private static final YAMLMapper YAML = YAMLMapper.builder().disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER).disable(YAMLGenerator.Feature.SPLIT_LINES).build();

    private ConfigText() {
    }

    /** The configuration, all defaults filled in. */
    public static String yaml(SightlineConfig config) {
        try {
            return YAML.writeValueAsString(section(config));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e); // a tree of values can be written
        }
    }

    private static ObjectNode section(Record record) {
        ObjectNode section = JsonNodeFactory.instance.objectNode();
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            String key = SettingKeys.key(component);
            node(SettingKeys.value(component, record)).ifPresent(value -> section.set(key, value.isTextual() && isSecret(key) && !key.endsWith("_file") ? section.textNode(MASK) : value));
        }
        return section;
    }

    /** Empty: the setting is not set, and has no default. */
    private static Optional<JsonNode> node(Object value) {
        if (value instanceof Optional<?> optional) {
            return optional.flatMap(ConfigText::node);
        }
        if (value instanceof Record record) {
            return Optional.of(section(record));
        }
        if (value instanceof Map<?, ?> map) {
            ObjectNode entries = JsonNodeFactory.instance.objectNode();
            new TreeMap<>(map).forEach((key, entry) -> node(entry).ifPresent(n -> entries.set((String) key, n.isTextual() && isSecret((String) key) ? entries.textNode(MASK) : n)));
            return Optional.of(entries);
        }
        if (value instanceof List<?> list) {
            ArrayNode items = JsonNodeFactory.instance.arrayNode();
            list.forEach(item -> node(item).ifPresent(items::add));
            return Optional.of(items);
        }
        if (value instanceof Enum<?> constant) {
            return Optional.of(JsonNodeFactory.instance.textNode(constant.name().toLowerCase(Locale.ROOT)));
        }
        return Optional.of(value instanceof Number || value instanceof Boolean ? YAML.valueToTree(value) : JsonNodeFactory.instance.textNode(withoutUserInfo(String.valueOf(value))));
    }

    /** A URL may hold a password. */
    private static String withoutUserInfo(String text) {
        return text.replaceAll("(https?://)[^/@\\s]+@", "$1" + MASK + "@");
    }

    static boolean isSecret(String key) {
        return SECRET.matcher(key).matches();
    }
}
