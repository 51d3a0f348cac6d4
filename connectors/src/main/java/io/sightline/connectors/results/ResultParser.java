package io.sightline.connectors.results;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sightline.connectors.json.ExactJson;
import io.sightline.schemas.Detection;
import io.sightline.schemas.ImageSize;
import io.sightline.schemas.Lineage;
import io.sightline.schemas.Match;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.ScoredClass;
import io.sightline.schemas.request.RequestLimits;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads what {@link ResultFields} writes, and answers of the bridge. A field that is not there has its default, one that is unknown is passed
 * over. Used by one thread, for one line.
 */
final class ResultParser {
    /** Attributes come back as the text they were. */
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder().disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION).build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES).build();
    private final JsonParser json;

    static {
        ResultFiles.prepare();
    }

    private interface Fields {
        /** At the field's value. */
        void read(String name) throws IOException;
    }

    private interface Value<T> {
        T read() throws IOException;
    }

    private ResultParser(JsonParser json) {
        this.json = json;
    }

    /** @throws IllegalArgumentException says where in the line, what was seen and what was expected */
    static RecognitionResult parse(byte[] line) {
        try (JsonParser json = MAPPER.getFactory().createParser(line)) {
            json.setCodec(MAPPER);
            json.nextToken();
            ResultParser parser = new ResultParser(json);
            RecognitionResult result = parser.result();
            if (json.nextToken() != null) {
                throw parser.wrong("nothing behind the object");
            }
            return result;
        } catch (com.fasterxml.jackson.core.JacksonException e) {
            throw new IllegalArgumentException(RequestLimits.shown(e.getOriginalMessage()) + " (expected: a JSON object)", e);
        } catch (IOException e) {
            throw new IllegalArgumentException(e + " (expected: a JSON object)", e);
        }
    }

    private RecognitionResult result() throws IOException {
        RecognitionResult.Builder result = RecognitionResult.newBuilder().setLineage(Lineage.newBuilder().build());
        boolean[] has = new boolean[2];
        object(name -> {
            switch (name) {
                case "request_id" -> {
                    result.setRequestId(text());
                    has[0] = true;
                }
                case "status" -> {
                    result.setStatus(status());
                    has[1] = true;
                }
                case "err_no" -> result.setErrNo(integer());
                case "err_msg" -> result.setErrMsg(text());
                case "pipeline" -> result.setPipeline(orNull(this::text));
                case "image" -> result.setImage(orNull(this::image));
                case "detections" -> result.setDetections(list(this::detection));
                case "lineage" -> result.setLineage(lineage());
                case "timings_ms" -> result.setTimingsMs(map(this::number));
                case "attributes" -> result.setAttributes(map(this::text));
                case ResultFields.COMPLETED_AT_MS -> result.setCompletedAtMs(Instant.ofEpochMilli(longInteger()));
                default -> json.skipChildren();
            }
        });
        if (!has[0] || !has[1]) {
            throw new IllegalArgumentException("no " + (has[0] ? "status" : "request_id") + " (expected: a result, as /v1/recognitions answers it)");
        }
        return result.build();
    }

    private RecognitionStatus status() throws IOException {
        try {
            return RecognitionStatus.valueOf(text().toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw wrong("recognised, rejected or failed");
        }
    }

    private ImageSize image() throws IOException {
        ImageSize.Builder size = ImageSize.newBuilder().setWidth(0).setHeight(0);
        object(name -> {
            switch (name) {
                case "width" -> size.setWidth(integer());
                case "height" -> size.setHeight(integer());
                default -> json.skipChildren();
            }
        });
        return size.build();
    }

    private Detection detection() throws IOException {
        Detection.Builder detection = Detection.newBuilder().setBbox(List.of()).setScore(Double.NaN).setClass$("");
        object(name -> {
            switch (name) {
                case "bbox" -> detection.setBbox(list(this::integer));
                case "score" -> detection.setScore(number());
                case "class" -> detection.setClass$(text());
                case "matches" -> detection.setMatches(list(this::match));
                case "classes" -> detection.setClasses(list(this::scoredClass));
                case "embedding" -> detection.setEmbedding(list(this::singleNumber));
                case "points" -> detection.setPoints(list(this::integer));
                default -> json.skipChildren();
            }
        });
        return detection.build();
    }

    private Match match() throws IOException {
        Match.Builder match = Match.newBuilder().setId("").setLabel("").setScore(Double.NaN);
        String[] whole = new String[1];
        object(name -> {
            switch (name) {
                case "id" -> match.setId(text());
                case "label" -> match.setLabel(text());
                case "score" -> match.setScore(number());
                case "attributes" -> match.setAttributes(attributes());
                case ResultFields.ATTRIBUTES_TEXT -> whole[0] = text();
                case "gallery" -> match.setGallery(text());
                default -> json.skipChildren();
            }
        });
        return whole[0] == null ? match.build() : match.setAttributes(whole[0]).build();
    }

    private String attributes() throws IOException {
        if (json.currentToken() == JsonToken.VALUE_STRING) {
            return json.getText();
        }
        require(JsonToken.START_OBJECT, "an object");
        JsonNode object = MAPPER.readTree(json);
        return ExactJson.MAPPER.writeValueAsString(object);
    }

    private ScoredClass scoredClass() throws IOException {
        ScoredClass.Builder scored = ScoredClass.newBuilder().setId(0).setLabel("").setScore(Double.NaN);
        object(name -> {
            switch (name) {
                case "id" -> scored.setId(integer());
                case "label" -> scored.setLabel(text());
                case "score" -> scored.setScore(number());
                default -> json.skipChildren();
            }
        });
        return scored.build();
    }

    private Lineage lineage() throws IOException {
        Lineage.Builder lineage = Lineage.newBuilder();
        object(name -> {
            switch (name) {
                case "build" -> lineage.setBuild(text());
                case "config_hash" -> lineage.setConfigHash(text());
                case "models" -> lineage.setModels(map(this::text));
                case "devices" -> lineage.setDevices(map(this::text));
                case "gallery" -> lineage.setGallery(orNull(this::text));
                case "gallery_epoch" -> lineage.setGalleryEpoch(orNull(this::longInteger));
                case "galleries" -> lineage.setGalleries(map(this::longInteger));
                case "input_topic" -> lineage.setInputTopic(text());
                case "input_partition" -> lineage.setInputPartition(integer());
                case "input_offset" -> lineage.setInputOffset(longInteger());
                default -> json.skipChildren();
            }
        });
        return lineage.build();
    }

    private void object(Fields fields) throws IOException {
        require(JsonToken.START_OBJECT, "an object");
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            json.nextToken();
            fields.read(name);
        }
    }

    private <T> List<T> list(Value<T> value) throws IOException {
        require(JsonToken.START_ARRAY, "an array");
        List<T> values = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            values.add(value.read());
        }
        return values;
    }

    private <T> Map<String, T> map(Value<T> value) throws IOException {
        Map<String, T> values = new HashMap<>();
        object(name -> values.put(name, value.read()));
        return values;
    }

    private <T> T orNull(Value<T> value) throws IOException {
        return json.currentToken() == JsonToken.VALUE_NULL ? null : value.read();
    }

    private String text() throws IOException {
        require(JsonToken.VALUE_STRING, "text");
        return json.getText();
    }

    private int integer() throws IOException {
        long value = longInteger();
        if (value != (int) value) {
            throw wrong("a whole number of 32 bits");
        }
        return (int) value;
    }

    private long longInteger() throws IOException {
        require(JsonToken.VALUE_NUMBER_INT, "a whole number");
        if (json.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            throw wrong("a whole number of 64 bits");
        }
        return json.getLongValue();
    }

    /** Null stands for what is no number, text for the infinities: JSON has none of these. */
    private double number() throws IOException {
        JsonToken token = json.currentToken();
        if (token == JsonToken.VALUE_NULL) {
            return Double.NaN;
        }
        if (token == JsonToken.VALUE_STRING && (json.getText().equals("Infinity") || json.getText().equals("-Infinity"))) {
            return Double.parseDouble(json.getText());
        }
        if (token != JsonToken.VALUE_NUMBER_INT && token != JsonToken.VALUE_NUMBER_FLOAT) {
            throw wrong("a number");
        }
        return Double.parseDouble(json.getText());
    }

    private float singleNumber() throws IOException {
        JsonToken token = json.currentToken();
        if (token == JsonToken.VALUE_STRING && (json.getText().endsWith("Infinity") || json.getText().equals("NaN"))) {
            return Float.parseFloat(json.getText());
        }
        if (token != JsonToken.VALUE_NUMBER_INT && token != JsonToken.VALUE_NUMBER_FLOAT) {
            throw wrong("a number");
        }
        return Float.parseFloat(json.getText());
    }

    private void require(JsonToken token, String expected) throws IOException {
        if (json.currentToken() != token) {
            throw wrong(expected);
        }
    }

    private IllegalArgumentException wrong(String expected) throws IOException {
        String where = json.getParsingContext().pathAsPointer().toString();
        String seen = json.currentToken() == null ? "nothing" : switch (json.currentToken()) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            default -> "'" + RequestLimits.shown(json.getText()) + "'";
        };
        return new IllegalArgumentException((where.isEmpty() ? "" : where + ": ") + seen + " (expected: " + expected + ")");
    }
}
