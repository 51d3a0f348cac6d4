package io.sightline.app.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sightline.app.product.Outputs.Result;
import io.sightline.connectors.results.ResultJson;
import io.sightline.schemas.Detection;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever comes in is answered with what was wrong with it, is kept as a dead letter, and harms nobody else. */
@ExtendWith(ProductExtension.class)
@Timeout(240)
class BadInputIT {
    private static final int GOOD_SCENES = 3;
    private static final JsonMapper JSON = new JsonMapper();
    private static Product product;
    /** What is found in the good pictures when they come alone. */
    private static final List<List<Detection>> REFERENCE = new ArrayList<>();

    @BeforeAll
    static void recogniseTheGoodOnesAlone(Product running) throws Exception {
        product = running;
        for (int i = 0; i < GOOD_SCENES; i++) {
            RecognitionResult result = product.outputs().result(product.sendAndWait(Topic.REQUESTS, BadFiles.text("alone"), Product.scene(i))).value();
            assertThat(result.getDetections()).isNotEmpty().anySatisfy(detection -> assertThat(detection.getMatches()).isNotEmpty());
            REFERENCE.add(result.getDetections());
        }
    }

    @AfterEach
    void workerLivesOn() {
        product.requireRunning();
    }

    static Stream<BadRequest> badRequests() {
        return BadRequests.all();
    }

    static Stream<BadRequest> badCalls() {
        return BadRequests.all().filter(bad -> bad.http() != null);
    }

    @Test
    void shouldHaveAtLeastFortyBadRequestsEachWay() {
        assertThat(badRequests().map(BadRequest::what)).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(40);
        assertThat(badCalls()).hasSizeGreaterThanOrEqualTo(40);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badRequests")
    void shouldAnswerWithErrorAndDeadLetterAndSpareTheNeighboursWhenARequestOnTheTopicIsBad(BadRequest bad) throws Exception {
        // given: a good one, the bad one and another good one, sent at once and read as one batch
        int partition = Math.floorMod(bad.what().hashCode(), 4);
        Future<RecordMetadata> before = product.send(good(partition, 0));
        Future<RecordMetadata> sent = product.send(record(partition, bad));
        Future<RecordMetadata> after = product.send(good(partition, 1));
        // when
        Result result = product.outputs().result(sent.get(90, TimeUnit.SECONDS));
        // then
        assertAnswer(bad, result, Outputs.place(sent.get()));
        assertKept(bad, product.outputs().deadLetter(Outputs.place(sent.get())), result.value());
        assertGood(before.get(), 0);
        assertGood(after.get(), 1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badCalls")
    void shouldAnswerWithStatusAndJsonWhenACallIsBad(BadRequest bad) throws Exception {
        // when
        HttpResponse<byte[]> response = product.post(bad.http().query(), bad.http().body(), bad.http().headers());
        // then
        JsonNode json = JSON.readTree(response.body());
        assertThat(json.path("err_msg").asText()).contains(bad.http().message()).contains("(expected: ");
        assertThat(response.statusCode()).isEqualTo(bad.http().status());
        assertThat(response.headers().firstValue("content-type")).hasValueSatisfying(type -> assertThat(type).startsWith("application/json"));
        assertThat(json.path("status").asText()).isEqualTo("rejected");
        assertThat(json.path("err_no").asInt()).isEqualTo(ErrorCode.BAD_INPUT.number());
        assertThat(json.path("detections")).isEmpty();
        if (bad.http().byWorker()) {
            // The answer is the result on the topic, and what was sent is kept.
            String place = json.at("/lineage/input_topic").asText() + "-" + json.at("/lineage/input_partition").asInt() + "@" + json.at("/lineage/input_offset").asLong();
            Result result = product.outputs().result(place);
            assertThat(new String(response.body(), StandardCharsets.UTF_8)).isEqualTo(ResultJson.toLine(result.value()));
            ConsumerRecord<byte[], byte[]> letter = product.outputs().deadLetter(place);
            RecognitionRequest kept = new AvroCodec<>(RecognitionRequest.class, EmbeddedRegistry.INSTANCE).decode(letter.value());
            assertThat(kept.getImage()).isEqualTo(ByteBuffer.wrap(bad.http().body()));
            assertThat(letter.key()).isEqualTo(BadFiles.text(json.path("request_id").asText()));
        }
    }

    static Stream<Arguments> badHttp() {
        byte[] part = BadFiles.text("--b\r\nContent-Disposition: form-data; name=\"photo\"\r\n\r\nx\r\n--b--\r\n");
        return Stream.of(
                Arguments.of("?topk=3", BadFiles.JPEG, Map.of(), 400, "parameter: 'topk' (expected: one of pipeline, gallery, galleries, top_k, score_threshold, filter, distinct_labels, async)"),
                Arguments.of("?top_k=3&top_k=4", BadFiles.JPEG, Map.of(), 400, "top_k: given more than once (expected: once)"),
                Arguments.of("?top_k=three", BadFiles.JPEG, Map.of(), 400, "top_k: 'three' (expected: a whole number, 1..100)"),
                Arguments.of("?top_k=99999999999", BadFiles.JPEG, Map.of(), 400, "top_k: '99999999999' (expected: a whole number, 1..100)"),
                Arguments.of("?score_threshold=0x1p-3", BadFiles.JPEG, Map.of(), 400, "score_threshold: '0x1p-3' (expected: a number, -1..1)"),
                Arguments.of("?gallery=%FF", BadFiles.JPEG, Map.of(), 400, "query: '%FF' (expected: percent-encoded UTF-8)"),
                Arguments.of("", BadFiles.JPEG, Map.of("Content-Type", "application/json"), 415, "content-type: 'application/json' (expected: the image as body"),
                Arguments.of("", BadFiles.JPEG, Map.of("Content-Encoding", "gzip"), 415, "content-encoding: 'gzip' (expected: none)"),
                Arguments.of("", BadFiles.JPEG, Map.of("Content-Type", "multipart/form-data"), 400, "0 boundaries (expected: one)"),
                Arguments.of("", BadFiles.JPEG, Map.of("Content-Type", "multipart/form-data; boundary=b"), 400, "(expected: "),
                Arguments.of("", part, Map.of("Content-Type", "multipart/form-data; boundary=b"), 400, "image"));
    }

    @ParameterizedTest(name = "{0} {2}")
    @MethodSource("badHttp")
    void shouldRefuseAtTheDoorWhenACallIsNoneAtAll(String query, byte[] body, Map<String, String> headers, int status, String message) throws Exception {
        HttpResponse<byte[]> response = product.post(query, body, headers);
        JsonNode json = JSON.readTree(response.body());
        assertThat(json.path("err_msg").asText()).contains(message).contains("(expected: ");
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(json.path("status").asText()).isEqualTo("rejected");
        assertThat(json.path("err_no").asInt()).isEqualTo(ErrorCode.BAD_INPUT.number());
    }

    @Test
    void shouldRecogniseAllGoodOnesWhenAllBadOnesComeAtOnceAmongThem() throws Exception {
        // given
        List<BadRequest> bad = badRequests().filter(request -> request.value() == null || request.value().length < 1 << 20).toList();
        List<Future<RecordMetadata>> badSent = new ArrayList<>();
        List<Future<RecordMetadata>> goodSent = new ArrayList<>();
        // when
        for (int i = 0; i < bad.size(); i++) {
            badSent.add(product.send(record(i % 4, bad.get(i))));
            goodSent.add(product.send(good((i + 1) % 4, i % GOOD_SCENES)));
        }
        // then
        for (int i = 0; i < bad.size(); i++) {
            RecordMetadata sent = badSent.get(i).get(90, TimeUnit.SECONDS);
            assertAnswer(bad.get(i), product.outputs().result(sent), Outputs.place(sent));
            assertGood(goodSent.get(i).get(), i % GOOD_SCENES);
        }
    }

    private static ProducerRecord<byte[], byte[]> good(int partition, int scene) {
        return new ProducerRecord<>(product.worker().topics().name(Topic.REQUESTS), partition, BadFiles.text("good"), Product.scene(scene));
    }

    private static ProducerRecord<byte[], byte[]> record(int partition, BadRequest bad) {
        return new ProducerRecord<>(product.worker().topics().name(Topic.REQUESTS), partition, bad.key(), bad.value(), bad.headers());
    }

    private static void assertGood(RecordMetadata sent, int scene) {
        RecognitionResult result = product.outputs().result(sent).value();
        assertThat(result.getStatus()).as(result.getErrMsg()).isEqualTo(RecognitionStatus.RECOGNISED);
        assertThat(result.getDetections()).isEqualTo(REFERENCE.get(scene));
        assertThat(product.outputs().deadLetters(Outputs.place(sent))).isEmpty();
    }

    private static void assertAnswer(BadRequest bad, Result result, String place) {
        String id = bad.id() == null ? place : bad.id();
        assertThat(result.value().getErrMsg()).contains(bad.message()).contains("(expected: ");
        assertThat(result.value().getErrNo()).isEqualTo(bad.code().number());
        assertThat(result.value().getStatus()).isEqualTo(bad.code() == ErrorCode.TIMEOUT ? RecognitionStatus.FAILED : RecognitionStatus.REJECTED);
        assertThat(result.value().getRequestId()).isEqualTo(id);
        assertThat(result.value().getDetections()).isEmpty();
        assertThat(result.key()).isEqualTo(id);
        assertThat(result.header(RecordHeaders.REQUEST_ID)).isEqualTo(id);
    }

    /** The dead letter is the record as it came, with the reason behind its headers. */
    private static void assertKept(BadRequest bad, ConsumerRecord<byte[], byte[]> letter, RecognitionResult result) {
        assertThat(letter.key()).isEqualTo(bad.key());
        assertThat(Arrays.equals(letter.value(), bad.value())).as("the original bytes").isTrue();
        List<Header> headers = List.of(letter.headers().toArray());
        assertThat(headers.subList(0, bad.headers().size())).isEqualTo(bad.headers());
        assertThat(headers.subList(bad.headers().size(), headers.size())).extracting(Header::key)
                .containsExactly(RecordHeaders.ERR_NO, RecordHeaders.ERR_MSG, RecordHeaders.SOURCE_TOPIC, RecordHeaders.SOURCE_PARTITION, RecordHeaders.SOURCE_OFFSET);
        assertThat(RecordHeaders.text(letter.headers(), RecordHeaders.ERR_NO)).contains(Integer.toString(result.getErrNo()));
        assertThat(RecordHeaders.text(letter.headers(), RecordHeaders.ERR_MSG)).contains(result.getErrMsg());
    }
}
