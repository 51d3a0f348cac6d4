package io.sightline.connectors.bridge;

import com.fasterxml.jackson.core.Base64Variants;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import io.sightline.schemas.request.GalleryLimits;
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.RequestLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Reads one JSON object of a caller's, field by field. Strict: no unknown field, none twice, none of another type than expected, nothing
 * behind the object. Everything wrong is an {@link InvalidRequestException} that names the field. Used by one thread.
 */
final class JsonBody {
    /** Of one field, where the parser stands: true where the field is known and was read. */
    interface Fields {
        boolean read(String field, JsonBody body) throws IOException;
    }

    private static final JsonFactory FACTORY = JsonFactory.builder().disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION).enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // As long as an image in base64 may be; the length of the body is bounded before it is read.
            .streamReadConstraints(StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).maxNameLength(1000).build()).build();
    private static final ObjectReader ATTRIBUTES = ExactJson.MAPPER.readerFor(JsonNode.class).without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final int BOX_NUMBERS = 4;

    private final JsonParser json;
    private String field = "body";

    private JsonBody(JsonParser json) {
        this.json = json;
    }

    /** @param known the fields' names, for the message */
    static void read(byte[] bytes, int offset, int length, List<String> known, Fields fields) {
        try (JsonParser json = FACTORY.createParser(bytes, offset, length)) {
            new JsonBody(json).object(known, fields);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail this way
        }
    }

    private void object(List<String> known, Fields fields) throws IOException {
        try {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new InvalidRequestException("body: " + (json.currentToken() == null ? "empty" : "a JSON " + seen()) + " (expected: a JSON object)");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                field = json.currentName();
                json.nextToken();
                if (!known.contains(field) || !fields.read(field, this)) {
                    throw new InvalidRequestException("field: '" + RequestLimits.shown(field) + "' (expected: one of " + String.join(", ", known) + ")");
                }
            }
            field = "body";
            if (json.nextToken() != null) {
                throw new InvalidRequestException("body: more behind the JSON object (expected: one object)");
            }
        } catch (JsonProcessingException e) {
            String what = RequestLimits.shown(e.getOriginalMessage().split("[:;\n]")[0]);
            // A limit that is passed has no place.
            String place = e.getLocation() == null ? "" : " at byte " + e.getLocation().getByteOffset();
            throw new InvalidRequestException(RequestLimits.shown(field) + ": not JSON" + place + ", " + what + " (expected: JSON as in RFC 8259)");
        }
    }

    private String seen() {
        return switch (json.currentToken()) {
            case START_OBJECT, END_OBJECT -> "object";
            case START_ARRAY, END_ARRAY -> "array";
            case VALUE_STRING, FIELD_NAME -> "text";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "number";
            case VALUE_TRUE, VALUE_FALSE -> "boolean";
            default -> "null";
        };
    }

    private void expect(String expected, Set<JsonToken> tokens) {
        if (!tokens.contains(json.currentToken())) {
            throw new InvalidRequestException(field + ": a JSON " + seen() + " (expected: " + expected + ")");
        }
    }

    String text() throws IOException {
        expect("text", EnumSet.of(JsonToken.VALUE_STRING));
        return json.getText();
    }

    /** A number, a boolean or a text, as it is written. */
    String scalar(String expected, JsonToken... tokens) throws IOException {
        expect(expected, Set.of(tokens));
        return json.getText();
    }

    ByteBuffer base64() throws IOException {
        expect("a picture in base64", EnumSet.of(JsonToken.VALUE_STRING));
        try {
            return ByteBuffer.wrap(json.getBinaryValue(Base64Variants.MIME_NO_LINEFEEDS));
        } catch (JsonProcessingException e) {
            throw new InvalidRequestException(field + ": no base64 (expected: a picture in base64, without line ends)");
        }
    }

    List<Float> vector() throws IOException {
        expect("an array of numbers", EnumSet.of(JsonToken.START_ARRAY));
        List<Float> vector = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            expect("an array of numbers", EnumSet.of(JsonToken.VALUE_NUMBER_INT, JsonToken.VALUE_NUMBER_FLOAT));
            if (vector.size() <= GalleryLimits.MAX_VECTOR_LENGTH) {
                vector.add(json.getFloatValue());
            }
        }
        return GalleryLimits.checkVector(vector);
    }

    /** An empty array gives an empty list. */
    List<Integer> box() throws IOException {
        expect("an array of four whole numbers", EnumSet.of(JsonToken.START_ARRAY));
        List<Integer> box = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            expect("an array of four whole numbers", EnumSet.of(JsonToken.VALUE_NUMBER_INT));
            if (box.size() <= BOX_NUMBERS) {
                box.add(json.getIntValue());
            }
        }
        return box;
    }

    /** A JSON object, as text. */
    String object() throws IOException {
        expect("a JSON object", EnumSet.of(JsonToken.START_OBJECT));
        // Not MAPPER.readTree(json): that one would look for the end of the whole body.
        JsonNode tree = ATTRIBUTES.readTree(json);
        return ExactJson.MAPPER.writeValueAsString(tree);
    }
}
