package io.sightline.connectors.bridge.inference;

import static io.sightline.connectors.bridge.inference.Tensors.binary;
import static io.sightline.connectors.bridge.inference.Tensors.framed;
import static io.sightline.connectors.testing.RawHttp.head;
import static io.sightline.connectors.testing.RawHttp.join;
import static io.sightline.connectors.testing.RawHttp.post;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sightline.connectors.testing.RawHttp;
import io.sightline.connectors.testing.TestBridge;
import io.sightline.connectors.testing.TestBroker;
import io.sightline.connectors.testing.TestWorker;
import io.sightline.schemas.topics.Topics;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What bad callers get, in the Open Inference Protocol's form. The server stays the same one through all cases and serves a good call after each. */
class MalformedInferTest {
    private static final String INFER = "/v2/models/products/infer";
    private static final String GOOD = "{\"inputs\": [{\"name\": \"image\", \"shape\": [1], \"datatype\": \"BYTES\", \"data\": [\"/9gBAgM=\"]}]}";
    private static final byte[] IMAGE = {(byte) 0xff, (byte) 0xd8, 1, 2, 3};
    private static TestWorker worker;
    private static TestBridge bridge;

    @BeforeAll
    static void start() {
        Topics topics = TestBroker.shared().newTopics(1);
        worker = new TestWorker(TestBroker.shared(), topics);
        bridge = TestBridge.start(TestBroker.shared(), topics, TestBridge.settings(10_000, 500, 8, 0), new InferenceDialect(InferenceSettings.DEFAULT, "b", List.of("products")));
    }

    @AfterAll
    static void stop() {
        bridge.close();
        worker.close();
    }

    @AfterEach
    void shouldServeAGoodCallWhenABadOneIsOver() throws Exception {
        assertThat(RawHttp.exchange(bridge.port(), post(INFER, GOOD.getBytes(UTF_8))).status()).isEqualTo(200);
        await().until(() -> bridge.server().inFlight() == 0 && bridge.replies().inFlight() == 0);
    }

    private static String input(String rest) {
        return "{\"inputs\": [{\"name\": \"image\", " + rest + "}]}";
    }

    static Stream<Arguments> bodies() {
        String bytes = "\"datatype\": \"BYTES\", ";
        String data = "\"data\": [\"/9gBAgM=\"]";
        return Stream.of(
                arguments("", "body: empty (expected: a JSON object)"),
                arguments("hello", "body: not JSON"),
                arguments("[]", "body: a JSON array (expected: a JSON object)"),
                arguments("{}", "inputs: none (expected: one, 'image')"),
                arguments("{\"inputs\": []}", "inputs: none"),
                arguments("{\"inputs\": {}}", "inputs: a JSON object (expected: an array of tensors)"),
                arguments("{\"inputs\": [7]}", "inputs[0]: a JSON number (expected: a JSON object)"),
                arguments("{\"instances\": []}", "field: 'instances' (expected: one of id, parameters, inputs, outputs)"),
                arguments(GOOD.replace("}]}", "}, {\"name\": \"b\"}]}"), "inputs: more than 1 (expected: at most 1)"),
                arguments(GOOD.replace("image", "x"), "inputs: 'x' (expected: 'image')"),
                arguments(GOOD.replace("\"name\": \"image\", ", ""), "inputs: '' (expected: 'image')"),
                arguments(input("\"shape\": [1, 3, 224, 224], \"datatype\": \"FP32\", \"data\": [0.5, 1]"), "image: datatype 'FP32' (expected: BYTES, the files as they are)"),
                arguments(input("\"shape\": [1], " + data), "image: datatype '' (expected: BYTES"),
                arguments(input(bytes + data), "image: shape [] (expected: [images] or [images, 1])"),
                arguments(input("\"shape\": [0], " + bytes + "\"data\": []"), "image: shape [0]"),
                arguments(input("\"shape\": [1, 2], " + bytes + data), "image: shape [1, 2]"),
                arguments(input("\"shape\": [-1], " + bytes + data), "image: shape [-1]"),
                arguments(input("\"shape\": \"[1]\", " + bytes + data), "inputs[0].shape: a JSON text (expected: an array of whole numbers)"),
                arguments(input("\"shape\": [2], " + bytes + data), "image: 1 items (expected: 2, of shape [2])"),
                arguments(input("\"shape\": [33], " + bytes + data), "image: shape [33] (expected: at most 32 images)"),
                arguments(input("\"shape\": [1], " + bytes + "\"data\": [7]"), "image: 0 items (expected: 1, of shape [1])"),
                arguments(input("\"shape\": [1], " + bytes + "\"data\": [\"not base64!\"]"), "inputs[0].data[0]: no base64"),
                arguments(input("\"shape\": [1], " + bytes + "\"data\": [\"\"]"), "image: 0 bytes (expected: a JPEG or PNG file)"),
                arguments(input("\"shape\": [1], \"datatype\": \"BYTES\""), "image: neither data nor binary_data_size (expected: one of them)"),
                arguments(input("\"shape\": [1], " + bytes + data + ", \"parameters\": {\"binary_data_size\": 9}"), "image: data and binary_data_size (expected: one of them)"),
                arguments(input("\"shape\": [1], " + bytes + "\"parameters\": {\"binary_data_size\": 9}"), "body: 0 bytes behind the JSON (expected: 9, by binary_data_size)"),
                arguments(input("\"shape\": [1], " + bytes + "\"parameters\": {\"shared_memory_region\": \"r\"}"), "field: 'inputs[0].parameters.shared_memory_region' (expected: one of binary_data_size, content_type)"),
                arguments(GOOD.replace("}]}", "}], \"outputs\": [{\"name\": \"x\"}]}"), "outputs: 'x' (expected: of result, label, score)"),
                arguments(GOOD.replace("}]}", "}], \"outputs\": [{}]}"), "outputs: one without a name"),
                arguments(GOOD.replace("}]}", "}], \"outputs\": [{\"name\": \"score\"}, {\"name\": \"score\"}]}"), "outputs: 'score' twice (expected: once)"),
                arguments(GOOD.replace("}]}", "}], \"outputs\": [{\"name\": \"score\", \"parameters\": {\"classification\": 3}}]}"), "field: 'outputs[0].parameters.classification' (expected: one of binary_data)"),
                arguments(GOOD.replace("}]}", "}], \"parameters\": {\"top_k\": 0}}"), "top_k: 0 (expected: 1..100)"),
                arguments(GOOD.replace("}]}", "}], \"parameters\": {\"topk\": 1}}"), "field: 'parameters.topk' (expected: one of gallery, galleries, top_k"),
                arguments(GOOD.replace("}]}", "}], \"parameters\": {\"filter\": {}}}"), "parameters.filter: a JSON object"),
                arguments(GOOD.replace("}]}", "}], \"id\": \"" + "x".repeat(201) + "\"}"), "id: "));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void shouldSayWhatIsWrongWithTheBody(String body, String message) throws Exception {
        assertError(400, message, RawHttp.exchange(bridge.port(), post(INFER, body.getBytes(UTF_8))));
    }

    static Stream<Arguments> binaries() {
        byte[] item = binary(IMAGE);
        return Stream.of(
                arguments("[1]", 9, new byte[0], "body: 0 bytes behind the JSON (expected: 9, by binary_data_size)"),
                arguments("[1]", 8, item, "body: 9 bytes behind the JSON (expected: 8, by binary_data_size)"),
                arguments("[1]", 10, item, "body: 9 bytes behind the JSON (expected: 10"),
                arguments("[1]", -9, item, "image: neither data nor binary_data_size"),
                arguments("[2]", 9, item, "image: 1 items (expected: 2, of shape [2])"),
                arguments("[1]", 18, join(item, item), "image: 2 items (expected: 1, of shape [1])"),
                arguments("[1]", 3, new byte[3], "image: item 0 of less than 4 bytes (expected: at most 32 items"),
                arguments("[1]", 4, new byte[4], "image: 0 bytes (expected: a JPEG or PNG file)"),
                arguments("[1]", 4, new byte[] {1, 0, 0, 0}, "image: item 0 of 1 bytes, 0 there"),
                arguments("[1]", 5, new byte[] {-1, -1, -1, -1, 0}, "image: item 0 of 4294967295 bytes, 1 there"),
                arguments("[1]", 400_000, new byte[400_000], "image: item 32 of 0 bytes, 399868 there (expected: at most 32 items"));
    }

    @ParameterizedTest
    @MethodSource("binaries")
    void shouldSayWhatIsWrongWithTheBinaryTensor(String shape, int size, byte[] binary, String message) throws Exception {
        String json = input("\"shape\": " + shape + ", \"datatype\": \"BYTES\", \"parameters\": {\"binary_data_size\": " + size + "}");
        assertError(400, message, RawHttp.exchange(bridge.port(), framed(INFER, json, binary)));
    }

    static Stream<Arguments> requests() {
        byte[] good = GOOD.getBytes(UTF_8);
        return Stream.of(
                arguments(404, head("GET /v2/models/x HTTP/1.1"), "model: 'x' (expected: one of products)"),
                arguments(404, head("GET /v2/models/x/ready HTTP/1.1"), "model: 'x' (expected: one of products)"),
                arguments(404, post("/v2/models/x/infer", good), "model: 'x' (expected: one of products)"),
                arguments(404, head("GET /v2/models/products/versions/2 HTTP/1.1"), "version: '2' of model 'products' (expected: 1)"),
                arguments(404, post("/v2/models/products/versions/2/infer", good), "version: '2' of model 'products' (expected: 1)"),
                arguments(404, head("GET /v2/models HTTP/1.1"), "path: '/v2/models' (expected: one of /v2, /v2/health/live, /v2/health/ready, /v2/models/{model},"),
                arguments(404, head("GET /v2/repository/index HTTP/1.1"), "path: '/v2/repository/index' (expected: "),
                arguments(405, head("GET " + INFER + " HTTP/1.1"), "method: GET (expected: POST)"),
                arguments(405, post("/v2", good), "method: POST (expected: GET)"),
                arguments(405, post("/v2/health/ready", good), "method: POST (expected: GET)"),
                arguments(415, post(INFER, good, "Content-Encoding: deflate"), "content-encoding: 'deflate' (expected: none)"),
                arguments(400, post(INFER, good, "Inference-Header-Content-Length: -1"), "inference-header-content-length: '-1' (expected: the length of the JSON in bytes)"),
                arguments(400, post(INFER, good, "Inference-Header-Content-Length: 5\r\nInference-Header-Content-Length: 6"), "inference-header-content-length: '5, 6'"),
                arguments(400, post(INFER, good, "Inference-Header-Content-Length: " + (GOOD.length() + 1)), "of a body of " + GOOD.length() + " bytes (expected: at most as many)"),
                arguments(400, post(INFER, good, "Inference-Header-Content-Length: 0"), "body: empty (expected: a JSON object)"),
                arguments(400, post(INFER, good, "Inference-Header-Content-Length: 20"), "not JSON"),
                arguments(413, head("POST " + INFER + " HTTP/1.1", "Content-Length: 1073741824"), "body: 1073741824 bytes (expected: at most 67108864)"),
                arguments(408, join(head("POST " + INFER + " HTTP/1.1", "Content-Length: 100"), new byte[3]), "body: 3 bytes within 500 ms (expected: the whole body in that time)"));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void shouldAnswerInItsOwnFormWhenTheHttpIsBad(int status, byte[] request, String message) throws Exception {
        assertError(status, message, RawHttp.exchange(bridge.port(), request));
    }

    private static void assertError(int status, String message, RawHttp.Response answer) {
        assertThat(answer.json().path("error").asText()).contains(message);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.headers()).containsEntry("content-type", "application/json");
        if (status == 405) {
            assertThat(answer.headers()).containsKey("allow");
        }
    }
}
