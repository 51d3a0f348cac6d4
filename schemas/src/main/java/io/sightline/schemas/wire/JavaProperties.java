package io.sightline.schemas.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.avro.Schema;

/**
 * Takes {@code avro.java.string} out of schemas. Avro's compiler writes it into the schemas of generated classes; it tells no other
 * language anything, and makes of the same record another schema with another id (Confluent's {@code avro.remove.java.properties}).
 */
final class JavaProperties {
    private static final String JAVA_STRING = "avro.java.string";
    private static final ObjectMapper JSON = new ObjectMapper();

    private JavaProperties() {
    }

    /** The same schema without them. */
    static Schema removedFrom(Schema schema) {
        try {
            JsonNode tree = JSON.readTree(schema.toString());
            remove(tree);
            return new Schema.Parser().parse(tree.toString());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("schema: " + schema.getFullName() + " does not write JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static void remove(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.remove(JAVA_STRING);
        }
        node.forEach(JavaProperties::remove);
    }
}
