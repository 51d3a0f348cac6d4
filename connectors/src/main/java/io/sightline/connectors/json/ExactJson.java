package io.sightline.connectors.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sightline.schemas.request.GalleryLimits;
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.RequestLimits;
import java.io.IOException;
import java.util.Optional;

/** JSON of the callers' own, kept as it is: numbers come out as they went in. Thread-safe. */
public final class ExactJson {
    public static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder().disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(GalleryLimits.MAX_ATTRIBUTES_DEPTH).build()).build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES).build();

    private static final ObjectReader STRICT = MAPPER.readerFor(JsonNode.class).with(StreamReadFeature.STRICT_DUPLICATE_DETECTION);

    private ExactJson() {
    }

    /** The text as the JSON object it is; empty where it is none, or one nested deeper than allowed: within an answer that could not be written. */
    public static Optional<JsonNode> object(String text) {
        try {
            JsonNode node = MAPPER.readTree(text);
            return node != null && node.isObject() ? Optional.of(node) : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** @throws InvalidRequestException where the text is too large, or no JSON object, or one with a name twice */
    public static String checkAttributes(String text) {
        GalleryLimits.checkAttributesBytes(text);
        GalleryLimits.checkAttributesDepth(text);
        if (object(text).isEmpty()) {
            throw new InvalidRequestException("attributes: '" + RequestLimits.shown(text) + "' (expected: a JSON object)");
        }
        try {
            STRICT.readTree(text);
        } catch (JsonProcessingException e) {
            throw new InvalidRequestException("attributes: " + RequestLimits.shown(e.getOriginalMessage()) + " (expected: each name once in an object)");
        }
        return text;
    }

    /** Writes the object that the text is by contract; where it is none, the text. */
    public static void write(String text, JsonGenerator json) throws IOException {
        Optional<JsonNode> object = object(text);
        if (object.isPresent()) {
            MAPPER.writeTree(json, object.get());
        } else {
            json.writeString(text);
        }
    }
}
