package io.sightline.connectors.results;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightline.connectors.testing.TestWorker;
import io.sightline.schemas.Detection;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.Lineage;
import io.sightline.schemas.Match;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.ScoredClass;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResultJsonTest {
    /** Avro trusts our classes once a codec was made: builders need that. */
    private static final AvroCodec<RecognitionResult> CODEC = new AvroCodec<>(RecognitionResult.class, EmbeddedRegistry.INSTANCE);

    @Test
    void shouldWriteARecognisedResultAsOneLine() {
        RecognitionRequest request = RecognitionRequest.newBuilder().setRequestId("r1").setImage(ByteBuffer.allocate(1)).build();
        assertThat(ResultJson.toLine(TestWorker.recognised(request))).isEqualTo("{\"request_id\":\"r1\",\"status\":\"recognised\",\"err_no\":0,\"err_msg\":\"\",\"pipeline\":\"products\","
                + "\"image\":{\"width\":640,\"height\":480},\"detections\":[{\"bbox\":[1,2,30,40],\"score\":0.87,\"class\":\"product\","
                + "\"matches\":[{\"id\":\"42\",\"label\":\"Green tea\",\"score\":0.9123,\"attributes\":{\"price\":1.50},\"gallery\":\"demo\"}]}],"
                + "\"lineage\":{\"build\":\"test\",\"config_hash\":\"0123456789ab\",\"models\":{\"detect\":\"d@1#22\",\"embed\":\"e@1#11\"},\"devices\":{},\"gallery\":\"demo\","
                + "\"gallery_epoch\":7,\"input_topic\":\"requests\",\"input_partition\":0,\"input_offset\":9},\"timings_ms\":{\"detect.midp\":8.25,\"total\":12.5}}");
    }

    @Test
    void shouldWriteNullsForWhatARejectedResultHasNot() {
        RecognitionResult rejected = RecognitionResult.newBuilder().setRequestId("r").setStatus(RecognitionStatus.REJECTED).setErrNo(5000)
                .setErrMsg("image: \"GIF\"\n(expected: JPEG or PNG)").setLineage(Lineage.newBuilder().build()).build();
        assertThat(ResultJson.toLine(rejected)).isEqualTo("{\"request_id\":\"r\",\"status\":\"rejected\",\"err_no\":5000,\"err_msg\":\"image: \\\"GIF\\\"\\n(expected: JPEG or PNG)\","
                + "\"pipeline\":null,\"image\":null,\"detections\":[],\"lineage\":{\"build\":\"\",\"config_hash\":\"\",\"models\":{},\"devices\":{},\"gallery\":null,\"gallery_epoch\":null,"
                + "\"input_topic\":\"\",\"input_partition\":-1,\"input_offset\":-1},\"timings_ms\":{}}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"a\":1}", "{\"a\":{\"b\":[1,2.50,\"x\",null,true]}}", "{\"n\":123456789012345678901234567890}", "{\"n\":0.1000000000000000000001}", "{\"\u00e4\":\"\u4e2d\"}"})
    void shouldEmbedAttributesAsTheJsonTheyAre(String attributes) {
        assertThat(ResultJson.toLine(withAttributes(attributes))).contains("\"attributes\":" + attributes + ",");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', value = {"not JSON, not JSON", "[1], [1]", "1, 1", "{} {}, {} {}", "{\"a\":NaN}, {\\\"a\\\":NaN}", "{\"a\", {\\\"a\\\"", "`{\"a\":1},\"b\":2`, `{\\\"a\\\":1},\\\"b\\\":2`", "null, null"})
    void shouldEmbedAttributesAsTextWhenTheyAreNoJsonObject(String attributes, String text) {
        assertThat(ResultJson.toLine(withAttributes(attributes))).contains("\"attributes\":\"" + text + "\",");
    }

    @Test
    void shouldEmbedAttributesAsTextWhenTheyNestTooDeeply() throws Exception {
        String deep = "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000);
        var json = new com.fasterxml.jackson.databind.json.JsonMapper().readTree(ResultJson.toBytes(withAttributes(deep)));
        assertThat(json.at("/detections/0/matches/0/attributes").textValue()).isEqualTo(deep);
    }

    @Test
    void shouldWriteNullForWhatJsonHasNoNumberFor() {
        RecognitionResult result = RecognitionResult.newBuilder(withAttributes("{}")).setTimingsMs(Map.of("total", Double.NaN)).build();
        result.getDetections().set(0, new Detection(List.of(0, 0, 1, 1), Double.POSITIVE_INFINITY, "x", List.of(), List.of(), null, null));
        assertThat(ResultJson.toLine(result)).contains("\"score\":null").contains("\"timings_ms\":{\"total\":null}");
    }

    @Test
    void shouldGiveTheSameTextWhateverTheOrderOfTheMaps() {
        Map<String, Double> forth = new LinkedHashMap<>();
        Map<String, Double> back = new LinkedHashMap<>();
        for (int i = 0; i < 20; i++) {
            forth.put("stage" + i, 1.0);
            back.put("stage" + (19 - i), 1.0);
        }
        RecognitionResult result = withAttributes("{}");
        assertThat(ResultJson.toLine(RecognitionResult.newBuilder(result).setTimingsMs(forth).build()))
                .isEqualTo(ResultJson.toLine(RecognitionResult.newBuilder(result).setTimingsMs(new HashMap<>(back)).build()));
    }

    @Test
    void shouldWriteClassesEmbeddingPointsAndGalleriesOnlyWhenThereAreSome() {
        RecognitionResult bare = withAttributes("{}");
        assertThat(ResultJson.toLine(bare)).doesNotContain("classes", "embedding", "points", "galleries");
        Detection detection = new Detection(List.of(0, 0, 1, 1), 1.0, "image", List.of(), List.of(new ScoredClass(3, "cat", 0.9), new ScoredClass(0, "0", 0.1)), List.of(0.6f, -0.8f), List.of(1, 2, 3, 4));
        RecognitionResult full = RecognitionResult.newBuilder(bare).setDetections(List.of(detection))
                .setLineage(Lineage.newBuilder().setGallery("b").setGalleryEpoch(7L).setGalleries(Map.of("b", 7L, "a", 9L)).build()).build();
        assertThat(ResultJson.toLine(full))
                .contains("\"matches\":[],\"classes\":[{\"id\":3,\"label\":\"cat\",\"score\":0.9},{\"id\":0,\"label\":\"0\",\"score\":0.1}],\"embedding\":[0.6,-0.8],\"points\":[1,2,3,4]}")
                .contains("\"gallery_epoch\":7,\"galleries\":{\"a\":9,\"b\":7},\"input_topic\"");
    }

    @Test
    void shouldCopyTheRequestsAttributesWhenThereAreSome() {
        RecognitionResult result = RecognitionResult.newBuilder(withAttributes("{}")).setAttributes(Map.of("shelf", "7")).build();
        assertThat(ResultJson.toLine(result)).endsWith("\"attributes\":{\"shelf\":\"7\"}}");
    }

    @Test
    void shouldGiveAProblemTheFormOfAResult() {
        assertThat(new String(ResultJson.error("r", false, ErrorCode.TIMEOUT, "no answer"), StandardCharsets.UTF_8)).isEqualTo("{\"request_id\":\"r\",\"status\":\"failed\",\"err_no\":6000,"
                + "\"err_msg\":\"no answer\",\"pipeline\":null,\"image\":null,\"detections\":[],\"lineage\":{},\"timings_ms\":{}}");
    }

    private static RecognitionResult withAttributes(String attributes) {
        Detection detection = new Detection(List.of(0, 0, 1, 1), 1.0, "x", List.of(new Match("i", "l", 1.0, attributes, "g")), List.of(), null, null);
        return RecognitionResult.newBuilder().setRequestId("r").setStatus(RecognitionStatus.RECOGNISED).setDetections(List.of(detection)).setLineage(Lineage.newBuilder().build()).build();
    }
}
