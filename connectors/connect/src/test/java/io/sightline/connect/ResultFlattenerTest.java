package io.sightline.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sightline.connect.flat.Column;
import io.sightline.schemas.Detection;
import io.sightline.schemas.GalleryEntry;
import io.sightline.schemas.ImageSize;
import io.sightline.schemas.Lineage;
import io.sightline.schemas.Match;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.ScoredClass;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

class ResultFlattenerTest {
    private static final String TOPIC = "sightline.results";
    /** Before the first result is built: it tells Avro that our classes can be trusted. */
    private static final AvroCodec<RecognitionResult> RESULTS = new AvroCodec<>(RecognitionResult.class, EmbeddedRegistry.INSTANCE);
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void shouldMakeARowOfTheBestMatch() {
        // given two things, the second one is the better match
        RecognitionResult result = result().setDetections(List.of(
                detection(0.99, List.of(match("a", "Coffee", 0.61))), detection(0.40, List.of(match("b", "Tea", 0.93), match("c", "Mate", 0.92))), detection(0.30, List.of()))).build();
        // when
        SinkRecord row = flat(Map.of(), struct(result));
        // then
        Struct value = (Struct) row.value();
        value.validate();
        assertThat(row.valueSchema()).isSameAs(value.schema());
        assertThat(row.key()).isEqualTo("r-1");
        assertThat(value.schema().fields()).extracting(field -> field.name()).isEqualTo(Column.names().stream().filter(name -> !name.equals("detections_json")).toList());
        assertThat(value.getString("request_id")).isEqualTo("r-1");
        assertThat(value.getString("status")).isEqualTo("RECOGNISED");
        assertThat(value.getInt32("err_no")).isZero();
        assertThat(value.getString("err_msg")).isNull();
        assertThat(List.of(value.get("image_width"), value.get("image_height"), value.get("detections"), value.get("recognised"))).containsExactly(640, 480, 3, 2);
        assertThat(List.of(value.get("label"), value.get("score"), value.get("detection_class"), value.get("detection_score"))).containsExactly("Tea", 0.93, "product", 0.40);
        assertThat(List.of(value.get("x1"), value.get("y1"), value.get("x2"), value.get("y2"))).containsExactly(1, 2, 30, 40);
        assertThat(List.of(value.get("match_id"), value.get("match_label"), value.get("match_score"), value.get("match_gallery"))).containsExactly("b", "Tea", 0.93, "shop");
        assertThat(List.of(value.get("gallery"), value.get("gallery_epoch"), value.get("models"), value.get("build"), value.get("config_hash")))
                .containsExactly("shop", 7L, "{\"embed\":\"e@1#0\"}", "0.1.0", "5f0c");
        assertThat(List.of(value.get("total_ms"), value.get("completed_at"), value.get("attributes"), value.get("pipeline"))).containsExactly(11.8, new Date(1763731199512L), "{\"camera\":\"7\"}", "recognition");
    }

    @Test
    void shouldTakeTheBestClassWhenNothingIsLookedUp() {
        RecognitionResult result = result().setDetections(List.of(classified(0.4, "cat"), classified(0.8, "dog"))).build();
        Struct value = (Struct) flat(Map.of(), struct(result)).value();
        assertThat(List.of(value.get("label"), value.get("score"), value.get("recognised"))).containsExactly("dog", 0.8, 2);
        assertThat(value.get("match_label")).isNull();
    }

    @Test
    void shouldTakeTheFirstDetectionWhenNoneIsKnown() {
        RecognitionResult result = result().setDetections(List.of(detection(0.99, List.of()), detection(0.4, List.of()))).build();
        Struct value = (Struct) flat(Map.of(), struct(result)).value();
        assertThat(List.of(value.get("detection_score"), value.get("x1"), value.get("recognised"))).containsExactly(0.99, 1, 0);
        assertThat(value.get("label")).isNull();
        assertThat(value.get("score")).isNull();
    }

    @Test
    void shouldHaveARowForARejectedRequestOrNone() {
        RecognitionResult rejected = RecognitionResult.newBuilder().setRequestId("r-2").setStatus(RecognitionStatus.REJECTED).setErrNo(5000).setErrMsg("image: 0 bytes").setLineage(Lineage.newBuilder().build()).build();
        Struct value = (Struct) flat(Map.of(), struct(rejected)).value();
        value.validate();
        assertThat(List.of(value.get("status"), value.get("err_no"), value.get("err_msg"), value.get("detections"))).containsExactly("REJECTED", 5000, "image: 0 bytes", 0);
        assertThat(value.get("image_width")).isNull();
        assertThat(value.get("x1")).isNull();
        assertThat(flat(Map.of("unrecognised", "drop"), struct(rejected))).isNull();
        assertThat(flat(Map.of("unrecognised", "drop"), struct(result().build()))).isNotNull();
    }

    @Test
    void shouldHaveTheColumnsAskedForUnderTheirPrefix() throws Exception {
        // given
        RecognitionResult result = result().setDetections(List.of(detection(0.9, List.of(match("a", "Tea", 0.61))))).build();
        // when
        Struct value = (Struct) flat(Map.of("columns", "request_id, label", "columns.prefix", "sl_", "detections.json", "true"), struct(result)).value();
        // then
        assertThat(value.schema().fields()).extracting(field -> field.name()).containsExactly("sl_request_id", "sl_label", "sl_detections_json");
        JsonNode detections = JSON.readTree(value.getString("sl_detections_json"));
        assertThat(detections).hasSize(1);
        assertThat(detections.get(0).path("bbox").toString()).isEqualTo("[1,2,30,40]");
        assertThat(detections.get(0).path("matches").get(0).path("attributes").path("price").intValue()).isEqualTo(3);
        assertThat(detections.get(0).has("embedding")).isFalse();
    }

    @Test
    void shouldMakeTheSameRowWhenTheValueHasNoSchema() throws Exception {
        // given what Connect's own JSON converter makes of a result without a schema
        RecognitionResult result = result().setDetections(List.of(detection(0.4, List.of(match("b", "Tea", 0.93))))).build();
        SchemaAndValue struct = struct(result);
        JsonConverter json = new JsonConverter();
        json.configure(Map.of("schemas.enable", "false"), false);
        SchemaAndValue map = json.toConnectData(TOPIC, json.fromConnectData(TOPIC, struct.schema(), struct.value()));
        assertThat(map.schema()).isNull();
        // when
        SinkRecord row = flat(Map.of("detections.json", "true"), map);
        // then
        Struct expected = (Struct) flat(Map.of("detections.json", "true"), struct).value();
        assertThat(row.valueSchema()).isNull();
        Map<?, ?> value = (Map<?, ?>) row.value();
        assertThat(JSON.readTree((String) value.get("detections_json"))).isEqualTo(JSON.readTree(expected.getString("detections_json")));
        expected.schema().fields().stream().filter(field -> !field.name().equals("detections_json")).forEach(field -> assertThat((Object) value.get(field.name())).as(field.name())
                .isEqualTo(expected.get(field) instanceof Date date ? (Object) date.getTime() : expected.get(field)));
    }

    @Test
    void shouldMakeALineOfJsonWhenAsked() throws Exception {
        RecognitionResult result = result().setDetections(List.of(detection(0.4, List.of(match("b", "Te\na", 0.93))))).build();
        SinkRecord row = flat(Map.of("row.format", "json", "columns", "request_id,err_msg,label,x1,completed_at,attributes"), struct(result));
        assertThat(row.valueSchema()).isEqualTo(Schema.STRING_SCHEMA);
        assertThat(row.value()).isEqualTo("{\"request_id\":\"r-1\",\"label\":\"Te\\na\",\"x1\":1,\"completed_at\":\"2025-11-21T13:19:59.512Z\",\"attributes\":{\"camera\":\"7\"}}");
    }

    @Test
    void shouldHaveNoTextThatADatabaseRefuses() {
        RecognitionResult result = result().setDetections(List.of(detection(0.4, List.of(match("b", "Te\u0000a", 0.93))))).build();
        assertThat(((Struct) flat(Map.of(), struct(result)).value()).getString("label")).isEqualTo("Te\uFFFDa");
    }

    @Test
    void shouldPassTombstonesAndRefuseWhatIsNoResult() {
        assertThat(flat(Map.of(), SchemaAndValue.NULL).value()).isNull();
        assertThatExceptionOfType(DataException.class).isThrownBy(() -> flat(Map.of(), struct(GalleryEntry.newBuilder().setGallery("g").setId("i").setLabel("l").build())))
                .withMessageContaining("io.sightline.schemas.GalleryEntry (expected: a RecognitionResult)");
        assertThatExceptionOfType(DataException.class).isThrownBy(() -> flat(Map.of(), new SchemaAndValue(Schema.STRING_SCHEMA, "hello"))).withMessageContaining("a String (expected: a RecognitionResult");
        assertThatExceptionOfType(DataException.class).isThrownBy(() -> flat(Map.of(), new SchemaAndValue(null, Map.of("request_id", "r", "status", "RECOGNISED", "detections", 7))))
                .withMessageContaining("detections: a Integer (expected: an array");
        assertThatExceptionOfType(DataException.class).isThrownBy(() -> flat(Map.of(), new SchemaAndValue(null, Map.of("request_id", "r", "status", "RECOGNISED", "err_no", 1.5))))
                .withMessageContaining("err_no: a Double (expected: a whole number");
    }

    @Test
    void shouldRefuseOptionsThatAreNone() {
        assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> flat(Map.of("columns", "label,colour"), SchemaAndValue.NULL)).withMessageContaining("columns: 'colour' (expected: of request_id");
        assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> flat(Map.of("columns", "label,label"), SchemaAndValue.NULL)).withMessageContaining("expected: each once");
        assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> flat(Map.of("unrecognised", "keep"), SchemaAndValue.NULL)).withMessageContaining("unrecognised");
    }

    private static RecognitionResult.Builder result() {
        return RecognitionResult.newBuilder().setRequestId("r-1").setStatus(RecognitionStatus.RECOGNISED).setPipeline("recognition").setImage(new ImageSize(640, 480))
                .setLineage(Lineage.newBuilder().setBuild("0.1.0").setConfigHash("5f0c").setModels(Map.of("embed", "e@1#0")).setGallery("shop").setGalleryEpoch(7L).build())
                .setTimingsMs(Map.of("total", 11.8)).setAttributes(Map.of("camera", "7")).setCompletedAtMs(Instant.ofEpochMilli(1763731199512L));
    }

    private static Detection detection(double score, List<Match> matches) {
        return Detection.newBuilder().setBbox(List.of(1, 2, 30, 40)).setScore(score).setClass$("product").setMatches(matches).build();
    }

    private static Detection classified(double score, String label) {
        return Detection.newBuilder().setBbox(List.of(0, 0, 9, 9)).setScore(1).setClass$("image").setClasses(List.of(new ScoredClass(3, label, score))).build();
    }

    private static Match match(String id, String label, double score) {
        return Match.newBuilder().setId(id).setLabel(label).setScore(score).setGallery("shop").setAttributes("{\"price\": 3}").build();
    }

    private static SchemaAndValue struct(SpecificRecord record) {
        SightlineAvroConverter converter = new SightlineAvroConverter();
        converter.configure(Map.of(), false);
        @SuppressWarnings("unchecked")
        Class<SpecificRecord> type = (Class<SpecificRecord>) record.getClass();
        return converter.toConnectData(TOPIC, record instanceof RecognitionResult result ? RESULTS.encode(TOPIC, result) : new AvroCodec<>(type, EmbeddedRegistry.INSTANCE).encode(TOPIC, record));
    }

    private static SinkRecord flat(Map<String, String> options, SchemaAndValue value) {
        try (ResultFlattener<SinkRecord> flattener = new ResultFlattener<>()) {
            flattener.configure(options);
            return flattener.apply(new SinkRecord(TOPIC, 2, Schema.STRING_SCHEMA, "r-1", value.schema(), value.value(), 41));
        }
    }
}
