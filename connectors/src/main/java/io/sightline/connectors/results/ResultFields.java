package io.sightline.connectors.results;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.sightline.connectors.json.ExactJson;
import io.sightline.schemas.Detection;
import io.sightline.schemas.ImageSize;
import io.sightline.schemas.Lineage;
import io.sightline.schemas.Match;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.ScoredClass;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Writes the fields of one result. Used by one thread. */
final class ResultFields {
    /** Of a whole result: a match's attributes as they are, where the object before it would be read back as another text. */
    static final String ATTRIBUTES_TEXT = "attributes_text";
    static final String COMPLETED_AT_MS = "completed_at_ms";

    private final JsonGenerator json;
    private final boolean whole;

    /** @param whole true: with all that is needed to read it back; false: as callers of the bridge get it */
    ResultFields(JsonGenerator json, boolean whole) {
        this.json = json;
        this.whole = whole;
    }

    void write(RecognitionResult result) throws IOException {
        json.writeStartObject();
        json.writeStringField("request_id", result.getRequestId());
        json.writeStringField("status", result.getStatus().name().toLowerCase(Locale.ROOT));
        json.writeNumberField("err_no", result.getErrNo());
        json.writeStringField("err_msg", result.getErrMsg());
        json.writeStringField("pipeline", result.getPipeline());
        json.writeFieldName("image");
        image(result.getImage());
        json.writeArrayFieldStart("detections");
        for (Detection detection : result.getDetections()) {
            detection(detection);
        }
        json.writeEndArray();
        json.writeFieldName("lineage");
        lineage(result.getLineage());
        json.writeObjectFieldStart("timings_ms");
        for (Map.Entry<String, Double> timing : new TreeMap<>(result.getTimingsMs()).entrySet()) {
            number(timing.getKey(), timing.getValue());
        }
        json.writeEndObject();
        if (!result.getAttributes().isEmpty()) {
            texts("attributes", result.getAttributes());
        }
        if (whole) {
            json.writeNumberField(COMPLETED_AT_MS, result.getCompletedAtMs().toEpochMilli());
        }
        json.writeEndObject();
    }

    private void image(ImageSize size) throws IOException {
        if (size == null) {
            json.writeNull();
            return;
        }
        json.writeStartObject();
        json.writeNumberField("width", size.getWidth());
        json.writeNumberField("height", size.getHeight());
        json.writeEndObject();
    }

    private void detection(Detection detection) throws IOException {
        json.writeStartObject();
        integers("bbox", detection.getBbox());
        number("score", detection.getScore());
        json.writeStringField("class", detection.getClass$());
        matches(detection.getMatches());
        if (!detection.getClasses().isEmpty()) {
            classes(detection.getClasses());
        }
        if (detection.getEmbedding() != null) {
            json.writeArrayFieldStart("embedding");
            for (float component : detection.getEmbedding()) {
                json.writeNumber(component);
            }
            json.writeEndArray();
        }
        if (detection.getPoints() != null) {
            integers("points", detection.getPoints());
        }
        json.writeEndObject();
    }

    private void integers(String name, List<Integer> values) throws IOException {
        json.writeArrayFieldStart(name);
        for (int value : values) {
            json.writeNumber(value);
        }
        json.writeEndArray();
    }

    private void classes(List<ScoredClass> classes) throws IOException {
        json.writeArrayFieldStart("classes");
        for (ScoredClass scored : classes) {
            json.writeStartObject();
            json.writeNumberField("id", scored.getId());
            json.writeStringField("label", scored.getLabel());
            number("score", scored.getScore());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void matches(List<Match> matches) throws IOException {
        json.writeArrayFieldStart("matches");
        for (Match match : matches) {
            json.writeStartObject();
            json.writeStringField("id", match.getId());
            json.writeStringField("label", match.getLabel());
            number("score", match.getScore());
            json.writeFieldName("attributes");
            ExactJson.write(match.getAttributes(), json);
            if (whole && !readBackAs(match.getAttributes())) {
                json.writeStringField(ATTRIBUTES_TEXT, match.getAttributes());
            }
            if (!match.getGallery().isEmpty()) {
                json.writeStringField("gallery", match.getGallery());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** Whether the object that the text is says all of it: not so with spaces between, say. Text that is no object is written as text. */
    private static boolean readBackAs(String attributes) throws IOException {
        Optional<JsonNode> object = ExactJson.object(attributes);
        return object.isEmpty() || ExactJson.MAPPER.writeValueAsString(object.get()).equals(attributes);
    }

    private void lineage(Lineage lineage) throws IOException {
        json.writeStartObject();
        json.writeStringField("build", lineage.getBuild());
        json.writeStringField("config_hash", lineage.getConfigHash());
        texts("models", lineage.getModels());
        texts("devices", lineage.getDevices());
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

    private void texts(String name, Map<String, String> texts) throws IOException {
        json.writeObjectFieldStart(name);
        for (Map.Entry<String, String> text : new TreeMap<>(texts).entrySet()) {
            json.writeStringField(text.getKey(), text.getValue());
        }
        json.writeEndObject();
    }

    /** JSON has no infinities: in a whole result they are text. */
    private void number(String name, double value) throws IOException {
        if (whole && Double.isInfinite(value)) {
            json.writeStringField(name, Double.toString(value));
        } else {
            ResultJson.number(name, value, json);
        }
    }
}
