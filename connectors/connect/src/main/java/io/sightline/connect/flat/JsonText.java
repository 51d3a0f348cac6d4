package io.sightline.connect.flat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;

/** Connect's data as JSON text, as the bridge answers: without fields that are null, attributes as an object where they are text. Pure functions. */
final class JsonText {
    private static final JsonMapper JSON = JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
    private static final JsonNodeFactory NODES = JsonNodeFactory.withExactBigDecimals(true);
    private static final String ATTRIBUTES = "attributes";

    private JsonText() {
    }

    static String of(Object value) {
        try {
            return JSON.writeValueAsString(node(value));
        } catch (JsonProcessingException e) {
            throw new DataException("value: " + e.getOriginalMessage() + " (expected: what JSON can say)", e);
        }
    }

    private static JsonNode node(Object value) {
        if (value instanceof Struct struct) {
            ObjectNode object = NODES.objectNode();
            for (Field field : struct.schema().fields()) {
                put(object, field.name(), struct.get(field));
            }
            return object;
        }
        if (value instanceof Map<?, ?> map) {
            ObjectNode object = NODES.objectNode();
            map.forEach((key, item) -> put(object, String.valueOf(key), item));
            return object;
        }
        if (value instanceof List<?> list) {
            ArrayNode array = NODES.arrayNode(list.size());
            list.forEach(item -> array.add(node(item)));
            return array;
        }
        if (value instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return NODES.binaryNode(bytes);
        }
        return value instanceof java.util.Date date ? NODES.textNode(Instant.ofEpochMilli(date.getTime()).toString()) : JSON.valueToTree(value);
    }

    private static void put(ObjectNode object, String name, Object value) {
        if (value instanceof String text && name.equals(ATTRIBUTES)) {
            object.set(name, parsed(text));
        } else if (value != null) {
            object.set(name, node(value));
        }
    }

    private static JsonNode parsed(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            return NODES.textNode(text);
        }
    }
}
