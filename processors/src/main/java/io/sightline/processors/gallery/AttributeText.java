package io.sightline.processors.gallery;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.RequestLimits;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/**
 * Attributes of entries, written in one way: names in their order, numbers as they were, no white space, no escapes that need not be. The
 * server of vector sets compares names and texts as they are written, and of two fields with one name takes the first, where readers of
 * JSON take the last: what a filter finds must not depend on that.
 */
public final class AttributeText {
    private static final JsonFactory JSON = JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private AttributeText() {
    }

    /** @throws InvalidRequestException where the text is no JSON object, or one with a name twice */
    public static String normal(String attributes) {
        StringWriter written = new StringWriter(attributes.length());
        try (JsonParser in = JSON.createParser(attributes); JsonGenerator out = JSON.createGenerator(written)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw noObject(attributes);
            }
            copyObject(in, out);
            if (in.nextToken() != null) {
                throw noObject(attributes);
            }
        } catch (JsonProcessingException e) {
            if (e.getOriginalMessage().startsWith("Duplicate field")) {
                throw new InvalidRequestException("attributes: " + RequestLimits.shown(e.getOriginalMessage()) + " (expected: each name once in an object)");
            }
            throw noObject(attributes);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail this way
        }
        return written.toString();
    }

    /** From the beginning of an object, where the parser stands, to its end. */
    private static void copyObject(JsonParser in, JsonGenerator out) throws IOException {
        int open = 0;
        do {
            JsonToken token = open == 0 ? in.currentToken() : in.nextToken();
            open += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            if (token.isNumeric()) {
                out.writeNumber(in.getText());
            } else {
                out.copyCurrentEvent(in);
            }
        } while (open > 0);
    }

    private static InvalidRequestException noObject(String attributes) {
        return new InvalidRequestException("attributes: '" + RequestLimits.shown(attributes) + "' (expected: a JSON object)");
    }
}
