package io.sightline.connectors.bridge.inference;

import static io.sightline.connectors.bridge.inference.Tensors.binary;
import static io.sightline.connectors.bridge.inference.Tensors.framed;
import static io.sightline.connectors.testing.RawHttp.head;
import static io.sightline.connectors.testing.RawHttp.post;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sightline.connectors.bridge.call.Readiness;
import io.sightline.connectors.results.ResultJson;
import io.sightline.connectors.testing.RawHttp;
import io.sightline.connectors.testing.TestBridge;
import io.sightline.connectors.testing.TestBroker;
import io.sightline.connectors.testing.TestWorker;
import io.sightline.schemas.Detection;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.ScoredClass;
import io.sightline.schemas.topics.Topics;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What clients of KServe and Triton send and get. */
class InferenceDialectTest {
    private static final byte[] IMAGE = {(byte) 0xff, (byte) 0xd8, 1, 2, 3};
    private static final byte[] OTHER = {(byte) 0x89, 'P', 'N', 'G'};
    private static final String BASE64 = Base64.getEncoder().encodeToString(IMAGE);
    private static final String INFER = "/v2/models/products/infer";
    private final TestBroker broker = TestBroker.shared();
    private final Topics topics = broker.newTopics(2);
    private final List<TestBridge> open = new ArrayList<>();
    private TestWorker worker;

    @BeforeEach
    void startWorker() {
        worker = new TestWorker(broker, topics);
    }

    @AfterEach
    void closeAll() {
        open.forEach(TestBridge::close);
        worker.close();
    }

    private TestBridge bridge(InferenceSettings settings, int timeoutMs, int maxInFlight) {
        TestBridge bridge = TestBridge.start(broker, topics, TestBridge.settings(timeoutMs, 5_000, maxInFlight, 0),
                new InferenceDialect(settings, "0.9-test", List.of("products", "imagenet")));
        open.add(bridge);
        return bridge;
    }

    private TestBridge bridge() {
        return bridge(InferenceSettings.DEFAULT, 10_000, 64);
    }

    private static RawHttp.Response get(TestBridge bridge, String path) throws Exception {
        return RawHttp.exchange(bridge.port(), head("GET " + path + " HTTP/1.1"));
    }

    private static RawHttp.Response infer(TestBridge bridge, String json) throws Exception {
        return RawHttp.exchange(bridge.port(), post(INFER, json.getBytes(UTF_8)));
    }

    private static String images(int count) {
        return "{\"inputs\": [{\"name\": \"image\", \"shape\": [" + count + "], \"datatype\": \"BYTES\", \"data\": ["
                + String.join(", ", Collections.nCopies(count, "\"" + BASE64 + "\"")) + "]}]}";
    }

    @Test
    void shouldSayWhatTheServerIsAndHowItIs() throws Exception {
        TestBridge bridge = bridge();
        assertThat(get(bridge, "/v2").json().toString()).isEqualTo("{\"name\":\"sightline\",\"version\":\"0.9-test\",\"extensions\":[\"binary_tensor_data\"]}");
        assertThat(get(bridge, "/v2/health/live").json().toString()).isEqualTo("{\"live\":true}");
        assertThat(get(bridge, "/v2/health/ready").json().toString()).isEqualTo("{\"ready\":true}");
        assertThat(get(bridge, "/v2/models/products/ready").json().toString()).isEqualTo("{\"ready\":true}");
        assertThat(get(bridge, "/v2/models/products/versions/1/ready").status()).isEqualTo(200);
    }

    @Test
    void shouldNotBeReadyWhileAPartIsNot() throws Exception {
        AtomicBoolean ready = new AtomicBoolean();
        TestBridge bridge = TestBridge.start(broker, topics, TestBridge.settings(1_000, 1_000, 4, 0), Map.of("worker", Readiness.of(ready::get)),
                new InferenceDialect(InferenceSettings.DEFAULT, "b", List.of("products")));
        open.add(bridge);
        assertThat(get(bridge, "/v2/health/ready").json().toString()).isEqualTo("{\"ready\":false}");
        assertThat(get(bridge, "/v2/health/ready").status()).isEqualTo(503);
        assertThat(get(bridge, "/v2/models/products/ready").status()).isEqualTo(503);
        assertThat(get(bridge, "/v2/health/live").status()).isEqualTo(200);
        assertThat(infer(bridge, images(1)).json().path("error").textValue()).startsWith("not ready: worker");
        ready.set(true);
        assertThat(get(bridge, "/v2/health/ready").status()).isEqualTo(200);
        assertThat(infer(bridge, images(1)).status()).isEqualTo(200);
    }

    @Test
    void shouldDescribeAPipelineAsAModel() throws Exception {
        TestBridge bridge = bridge();
        JsonNode model = get(bridge, "/v2/models/products").json();
        assertThat(model.toString()).isEqualTo("{\"name\":\"products\",\"versions\":[\"1\"],\"platform\":\"sightline_pipeline\","
                + "\"inputs\":[{\"name\":\"image\",\"datatype\":\"BYTES\",\"shape\":[-1]}],"
                + "\"outputs\":[{\"name\":\"result\",\"datatype\":\"BYTES\",\"shape\":[-1]},{\"name\":\"label\",\"datatype\":\"BYTES\",\"shape\":[-1]},"
                + "{\"name\":\"score\",\"datatype\":\"FP32\",\"shape\":[-1]}],\"parameters\":{\"max_images\":32}}");
        assertThat(get(bridge, "/v2/models/products/versions/1").json()).isEqualTo(model);
    }

    @Test
    void shouldAnswerInJsonWhenAskedInJson() throws Exception {
        RawHttp.Response answer = infer(bridge(), images(1).replace("}]}", "}], \"id\": \"call 7\", \"parameters\": {\"top_k\": 2, \"score_threshold\": 0.25, \"gallery\": \"shelf\", \"filter\": \"a == 1\","
                + " \"distinct_labels\": true, \"timeout\": 1000000, \"priority\": 1}}"));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers()).containsEntry("content-type", "application/json").doesNotContainKey("inference-header-content-length");
        assertThat(answer.json().path("id").textValue()).isEqualTo("call 7");
        assertThat(answer.json().path("model_name").textValue()).isEqualTo("products");
        assertThat(answer.json().path("model_version").textValue()).isEqualTo("1");
        JsonNode outputs = answer.json().path("outputs");
        assertThat(outputs).extracting(output -> output.path("name").textValue()).containsExactly("result", "label", "score");
        assertThat(outputs.get(1).toString()).isEqualTo("{\"name\":\"label\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"Green tea\"]}");
        assertThat(outputs.get(2).toString()).isEqualTo("{\"name\":\"score\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[0.9123]}");
        JsonNode result = new JsonMapper().readTree(outputs.get(0).at("/data/0").textValue());
        assertThat(result.at("/detections/0/matches/0/label").textValue()).isEqualTo("Green tea");
        RecognitionRequest request = worker.seen().get(0);
        assertThat(request.getImage()).isEqualTo(ByteBuffer.wrap(IMAGE));
        assertThat(request.getPipeline()).isEqualTo("products");
        assertThat(request.getTopK()).isEqualTo(2);
        assertThat(request.getScoreThreshold()).isEqualTo(0.25);
        assertThat(request.getGallery()).isEqualTo("shelf");
        assertThat(request.getFilter()).isEqualTo("a == 1");
        assertThat(request.getDistinctLabels()).isTrue();
    }

    @Test
    void shouldTakeAndGiveBinaryTensorsAsTritonsClientDoes() throws Exception {
        // given: the client asks for no outputs by name, so for all in binary
        byte[] items = binary(IMAGE, OTHER);
        String json = "{\"id\":\"1\",\"parameters\":{\"binary_data_output\":true},\"inputs\":[{\"name\":\"image\",\"shape\":[2,1],\"datatype\":\"BYTES\",\"parameters\":{\"binary_data_size\":" + items.length + "}}]}";
        worker.answerBy(request -> request.getImage().equals(ByteBuffer.wrap(IMAGE)) ? TestWorker.recognised(request) : classified(request));
        // when
        RawHttp.Response answer = RawHttp.exchange(bridge().port(), framed("/v2/models/products/versions/1/infer", json, items));
        // then
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers()).containsEntry("content-type", "application/octet-stream");
        int length = Integer.parseInt(answer.headers().get("inference-header-content-length"));
        JsonNode outputs = new JsonMapper().readTree(answer.body(), 0, length).path("outputs");
        assertThat(outputs).extracting(output -> output.path("shape").toString()).containsExactly("[2]", "[2]", "[2]");
        assertThat(outputs).allSatisfy(output -> assertThat(output.has("data")).isFalse());
        ByteBuffer rest = ByteBuffer.wrap(answer.body(), length, answer.body().length - length).order(ByteOrder.LITTLE_ENDIAN);
        int results = outputs.get(0).at("/parameters/binary_data_size").intValue();
        int labels = outputs.get(1).at("/parameters/binary_data_size").intValue();
        assertThat(outputs.get(2).at("/parameters/binary_data_size").intValue()).isEqualTo(8);
        assertThat(rest.remaining()).isEqualTo(results + labels + 8);
        assertThat(new JsonMapper().readTree(text(rest)).at("/detections/0/class").textValue()).isEqualTo("product");
        assertThat(new JsonMapper().readTree(text(rest)).at("/detections/0/classes/0/label").textValue()).isEqualTo("daisy ä");
        assertThat(text(rest)).isEqualTo("Green tea");
        assertThat(text(rest)).isEqualTo("daisy ä");
        assertThat(rest.getFloat()).isEqualTo(0.9123f);
        assertThat(rest.getFloat()).isEqualTo(0.75f);
        assertThat(rest.remaining()).isZero();
    }

    private static String text(ByteBuffer from) {
        byte[] utf8 = new byte[from.getInt()];
        from.get(utf8);
        return new String(utf8, UTF_8);
    }

    private static RecognitionResult classified(RecognitionRequest request) {
        return RecognitionResult.newBuilder(TestWorker.recognised(request)).setDetections(List.of(new Detection(List.of(0, 0, 640, 480), 1.0, "image", List.of(),
                List.of(new ScoredClass(985, "daisy ä", 0.75), new ScoredClass(1, "goldfish", 0.1)), null, null))).build();
    }

    @Test
    void shouldGiveOnlyTheOutputsAskedForEachInItsForm() throws Exception {
        byte[] items = binary(IMAGE);
        String json = "{\"inputs\":[{\"name\":\"image\",\"shape\":[1],\"datatype\":\"BYTES\",\"parameters\":{\"binary_data_size\":" + items.length + "}}],"
                + "\"outputs\":[{\"name\":\"score\",\"parameters\":{\"binary_data\":true}},{\"name\":\"label\",\"parameters\":{\"binary_data\":false}}]}";
        RawHttp.Response answer = RawHttp.exchange(bridge().port(), framed(INFER, json, items));
        int length = Integer.parseInt(answer.headers().get("inference-header-content-length"));
        assertThat(new JsonMapper().readTree(answer.body(), 0, length).path("outputs").toString()).isEqualTo(
                "[{\"name\":\"score\",\"datatype\":\"FP32\",\"shape\":[1],\"parameters\":{\"binary_data_size\":4}},{\"name\":\"label\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"Green tea\"]}]");
        assertThat(ByteBuffer.wrap(answer.body(), length, 4).order(ByteOrder.LITTLE_ENDIAN).getFloat()).isEqualTo(0.9123f);
    }

    @Test
    void shouldTakeNestedData() throws Exception {
        String json = "{\"inputs\": [{\"name\": \"image\", \"shape\": [2, 1], \"datatype\": \"BYTES\", \"data\": [[\"" + BASE64 + "\"], [\"" + BASE64 + "\"]]}]}";
        assertThat(infer(bridge(), json).json().at("/outputs/1/data")).hasSize(2);
    }

    @Test
    void shouldGiveAnEmptyLabelWhereNothingWasFound() throws Exception {
        worker.answerBy(request -> RecognitionResult.newBuilder(TestWorker.recognised(request)).setDetections(List.of()).build());
        JsonNode outputs = infer(bridge(), images(1)).json().path("outputs");
        assertThat(outputs.at("/1/data/0").textValue()).isEmpty();
        assertThat(outputs.at("/2/data/0").doubleValue()).isZero();
    }

    @Test
    void shouldAnswerTheSameJsonAsTheNativeApi() throws Exception {
        JsonNode outputs = infer(bridge(), images(1)).json().path("outputs");
        String result = outputs.at("/0/data/0").textValue();
        String id = new JsonMapper().readTree(result).path("request_id").textValue();
        assertThat(result).isEqualTo(ResultJson.toLine(TestWorker.recognised(RecognitionRequest.newBuilder().setRequestId(id).build())));
    }

    @Test
    void shouldSayWhichImageWasRefusedAndWhoseFaultItIs() throws Exception {
        worker.answerBy(request -> request.getImage().get(0) == OTHER[0] ? TestWorker.ended(request, RecognitionStatus.REJECTED, 5000, "image: truncated (expected: a whole file)") : TestWorker.recognised(request));
        TestBridge bridge = bridge();
        String other = images(2).replaceFirst(BASE64, Base64.getEncoder().encodeToString(OTHER));
        assertError(400, "image[0]: image: truncated (expected: a whole file)", infer(bridge, other));
        worker.answerBy(request -> TestWorker.ended(request, RecognitionStatus.FAILED, 9000, "model: fell over"));
        assertError(500, "model: fell over", infer(bridge, images(1)));
        worker.answerBy(request -> TestWorker.ended(request, RecognitionStatus.FAILED, 6000, "deadline_ms: passed"));
        assertError(504, "deadline_ms: passed", infer(bridge, images(1)));
    }

    @Test
    void shouldTakeAsManyImagesAndBytesAsMayBeAndNotOneMore() throws Exception {
        int exact = images(3).length();
        TestBridge bridge = bridge(new InferenceSettings(3, exact), 10_000, 64);
        assertThat(infer(bridge, images(3)).status()).isEqualTo(200);
        assertError(413, "body: " + (exact + 1) + " bytes (expected: at most " + exact + ")", infer(bridge, images(3) + " "));
        TestBridge larger = bridge(new InferenceSettings(3, 1 << 20), 10_000, 64);
        assertError(400, "inputs[0].data: more than 3 (expected: at most 3)", infer(larger, images(4)));
        byte[] four = binary(IMAGE, IMAGE, IMAGE, IMAGE);
        String json = "{\"inputs\":[{\"name\":\"image\",\"shape\":[4],\"datatype\":\"BYTES\",\"parameters\":{\"binary_data_size\":" + four.length + "}}]}";
        assertError(400, "image: shape [4] (expected: at most 3 images)", RawHttp.exchange(larger.port(), framed(INFER, json, four)));
    }

    @Test
    void shouldSayWhyThereIsNoAnswer() throws Exception {
        worker.hold();
        assertError(504, "no answer within 300 ms (expected: a worker that keeps up)", infer(bridge(InferenceSettings.DEFAULT, 300, 64), images(1)));
        RawHttp.Response overloaded = infer(bridge(InferenceSettings.DEFAULT, 300, 2), images(3));
        assertThat(overloaded.status()).isEqualTo(503);
        assertThat(overloaded.headers()).containsEntry("retry-after", "1");
    }

    @Test
    void shouldForgetTheImagesWhenTheirCallerGoesAway() throws Exception {
        worker.hold();
        TestBridge bridge = bridge();
        try (RawHttp http = new RawHttp(bridge.port())) {
            http.send(post(INFER, images(3).getBytes(UTF_8)));
            await().until(() -> worker.held().size() == 3);
        }
        await().until(() -> bridge.replies().inFlight() == 0 && bridge.server().inFlight() == 0);
    }

    private static void assertError(int status, String message, RawHttp.Response answer) {
        assertThat(answer.json().path("error").textValue()).isEqualTo(message);
        assertThat(answer.status()).isEqualTo(status);
    }
}
