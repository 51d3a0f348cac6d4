package io.sightline.connectors.results;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The JSON form of a result: of the bridge's answers and of the lines of results.jsonl. The same result always gives the same text:
 * fields in the order of the schema, maps sorted by key. Thread-safe.
 */
public final class ResultJson {
    private static final JsonFactory FACTORY = JsonFactory.builder().disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION).build();

    private ResultJson() {
    }

    /** The result as one line of JSON, UTF-8, no line end. */
    public static byte[] toBytes(RecognitionResult result) {
        return bytes(json -> write(result, json));
    }

    /** The result as one line of JSON, no line end. */
    public static String toLine(RecognitionResult result) {
        return new String(toBytes(result), StandardCharsets.UTF_8);
    }

    /** The answer to a request that got no result: the same fields, with nothing found. */
    public static byte[] error(String requestId, boolean callersFault, ErrorCode code, String message) {
        return bytes(json -> {
            json.writeStartObject();
            json.writeStringField("request_id", requestId);
            json.writeStringField("status", status(callersFault ? RecognitionStatus.REJECTED : RecognitionStatus.FAILED));
            json.writeNumberField("err_no", code.number());
            json.writeStringField("err_msg", message);
            json.writeNullField("pipeline");
            json.writeNullField("image");
            json.writeArrayFieldStart("detections");
            json.writeEndArray();
            json.writeObjectFieldStart("lineage");
            json.writeEndObject();
            json.writeObjectFieldStart("timings_ms");
            json.writeEndObject();
            json.writeEndObject();
        });
    }

    /** Writes the result as a JSON object. */
    public static void write(RecognitionResult result, JsonGenerator json) throws IOException {
        new ResultFields(json, false).write(result);
    }

    /** The result with all that it has, as one line of a results file: {@link ResultLines} reads it back. UTF-8, no line end. */
    static byte[] toWholeBytes(RecognitionResult result) {
        return bytes(json -> new ResultFields(json, true).write(result));
    }

    private static String status(RecognitionStatus status) {
        return status.name().toLowerCase(Locale.ROOT);
    }

    /** JSON has no NaN and no infinity: those are null. */
    public static void number(String name, double value, JsonGenerator json) throws IOException {
        if (Double.isFinite(value)) {
            json.writeNumberField(name, value);
        } else {
            json.writeNullField(name);
        }
    }

    /** Writes JSON. */
    public interface Writing {
        void to(JsonGenerator json) throws IOException;
    }

    /** JSON as bytes, UTF-8. */
    public static byte[] bytes(Writing writing) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            writing.to(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail this way
        }
        return out.toByteArray();
    }
}
