package io.sightline.connectors.bridge.hub;

import static io.sightline.connectors.testing.RawHttp.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sightline.connectors.testing.RawHttp;
import io.sightline.connectors.testing.TestBridge;
import io.sightline.connectors.testing.TestBroker;
import io.sightline.connectors.testing.TestWorker;
import io.sightline.schemas.Detection;
import io.sightline.schemas.ImageTensor;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.ScoredClass;
import io.sightline.schemas.topics.Topics;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What PaddleHub Serving's clients send and get. */
class HubDialectTest {
    private static final byte[] IMAGE = {(byte) 0xff, (byte) 0xd8, 1, 2, 3};
    private static final List<HubModule> MODULES = List.of(new HubModule("clas_system", "imagenet", true), new HubModule("shelves", "products", false));
    private static final String BASE64 = Base64.getEncoder().encodeToString(IMAGE);
    private final TestBroker broker = TestBroker.shared();
    private final Topics topics = broker.newTopics(2);
    private final List<TestBridge> open = new ArrayList<>();
    private TestWorker worker;

    @BeforeEach
    void startWorker() {
        worker = new TestWorker(broker, topics);
        worker.answerBy(HubDialectTest::classified);
    }

    @AfterEach
    void closeAll() {
        open.forEach(TestBridge::close);
        worker.close();
    }

    private TestBridge bridge(HubSettings settings, int timeoutMs, int maxInFlight) {
        TestBridge bridge = TestBridge.start(broker, topics, TestBridge.settings(timeoutMs, 5_000, maxInFlight, 0), new HubDialect(settings, MODULES));
        open.add(bridge);
        return bridge;
    }

    private TestBridge bridge() {
        return bridge(HubSettings.DEFAULT, 10_000, 64);
    }

    static RecognitionResult classified(RecognitionRequest request) {
        return RecognitionResult.newBuilder(TestWorker.recognised(request)).setDetections(List.of(new Detection(List.of(0, 0, 640, 480), 1.0, "image", List.of(),
                List.of(new ScoredClass(57, "garter snake, grass snake", 0.2192), new ScoredClass(67, "diamondback", 0.1563)), null, null))).build();
    }

    private static JsonNode predict(TestBridge bridge, String module, String body) throws Exception {
        RawHttp.Response answer = RawHttp.exchange(bridge.port(), post("/predict/" + module, body.getBytes(StandardCharsets.UTF_8)));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers()).containsEntry("content-type", "application/json");
        return answer.json();
    }

    private static String images(int count) {
        return "{\"images\": [" + String.join(", ", Collections.nCopies(count, "\"" + BASE64 + "\"")) + "]}";
    }

    private static String array(ByteBuffer array, String shape, String dtype) {
        return "{\"images\": \"" + Base64.getEncoder().encodeToString(array.array()) + "\", \"revert_params\": {\"shape\": " + shape + ", \"dtype\": \"" + dtype + "\"}}";
    }

    @Test
    void shouldAnswerAsClasSystemWhenFilesAreSent() throws Exception {
        JsonNode answer = predict(bridge(), "clas_system", images(2).replace("}", ", \"top_k\": 2, \"batch_size\": 1, \"use_gpu\": false}"));
        assertThat(answer.path("status").textValue()).isEqualTo("000");
        assertThat(answer.path("msg").textValue()).isEmpty();
        assertThat(answer.at("/results/elapse").doubleValue()).isPositive().isLessThan(10);
        String each = "{\"class_ids\":[57,67],\"label_names\":[\"garter snake, grass snake\",\"diamondback\"],\"scores\":[0.2192,0.1563]}";
        assertThat(answer.at("/results/prediction").toString()).isEqualTo("[" + each + "," + each + "]");
        assertThat(worker.seen()).hasSize(2).allSatisfy(request -> {
            assertThat(request.getPipeline()).isEqualTo("imagenet");
            assertThat(request.getTopK()).isEqualTo(2);
            assertThat(request.getImage()).isEqualTo(ByteBuffer.wrap(IMAGE));
        });
    }

    @Test
    void shouldSendARecordForEachPictureOfAnArray() throws Exception {
        // given: two pictures of 3 x 1 x 2 numbers
        ByteBuffer array = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 12; i++) {
            array.putFloat(i * 0.25f);
        }
        JsonNode answer = predict(bridge(), "clas_system", array(array, "[2, 3, 1, 2]", "float32"));
        assertThat(answer.at("/results/prediction")).hasSize(2);
        assertThat(worker.seen()).extracting(request -> request.getTensor().getShape()).containsExactly(List.of(3, 1, 2), List.of(3, 1, 2));
        List<float[]> tensors = worker.seen().stream().map(RecognitionRequest::getTensor).map(HubDialectTest::floats).toList();
        assertThat(tensors).containsExactlyInAnyOrder(new float[] {0, 0.25f, 0.5f, 0.75f, 1, 1.25f}, new float[] {1.5f, 1.75f, 2, 2.25f, 2.5f, 2.75f});
    }

    @Test
    void shouldMakeFloat32OfOtherNumbers() throws Exception {
        TestBridge bridge = bridge();
        ByteBuffer doubles = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN).putDouble(0.1).putDouble(-1e300).putDouble(3);
        predict(bridge, "clas_system", array(doubles, "[1, 3, 1, 1]", "float64"));
        predict(bridge, "clas_system", array(ByteBuffer.wrap(new byte[] {0, 127, -1}), "[1, 3, 1, 1]", "uint8"));
        assertThat(worker.seen()).extracting(request -> floats(request.getTensor())).containsExactly(new float[] {0.1f, Float.NEGATIVE_INFINITY, 3}, new float[] {0, 127, 255});
    }

    private static float[] floats(ImageTensor tensor) {
        FloatBuffer data = tensor.getData().duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        float[] values = new float[data.remaining()];
        data.get(values);
        return values;
    }

    @Test
    void shouldAnswerAsADetectionModuleWhenThePipelineDetects() throws Exception {
        worker.answerBy(TestWorker::recognised);
        JsonNode answer = predict(bridge(), "shelves", images(1));
        assertThat(answer.path("results").toString()).isEqualTo("[{\"data\":[{\"bottom\":40,\"confidence\":0.87,\"label\":\"product\",\"left\":1,"
                + "\"rec_docs\":\"Green tea\",\"rec_scores\":0.9123,\"right\":30,\"top\":2}],\"save_path\":\"\"}]");
        assertThat(worker.seen().get(0).getPipeline()).isEqualTo("products");
    }

    @Test
    void shouldSayWhichPictureWasRefused() throws Exception {
        worker.answerBy(request -> request.getImage().get(2) == 9 ? TestWorker.ended(request, RecognitionStatus.REJECTED, 5000, "image: truncated (expected: a whole file)") : classified(request));
        String bad = Base64.getEncoder().encodeToString(new byte[] {(byte) 0xff, (byte) 0xd8, 9});
        TestBridge bridge = bridge();
        assertRefused("101", "images[1]: image: truncated (expected: a whole file)", predict(bridge, "clas_system", "{\"images\": [\"" + BASE64 + "\", \"" + bad + "\"]}"));
        assertRefused("101", "image: truncated (expected: a whole file)", predict(bridge, "clas_system", "{\"images\": [\"" + bad + "\"]}"));
    }

    @Test
    void shouldNameTheModuleThatIsNotThere() throws Exception {
        assertRefused("111", "Module lac is not available.", predict(bridge(), "lac", images(1)));
    }

    @Test
    void shouldTakeAsManyPicturesAsMayBeAndNotOneMore() throws Exception {
        TestBridge bridge = bridge(new HubSettings(Optional.empty(), 3, 1 << 20, Map.of()), 10_000, 64);
        assertThat(predict(bridge, "clas_system", images(3)).at("/results/prediction")).hasSize(3);
        assertRefused("101", "images: more than 3 (expected: at most 3)", predict(bridge, "clas_system", images(4)));
        assertThat(predict(bridge, "clas_system", array(ByteBuffer.allocate(9), "[3, 3, 1, 1]", "uint8")).at("/results/prediction")).hasSize(3);
        assertRefused("101", "images: 4 (expected: at most 3)", predict(bridge, "clas_system", array(ByteBuffer.allocate(12), "[4, 3, 1, 1]", "uint8")));
    }

    @Test
    void shouldTakeABodyAsLargeAsMayBeAndNotAByteMore() throws Exception {
        TestBridge bridge = bridge(new HubSettings(Optional.empty(), 3, 1024, Map.of()), 10_000, 64);
        String exact = images(1) + " ".repeat(1024 - images(1).length());
        assertThat(predict(bridge, "clas_system", exact).path("status").textValue()).isEqualTo("000");
        assertRefused("101", "body: 1025 bytes (expected: at most 1024)", predict(bridge, "clas_system", exact + " "));
    }

    @Test
    void shouldTakeBodiesLargerThanOneImageMayBe() throws Exception {
        // Two images of the largest size together pass what the native API takes.
        byte[] large = new byte[12 << 20];
        String base64 = Base64.getEncoder().encodeToString(large);
        assertThat(predict(bridge(), "clas_system", "{\"images\": [\"" + base64 + "\", \"" + base64 + "\"]}").at("/results/prediction")).hasSize(2);
    }

    @Test
    void shouldSayWhyThereIsNoAnswer() throws Exception {
        worker.hold();
        assertRefused("101", "no answer within 300 ms (expected: a worker that keeps up)", predict(bridge(HubSettings.DEFAULT, 300, 64), "clas_system", images(2)));
        assertThat(predict(bridge(HubSettings.DEFAULT, 300, 2), "clas_system", images(3)).path("msg").textValue()).startsWith("overloaded");
    }

    @Test
    void shouldForgetThePicturesWhenTheirCallerGoesAway() throws Exception {
        worker.hold();
        TestBridge bridge = bridge();
        try (RawHttp http = new RawHttp(bridge.port())) {
            http.send(post("/predict/clas_system", images(3).getBytes(StandardCharsets.UTF_8)));
            await().until(() -> worker.held().size() == 3);
        }
        await().until(() -> bridge.replies().inFlight() == 0 && bridge.server().inFlight() == 0);
    }

    @Test
    void shouldServeItsOwnPortToo() throws Exception {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            free = socket.getLocalPort();
        }
        bridge(new HubSettings(Optional.of(free), 3, 1 << 20, Map.of()), 10_000, 64);
        RawHttp.Response answer = RawHttp.exchange(free, post("/predict/clas_system", images(1).getBytes(StandardCharsets.UTF_8), "Content-Type: application/json"));
        assertThat(answer.json().path("status").textValue()).isEqualTo("000");
    }

    private static void assertRefused(String status, String message, JsonNode answer) {
        assertThat(answer.path("msg").textValue()).isEqualTo(message);
        assertThat(answer.path("status").textValue()).isEqualTo(status);
        assertThat(answer.path("results").textValue()).isEmpty();
    }
}
