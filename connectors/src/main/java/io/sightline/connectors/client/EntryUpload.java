package io.sightline.connectors.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * A gallery entry to be sent; null: not said. Checked by the server.
 *
 * @param attributes a JSON object
 * @param image an encoded picture; or null where there is a vector
 * @param vector an array of numbers
 * @param box x1, y1, x2, y2 in pixels of the image
 */
public record EntryUpload(String id, String label, JsonNode attributes, byte[] image, JsonNode vector, String vectorModel, List<Integer> box) {
    private static final JsonMapper JSON = new JsonMapper();

    /** As one line of JSON, without a line end. */
    public byte[] line() {
        ObjectNode entry = JSON.createObjectNode();
        putText(entry, "id", id);
        putText(entry, "label", label);
        if (attributes != null) {
            entry.set("attributes", attributes);
        }
        if (image != null) {
            entry.put("image", image);
        }
        if (vector != null) {
            entry.set("vector", vector);
        }
        putText(entry, "vector_model", vectorModel);
        if (box != null) {
            box.forEach(entry.withArray("box")::add);
        }
        try {
            return JSON.writeValueAsBytes(entry);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException(e); // a tree can be written
        }
    }

    private static void putText(ObjectNode entry, String field, String text) {
        if (text != null) {
            entry.put(field, text);
        }
    }
}
