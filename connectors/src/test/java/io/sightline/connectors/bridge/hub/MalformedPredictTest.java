package io.sightline.connectors.bridge.hub;

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

/** What bad callers get, in PaddleHub Serving's form. The server stays the same one through all cases and serves a good call after each. */
class MalformedPredictTest {
    private static final String PATH = "/predict/clas_system";
    private static final String GOOD = "{\"images\": [\"/9gBAgM=\"]}";
    private static TestWorker worker;
    private static TestBridge bridge;

    @BeforeAll
    static void start() {
        Topics topics = TestBroker.shared().newTopics(1);
        worker = new TestWorker(TestBroker.shared(), topics);
        bridge = TestBridge.start(TestBroker.shared(), topics, TestBridge.settings(10_000, 500, 8, 0), new HubDialect(HubSettings.DEFAULT, List.of(new HubModule("clas_system", "c", true))));
    }

    @AfterAll
    static void stop() {
        bridge.close();
        worker.close();
    }

    @AfterEach
    void shouldServeAGoodCallWhenABadOneIsOver() throws Exception {
        assertThat(RawHttp.exchange(bridge.port(), post(PATH, GOOD.getBytes(UTF_8))).json().path("status").textValue()).isEqualTo("000");
        await().until(() -> bridge.server().inFlight() == 0 && bridge.replies().inFlight() == 0);
    }

    static Stream<Arguments> bodies() {
        String array = "\"images\": \"AAAA\", \"revert_params\": ";
        return Stream.of(
                arguments("112", "", "body: empty (expected: a JSON object)"),
                arguments("112", "images=abc", "body: not JSON at byte"),
                arguments("112", "{\"images\": [\"/9gBAgM=\"]", "not JSON"),
                arguments("112", GOOD + "x", "body: not JSON"),
                arguments("112", "{\"images\": [NaN]}", "not JSON"),
                arguments("112", "{'images': []}", "body: not JSON"),
                arguments("112", "[".repeat(5000), "body: a JSON array"),
                arguments("101", GOOD + "{}", "body: more behind the JSON object (expected: one object)"),
                arguments("101", "[]", "body: a JSON array (expected: a JSON object)"),
                arguments("101", "null", "body: a JSON null (expected: a JSON object)"),
                arguments("101", "{}", "images: none (expected: 1..32 files in base64, or the base64 of an array and revert_params)"),
                arguments("101", "{\"images\": []}", "images: none"),
                arguments("101", "{\"images\": null}", "images: a JSON null (expected: a picture in base64)"),
                arguments("101", "{\"images\": 7}", "images: a JSON number (expected: a picture in base64)"),
                arguments("101", "{\"images\": [7]}", "images[0]: a JSON number (expected: a picture in base64)"),
                arguments("101", "{\"images\": [\"/9gBAgM=\", \"a b c\"]}", "images[1]: no base64"),
                arguments("101", "{\"images\": [\"\"]}", "image: 0 bytes (expected: a JPEG or PNG file)"),
                arguments("101", "{\"images\": [\"/9gBAgM=\"], \"texts\": []}", "field: 'texts' (expected: one of images, revert_params, top_k"),
                arguments("101", "{\"images\": [\"/9gBAgM=\"], \"top_k\": 0}", "top_k: 0 (expected: 1..100)"),
                arguments("101", "{\"images\": [\"/9gBAgM=\"], \"top_k\": \"many\"}", "top_k: 'many' (expected: a whole number, 1..100)"),
                arguments("101", "{\"images\": [\"/9gBAgM=\"], \"top_k\": [1]}", "top_k: a JSON array"),
                arguments("101", "{\"images\": \"/9gBAgM=\"}", "images: a text without revert_params"),
                arguments("101", "{\"images\": [\"/9gBAgM=\"], \"revert_params\": {\"shape\": [1, 3, 1, 1], \"dtype\": \"uint8\"}}", "images: an array of texts beside revert_params"),
                arguments("101", "{\"revert_params\": {\"shape\": [1, 3, 1, 1], \"dtype\": \"uint8\"}}", "images: none beside revert_params"),
                arguments("101", "{" + array + "[]}", "revert_params: a JSON array (expected: a JSON object)"),
                arguments("101", "{" + array + "{}}", "revert_params.shape: [] (expected: [pictures, 3, height, width], each 1 or more)"),
                arguments("101", "{" + array + "{\"shape\": [1, 3, 1], \"dtype\": \"uint8\"}}", "revert_params.shape: [1, 3, 1]"),
                arguments("101", "{" + array + "{\"shape\": [1, 3, 1, -1], \"dtype\": \"uint8\"}}", "revert_params.shape: [1, 3, 1, -1]"),
                arguments("101", "{" + array + "{\"shape\": [1, 3, 1, 1.5], \"dtype\": \"uint8\"}}", "revert_params.shape[3]: a JSON number (expected: a whole number)"),
                arguments("101", "{" + array + "{\"shape\": [1, 3, 1, 3000000000], \"dtype\": \"uint8\"}}", "revert_params.shape[3]: not JSON"),
                arguments("101", "{" + array + "{\"shape\": \"1,3,1,1\", \"dtype\": \"uint8\"}}", "revert_params.shape: a JSON text"),
                arguments("101", "{" + array + "{\"shape\": [1, 3, 1, 1], \"dtype\": \"int64\"}}", "revert_params.dtype: 'int64' (expected: float32, float64 or uint8)"),
                arguments("101", "{" + array + "{\"shape\": [1, 3, 1, 1]}}", "revert_params.dtype: '' (expected: float32, float64 or uint8)"),
                arguments("101", "{" + array + "{\"shape\": [1, 3, 1, 1], \"dtype\": \"uint8\", \"order\": \"F\"}}", "field: 'revert_params.order' (expected: one of shape, dtype)"),
                arguments("101", "{" + array + "{\"shape\": [1, 3, 1, 2], \"dtype\": \"uint8\"}}", "images: 3 bytes (expected: 6, uint8 of shape [1, 3, 1, 2])"),
                arguments("101", "{" + array + "{\"shape\": [32, 2147483647, 2147483647, 2147483647], \"dtype\": \"float64\"}}", "images: 3 bytes (expected: 2535"),
                arguments("101", "{" + array + "{\"shape\": [33, 3, 1, 1], \"dtype\": \"uint8\"}}", "images: 33 (expected: at most 32)"));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void shouldSayWhatIsWrongWithTheBody(String status, String body, String message) throws Exception {
        RawHttp.Response answer = RawHttp.exchange(bridge.port(), post(PATH, body.getBytes(UTF_8)));
        assertThat(answer.json().path("msg").textValue()).contains(message);
        assertThat(answer.json().path("status").textValue()).isEqualTo(status);
        assertThat(answer.status()).isEqualTo(200);
    }

    static Stream<Arguments> requests() {
        byte[] good = GOOD.getBytes(UTF_8);
        return Stream.of(
                arguments(200, post(PATH, good, "Content-Encoding: gzip"), "content-encoding: 'gzip' (expected: none)"),
                arguments(200, head("POST " + PATH + " HTTP/1.1", "Content-Length: 1073741824"), "body: 1073741824 bytes (expected: at most 67108864)"),
                arguments(200, join(head("POST " + PATH + " HTTP/1.1", "Content-Length: 100"), new byte[3]), "body: 3 bytes within 500 ms (expected: the whole body in that time)"),
                arguments(405, head("GET " + PATH + " HTTP/1.1"), "method: GET (expected: POST)"),
                arguments(405, head("PUT " + PATH + " HTTP/1.1", "Content-Length: 0"), "method: PUT (expected: POST)"),
                arguments(404, post("/predict/image/lac", good), "path: '/predict/image/lac' (expected: /predict/{module})"),
                arguments(404, post("/predict/", good), "path: '/predict/' (expected: "));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void shouldAnswerInItsOwnFormWhenTheHttpIsBad(int status, byte[] request, String message) throws Exception {
        RawHttp.Response answer = RawHttp.exchange(bridge.port(), request);
        assertThat(answer.json().path("msg").asText()).contains(message);
        assertThat(answer.json().path("status").asText()).isEqualTo("101");
        assertThat(answer.status()).isEqualTo(status);
    }
}
