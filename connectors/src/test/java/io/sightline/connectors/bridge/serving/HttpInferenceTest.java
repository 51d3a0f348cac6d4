package io.sightline.connectors.bridge.serving;

import static io.sightline.connectors.testing.RawHttp.head;
import static io.sightline.connectors.testing.RawHttp.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sightline.connectors.bridge.BridgeSettings;
import io.sightline.connectors.testing.RawHttp;
import io.sightline.connectors.testing.TestBridge;
import io.sightline.connectors.testing.TestWorker;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionStatus;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the stock pipeline_http_client.py programs send, and what they print. */
class HttpInferenceTest extends ServingFixture {
    @Test
    void shouldAnswerARecognitionAsTheStockServerDoes() throws Exception {
        // when
        RawHttp.Response answer = call(bridge().port(), "/recognition/prediction", image());
        // then
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers()).containsEntry("content-type", "application/json");
        assertThat(new String(answer.body())).isEqualTo("{\"err_no\":0,\"err_msg\":\"\",\"key\":[\"result\"],\"value\":[\"" + RECOGNISED + "\"],\"tensors\":[]}");
        assertThat(answer.json().path("value").path(0).textValue()).isEqualTo(RECOGNISED);
        RecognitionRequest request = worker.seen().get(0);
        assertThat(request.getPipeline()).isEqualTo("products");
        assertThat(request.getGallery()).isEqualTo("drinks");
        assertThat(request.getTopK()).isEqualTo(1);
        assertThat(request.getImage()).isEqualTo(ByteBuffer.wrap(JPEG));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"imagenet | label | ['daisy fresh'] | prob | [0.9341]", "alexnet | class_id | [985] | prob | [0.9341]"})
    void shouldAnswerAClassificationAsTheStockServersDo(String service, String key, String value, String secondKey, String secondValue) throws Exception {
        JsonNode answer = call(bridge().port(), "/" + service + "/prediction", image()).json();
        assertThat(answer.path("err_no").intValue()).isZero();
        assertThat(texts(answer.path("key"))).containsExactly(key, secondKey);
        assertThat(texts(answer.path("value"))).containsExactly(value, secondValue);
        assertThat(worker.seen().get(0).getGallery()).isNull();
    }

    @Test
    void shouldAnswerAnEmbeddingAsANumpyArray() throws Exception {
        JsonNode answer = call(bridge().port(), "/ArcFace/prediction", image()).json();
        assertThat(texts(answer.path("key"))).containsExactly("out");
        assertThat(answer.path("value").path(0).textValue()).startsWith("array([[ 0.001, -0.002,  0.003, -0.004,  0.005, -0.006,  0.007, -0.008,\n         0.009, -0.01 ,")
                .endsWith(" 0.127, -0.128]],\n      dtype=float32)");
        assertThat(worker.seen().get(0).getTopK()).isNull();
    }

    @Test
    void shouldAnswerNothingFoundAsAnEmptyList() throws Exception {
        worker.answerBy(request -> TestWorker.ended(request, RecognitionStatus.RECOGNISED, 0, ""));
        assertThat(texts(call(bridge().port(), "/recognition/prediction", image()).json().path("value"))).containsExactly("[]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "imagenet    | label,prob            | ['daisy fresh', 'daisy fresh', 'daisy fresh']",
            "alexnet     | class_id,prob         | [985, 985, 985]",
            "recognition | result,result_1,result_2 | [{'bbox': [345, 95, 524, 576], 'rec_docs': 'Red Bull-Enhanced', 'rec_scores': 0.799}]"})
    void shouldTakeAsManyImagesAsMayBe(String service, String keys, String first) throws Exception {
        JsonNode answer = call(bridge().port(), "/" + service + "/prediction", images(MAX_IMAGES)).json();
        assertThat(texts(answer.path("key"))).containsExactly(keys.split(","));
        assertThat(answer.path("value").path(0).textValue()).isEqualTo(first);
        assertThat(worker.seen()).hasSize(MAX_IMAGES);
    }

    @Test
    void shouldAnswer5000WhenThereIsOneImageMoreThanMayBe() throws Exception {
        RawHttp.Response answer = call(bridge().port(), "/imagenet/prediction", images(MAX_IMAGES + 1));
        assertFault(answer, 5000, "key: 4 images (expected: at most 3)");
        assertThat(worker.seen()).isEmpty();
    }

    @Test
    void shouldTakeLogIdAsNumberAndAsTextAndPassItOn() throws Exception {
        TestBridge bridge = bridge();
        for (String logid : List.of("10000", "\"10000\"")) {
            String json = image().replace("}", ", \"logid\": " + logid + ", \"clientip\": \"10.0.0.7\", \"signature\": {\"some\": [1]}}");
            assertThat(call(bridge.port(), "/recognition/prediction", json).json().path("err_no").intValue()).isZero();
        }
        assertThat(worker.seen()).hasSize(2).allSatisfy(request -> assertThat(request.getAttributes()).isEqualTo(Map.of("logid", "10000", "clientip", "10.0.0.7")));
    }

    @Test
    void shouldNotCareForTheContentType() throws Exception {
        TestBridge bridge = bridge();
        for (String type : List.of("application/json", "application/x-www-form-urlencoded", "text/plain", "image/jpeg")) {
            RawHttp.Response answer = RawHttp.exchange(bridge.port(), post("/recognition/prediction", image().getBytes(), "Content-Type: " + type));
            assertThat(answer.json().path("err_no").intValue()).isZero();
        }
    }

    @Test
    void shouldTakeTheServiceFromThePathWhateverTheBodySays() throws Exception {
        JsonNode answer = call(bridge().port(), "/imagenet/prediction", image().replace("}", ", \"name\": \"recognition\", \"method\": \"other\"}")).json();
        assertThat(texts(answer.path("key"))).containsExactly("label", "prob");
    }

    @Test
    void shouldTakeAnyMethodOfAServiceAsTheStockServerDoes() throws Exception {
        assertThat(call(bridge().port(), "/imagenet/classify", image()).json().path("err_no").intValue()).isZero();
    }

    @Test
    void shouldTakeTensorsOfTextAndOfBytes() throws Exception {
        TestBridge bridge = bridge();
        byte[] header = "{'descr': '|u1', 'fortran_order': False, 'shape': (5,), }".getBytes();
        byte[] npy = RawHttp.join(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length, 0}, header, JPEG);
        for (String tensor : List.of("{\"name\": \"image\", \"elem_type\": 12, \"str_data\": [\"" + BASE64 + "\"]}",
                "{\"name\": \"image\", \"elem_type\": 12, \"str_data\": [\"" + BASE64.substring(0, 3) + "\", \"" + BASE64.substring(3) + "\"]}",
                "{\"name\": \"image\", \"elem_type\": 13, \"byte_data\": \"" + BASE64 + "\"}",
                "{\"name\": \"image\", \"elem_type\": 13, \"byte_data\": \"" + Base64.getEncoder().encodeToString(npy) + "\"}",
                "{\"name\": \"image\", \"elem_type\": 7, \"shape\": [5], \"uint32_data\": [255, 216, 1, 2, 3]}")) {
            assertThat(call(bridge.port(), "/recognition/prediction", "{\"tensors\": [" + tensor + "]}").json().path("err_msg").textValue()).isEmpty();
        }
        assertThat(worker.seen()).hasSize(5).allSatisfy(request -> assertThat(request.getImage()).isEqualTo(ByteBuffer.wrap(JPEG)));
    }

    @Test
    void shouldLeaveOtherKeysAloneWhereTheServiceKnowsItsKeys() throws Exception {
        String json = "{\"key\": [\"threshold\", \"image\", \"pipeline.profile\"], \"value\": [\"no base64!\", \"" + BASE64 + "\", \"1\"]}";
        TestBridge bridge = bridge();
        assertThat(call(bridge.port(), "/recognition/prediction", json).json().path("err_no").intValue()).isZero();
        assertFault(call(bridge.port(), "/imagenet/prediction", json), 5000, "threshold: 'no base64!', 10 characters, no base64 (expected: a JPEG or PNG file in base64)");
    }

    @Test
    void shouldTellTheWorkersErrorWithTheLogIdAndTheImage() throws Exception {
        TestBridge bridge = bridge();
        worker.answerBy(request -> TestWorker.ended(request, RecognitionStatus.REJECTED, 5000, "image: no JPEG (expected: one)"));
        assertFault(call(bridge.port(), "/recognition/prediction", image().replace("}", ", \"logid\": 7}")), 5000, "(log_id=7) image: no JPEG (expected: one)");
        assertFault(call(bridge.port(), "/imagenet/prediction", images(2)), 5000, "image: image: no JPEG (expected: one)");
        worker.answerBy(request -> TestWorker.ended(request, RecognitionStatus.FAILED, 9000, "embed failed"));
        assertFault(call(bridge.port(), "/recognition/prediction", image()), 9000, "embed failed");
    }

    @Test
    void shouldAnswer6000WhenNobodyDoesTheWork() throws Exception {
        worker.hold();
        assertFault(call(bridge(TestBridge.settings(300, 5_000, 16, 0), 0).port(), "/recognition/prediction", image()), 6000, "no answer within 300 ms (expected: a worker that keeps up)");
    }

    @Test
    void shouldAnswer503WhenOneMoreCallComesThanMayBeInFlight() throws Exception {
        worker.hold();
        TestBridge bridge = bridge(TestBridge.settings(10_000, 5_000, 1, 0), 0);
        CompletableFuture<RawHttp.Response> first = CompletableFuture.supplyAsync(() -> unchecked(bridge.port()));
        await().until(() -> worker.held().size() == 1);
        RawHttp.Response answer = call(bridge.port(), "/recognition/prediction", image());
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.headers()).containsEntry("retry-after", "1");
        assertThat(answer.json().path("err_no").intValue()).isEqualTo(50);
        worker.release();
        assertThat(first.join().status()).isEqualTo(200);
    }

    @Test
    void shouldAnswer503WhenOnlySomeImagesOfARequestCouldBeTakenOn() throws Exception {
        TestBridge bridge = bridge(TestBridge.settings(10_000, 5_000, 2, 0), 0);
        worker.hold();
        RawHttp.Response answer = call(bridge.port(), "/imagenet/prediction", images(3));
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.json().path("err_no").intValue()).isEqualTo(50);
        await().until(() -> bridge.replies().inFlight() == 0); // those that were taken on are given up
    }

    @Test
    void shouldTakeABodyAsLongAsMayBeAndRefuseOneByteMore() throws Exception {
        // given room for a mebibyte in all
        TestBridge bridge = bridge(new BridgeSettings("127.0.0.1", 0, 10_000, 5_000, 16, 1 << 20, 100, 60_000, 8192, 0, true, 1000, 8), 0);
        byte[] picture = new byte[700_000];
        new Random(1).nextBytes(picture);
        String json = "{\"key\":[\"image\"],\"value\":[\"" + Base64.getEncoder().encodeToString(picture) + "\"]}";
        // when, then
        assertThat(call(bridge.port(), "/recognition/prediction", json + " ".repeat((1 << 20) - json.length())).json().path("err_no").intValue()).isZero();
        RawHttp.Response over = call(bridge.port(), "/recognition/prediction", json + " ".repeat((1 << 20) - json.length() + 1));
        assertThat(over.status()).isEqualTo(413);
        assertThat(over.json().path("err_no").intValue()).isEqualTo(5000);
        assertThat(over.json().path("err_msg").textValue()).isEqualTo("body: 1048577 bytes (expected: at most 1048576)");
        byte[] chunk = RawHttp.join("100000\r\n".getBytes(), new byte[1 << 20], "\r\n".getBytes());
        RawHttp.Response endless = RawHttp.exchange(bridge.port(), RawHttp.join(head("POST /recognition/prediction HTTP/1.1", "Transfer-Encoding: chunked"), chunk, chunk, chunk));
        assertThat(endless.status()).isEqualTo(413);
        assertThat(endless.json().path("err_msg").textValue()).isEqualTo("body: more than 1048576 bytes (expected: at most 1048576)");
    }

    @Test
    void shouldForgetTheCallWhenItsCallerGoesAway() throws Exception {
        worker.hold();
        TestBridge bridge = bridge();
        try (RawHttp http = new RawHttp(bridge.port())) {
            http.send(post("/imagenet/prediction", images(2).getBytes()));
            await().until(() -> worker.held().size() == 2);
        }
        await().until(() -> bridge.replies().inFlight() == 0 && bridge.server().inFlight() == 0);
    }

    @Test
    void shouldServeOnePortForOneServiceAndTheBridgesPortForAll() throws Exception {
        int own = freePort();
        TestBridge bridge = bridge(TestBridge.settings(10_000, 5_000, 16, 0), own);
        assertThat(call(own, "/recognition/prediction", image()).json().path("err_no").intValue()).isZero();
        assertThat(call(bridge.port(), "/recognition/prediction", image()).json().path("err_no").intValue()).isZero();
        assertThat(call(bridge.port(), "/imagenet/prediction", image()).json().path("err_no").intValue()).isZero();
        assertFault(call(own, "/imagenet/prediction", image()), 3002, "name: 'imagenet' (expected: recognition)");
        assertFault(call(bridge.port(), "/other/prediction", image()), 3002, "name: 'other' (expected: one of recognition, imagenet, ArcFace, alexnet)");
    }

    @Test
    void shouldLeaveTheNativeDialectAsItWas() throws Exception {
        TestBridge bridge = bridge();
        worker.answerBy(TestWorker::recognised);
        assertThat(RawHttp.exchange(bridge.port(), post("/v1/recognitions", JPEG)).json().path("status").textValue()).isEqualTo("recognised");
        RawHttp.Response missing = RawHttp.exchange(bridge.port(), head("POST /v2/recognitions HTTP/1.1", "Content-Length: 0"));
        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.json().path("status").textValue()).isEqualTo("rejected");
        assertThat(RawHttp.exchange(bridge.port(), head("GET /v1/recognitions HTTP/1.1")).status()).isEqualTo(405);
    }

    private static RawHttp.Response unchecked(int port) {
        try {
            return call(port, "/recognition/prediction", image());
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String images(int count) {
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            keys.add(i == 0 ? "\"image\"" : "\"image_" + i + "\"");
        }
        return "{\"key\": [" + String.join(", ", keys) + "], \"value\": [" + ("\"" + BASE64 + "\", ").repeat(count).replaceAll(", $", "") + "]}";
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.textValue()));
        return texts;
    }

    private static void assertFault(RawHttp.Response answer, int errNo, String message) {
        assertThat(answer.json().path("err_msg").textValue()).isEqualTo(message);
        assertThat(answer.json().path("err_no").intValue()).isEqualTo(errNo);
        assertThat(answer.json().path("key").isEmpty()).isTrue();
        assertThat(answer.json().path("value").isEmpty()).isTrue();
        assertThat(answer.status()).isEqualTo(200);
    }
}
