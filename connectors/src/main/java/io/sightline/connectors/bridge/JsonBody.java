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
import io.sightline.connectors.json.ExactJson;
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
public final class JsonBody {
    /** Of one field, where the parser stands: true where the field is known and was read. */
    public interface Fields {
        boolean read(String field, JsonBody body) throws IOException;
    }

    /** Reads one item of an array, where the parser stands. */
    public interface Item {
        void read(JsonBody body) throws IOException;
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
    public static void read(byte[] bytes, int offset, int length, List<String> known, Fields fields) {
        try (JsonParser json = FACTORY.createParser(bytes, offset, length)) {
            new JsonBody(json).whole(known, fields);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail this way
        }
    }

    /** Whether the bytes are JSON at all, whatever it says. */
    public static boolean isJson(byte[] bytes) {
        try (JsonParser json = FACTORY.createParser(bytes)) {
            boolean any = false;
            while (json.nextToken() != null) {
                any = true;
            }
            return any;
        } catch (JsonProcessingException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail this way
        }
    }

    private void whole(List<String> known, Fields fields) throws IOException {
        try {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new InvalidRequestException("body: " + (json.currentToken() == null ? "empty" : "a JSON " + seen()) + " (expected: a JSON object)");
            }
            fields("", known, fields);
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

    private void fields(String path, List<String> known, Fields fields) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            field = path + name;
            json.nextToken();
            if (!known.contains(name) || !fields.read(name, this)) {
                throw new InvalidRequestException("field: '" + RequestLimits.shown(path + name) + "' (expected: one of " + String.join(", ", known) + ")");
            }
        }
    }

    /** An object within the object. */
    public void fields(List<String> known, Fields fields) throws IOException {
        expect("a JSON object", EnumSet.of(JsonToken.START_OBJECT));
        String own = field;
        fields(own + ".", known, fields);
        field = own;
    }

    /**
     * An array.
     *
     * @param expected for the message
     * @param most items; with one more the request is at fault
     */
    public void items(String expected, int most, Item item) throws IOException {
        expect(expected, EnumSet.of(JsonToken.START_ARRAY));
        String own = field;
        for (int i = 0; json.nextToken() != JsonToken.END_ARRAY; i++) {
            if (i >= most) {
                throw new InvalidRequestException(own + ": more than " + most + " (expected: at most " + most + ")");
            }
            field = own + "[" + i + "]";
            item.read(this);
        }
        field = own;
    }

    public boolean isArray() {
        return json.currentToken() == JsonToken.START_ARRAY;
    }

    public boolean isText() {
        return json.currentToken() == JsonToken.VALUE_STRING;
    }

    /** Passes over a value of any kind. */
    public void skip() throws IOException {
        json.skipChildren();
    }

    public int integer(String expected) throws IOException {
        expect(expected, EnumSet.of(JsonToken.VALUE_NUMBER_INT));
        return json.getIntValue();
    }

    public boolean yesOrNo() throws IOException {
        expect("true or false", EnumSet.of(JsonToken.VALUE_TRUE, JsonToken.VALUE_FALSE));
        return json.getBooleanValue();
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

    public String text() throws IOException {
        expect("text", EnumSet.of(JsonToken.VALUE_STRING));
        return json.getText();
    }

    /** A number, a boolean or a text, as it is written. */
    public String scalar(String expected, JsonToken... tokens) throws IOException {
        expect(expected, Set.of(tokens));
        return json.getText();
    }

    public ByteBuffer base64() throws IOException {
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
