package io.sightline.connectors.bridge;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.sightline.schemas.Detection;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.ImageSize;
import io.sightline.schemas.Lineage;
import io.sightline.schemas.Match;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.ScoredClass;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

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
    static byte[] error(String requestId, boolean callersFault, ErrorCode code, String message) {
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
        json.writeStartObject();
        json.writeStringField("request_id", result.getRequestId());
        json.writeStringField("status", status(result.getStatus()));
        json.writeNumberField("err_no", result.getErrNo());
        json.writeStringField("err_msg", result.getErrMsg());
        json.writeStringField("pipeline", result.getPipeline());
        json.writeFieldName("image");
        image(result.getImage(), json);
        json.writeArrayFieldStart("detections");
        for (Detection detection : result.getDetections()) {
            detection(detection, json);
        }
        json.writeEndArray();
        json.writeFieldName("lineage");
        lineage(result.getLineage(), json);
        json.writeObjectFieldStart("timings_ms");
        for (Map.Entry<String, Double> timing : new TreeMap<>(result.getTimingsMs()).entrySet()) {
            number(timing.getKey(), timing.getValue(), json);
        }
        json.writeEndObject();
        if (!result.getAttributes().isEmpty()) {
            texts("attributes", result.getAttributes(), json);
        }
        json.writeEndObject();
    }

    private static String status(RecognitionStatus status) {
        return status.name().toLowerCase(Locale.ROOT);
    }

    private static void image(ImageSize size, JsonGenerator json) throws IOException {
        if (size == null) {
            json.writeNull();
            return;
        }
        json.writeStartObject();
        json.writeNumberField("width", size.getWidth());
        json.writeNumberField("height", size.getHeight());
        json.writeEndObject();
    }

    private static void detection(Detection detection, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeArrayFieldStart("bbox");
        for (int coordinate : detection.getBbox()) {
            json.writeNumber(coordinate);
        }
        json.writeEndArray();
        number("score", detection.getScore(), json);
        json.writeStringField("class", detection.getClass$());
        matches(detection.getMatches(), json);
        if (!detection.getClasses().isEmpty()) {
            classes(detection.getClasses(), json);
        }
        if (detection.getEmbedding() != null) {
            json.writeArrayFieldStart("embedding");
            for (float component : detection.getEmbedding()) {
                json.writeNumber(component);
            }
            json.writeEndArray();
        }
        if (detection.getPoints() != null) {
            json.writeArrayFieldStart("points");
            for (int coordinate : detection.getPoints()) {
                json.writeNumber(coordinate);
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private static void classes(List<ScoredClass> classes, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("classes");
        for (ScoredClass scored : classes) {
            json.writeStartObject();
            json.writeNumberField("id", scored.getId());
            json.writeStringField("label", scored.getLabel());
            number("score", scored.getScore(), json);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void matches(List<Match> matches, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("matches");
        for (Match match : matches) {
            json.writeStartObject();
            json.writeStringField("id", match.getId());
            json.writeStringField("label", match.getLabel());
            number("score", match.getScore(), json);
            json.writeFieldName("attributes");
            ExactJson.write(match.getAttributes(), json);
            if (!match.getGallery().isEmpty()) {
                json.writeStringField("gallery", match.getGallery());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void lineage(Lineage lineage, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("build", lineage.getBuild());
        json.writeStringField("config_hash", lineage.getConfigHash());
        texts("models", lineage.getModels(), json);
        texts("devices", lineage.getDevices(), json);
        json.writeStringField("gallery", lineage.getGallery());
        json.writeFieldName("gallery_epoch");
        if (lineage.getGalleryEpoch() == null) {
            json.writeNull();
        } else {
            json.writeNumber(lineage.getGalleryEpoch());
        }
        if (!lineage.getGalleries().isEmpty()) {
            json.writeObjectFieldStart("galleries");
            for (Map.Entry<String, Long> gallery : new TreeMap<>(lineage.getGalleries()).entrySet()) {
                json.writeNumberField(gallery.getKey(), gallery.getValue());
            }
            json.writeEndObject();
        }
        json.writeStringField("input_topic", lineage.getInputTopic());
        json.writeNumberField("input_partition", lineage.getInputPartition());
        json.writeNumberField("input_offset", lineage.getInputOffset());
        json.writeEndObject();
    }

    private static void texts(String name, Map<String, String> texts, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart(name);
        for (Map.Entry<String, String> text : new TreeMap<>(texts).entrySet()) {
            json.writeStringField(text.getKey(), text.getValue());
        }
        json.writeEndObject();
    }

    /** JSON has no NaN and no infinity: those are null. */
    static void number(String name, double value, JsonGenerator json) throws IOException {
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
