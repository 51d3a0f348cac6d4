package io.sightline.connectors.bridge.serving;

import static io.sightline.connectors.testing.RawHttp.head;
import static io.sightline.connectors.testing.RawHttp.join;
import static io.sightline.connectors.testing.RawHttp.post;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.RequestHeaders;
import io.sightline.connectors.testing.RawHttp;
import io.sightline.connectors.testing.TestBridge;
import io.sightline.connectors.testing.TestBroker;
import io.sightline.connectors.testing.TestWorker;
import io.sightline.schemas.topics.Topics;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What bad callers of the pipeline services get. The server stays the same one through all cases and must serve a good call after each. */
class MalformedServingTest {
    private static final String PATH = "/imagenet/prediction";
    private static final String GRPC = "/baidu.paddle_serving.pipeline_serving.PipelineService/inference";
    private static final String B64 = ServingFixture.BASE64;
    private static TestWorker worker;
    private static TestBridge bridge;

    @BeforeAll
    static void start() {
        Topics topics = TestBroker.shared().newTopics(1);
        worker = new TestWorker(TestBroker.shared(), topics);
        worker.answerBy(ServingFixture::answer);
        bridge = TestBridge.start(TestBroker.shared(), topics, TestBridge.settings(10_000, 500, 8, 0), new PaddleServingDialect(ServingFixture.services(0), ServingFixture.MAX_IMAGES));
    }

    @AfterAll
    static void stop() {
        bridge.close();
        worker.close();
    }

    @AfterEach
    void shouldServeAGoodCallWhenABadOneIsOver() throws Exception {
        RawHttp.Response good = ServingFixture.call(bridge.port(), PATH, ServingFixture.image());
        assertThat(good.json().path("value").path(0).textValue()).isEqualTo("['daisy fresh']");
        // and nothing of the bad one is left behind
        await().until(() -> bridge.server().inFlight() == 0 && bridge.replies().inFlight() == 0);
    }

    static Stream<Arguments> badRequests() {
        byte[] one = {1};
        String npyHeader = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3, 224, 224), }";
        return Stream.of(
                arguments("no key", "{}", "key: no image (expected: 'image', with the file in base64 as its value)"),
                arguments("no value", "{\"key\": [\"image\"]}", "value: 0 for 1 keys (expected: one each)"),
                arguments("a value without a key", "{\"value\": [\"" + B64 + "\"]}", "key: no image"),
                arguments("an empty value", "{\"key\": [\"image\"], \"value\": [\"\"]}", "image: 0 bytes (expected: a JPEG or PNG file)"),
                arguments("an empty second value", "{\"key\": [\"image\", \"image_1\"], \"value\": [\"" + B64 + "\", \"\"]}", "image_1: image: 0 bytes"),
                arguments("no base64", "{\"key\": [\"image\"], \"value\": [\"not base64!\"]}", "image: 'not base64!', 11 characters, no base64 (expected: a JPEG or PNG file in base64)"),
                arguments("base64 cut off", "{\"key\": [\"image\"], \"value\": [\"" + B64.substring(0, 5) + "\"]}", "5 characters, no base64"),
                arguments("a data URL", "{\"key\": [\"image\"], \"value\": [\"data:image/jpeg;base64," + B64 + "\"]}", "no base64"),
                arguments("a file name", "{\"key\": [\"image\"], \"value\": [\"/etc/passwd.jpg\"]}", "no base64"),
                arguments("letters of other scripts", "{\"key\": [\"image\"], \"value\": [\"\u56fe\u50cf\"]}", "image: '\u56fe\u50cf', 2 characters, no base64"),
                arguments("a tensor of nothing", "{\"tensors\": [{\"name\": \"image\"}]}", "tensor 'image': elem_type 0, shape [], without str_data and byte_data"),
                arguments("a tensor of floats", "{\"tensors\": [{\"name\": \"image\", \"elem_type\": 1, \"float_data\": [1.5], \"shape\": [1]}]}", "tensor 'image': elem_type 1, shape [1]"),
                arguments("decoded pixels", "{\"tensors\": [{\"name\": \"image\", \"elem_type\": 7, \"uint32_data\": [1, 2, 3], \"shape\": [1, 1, 3]}]}", "shape [1, 1, 3]"),
                arguments("bytes that are none", "{\"tensors\": [{\"name\": \"image\", \"elem_type\": 7, \"uint32_data\": [256]}]}", "tensor 'image': 256 (expected: 0..255"),
                arguments("an npy of floats", tensor(npy(npyHeader, new byte[16])), "image: an .npy file with {'descr': '<f4'"),
                arguments("an npy of pickles", tensor(npy("{'descr': '|O', 'fortran_order': False, 'shape': (), }", one)), "an .npy file with {'descr': '|O'"),
                arguments("an npy that is shorter than it says", tensor(npy("{'descr': '|u1', 'fortran_order': False, 'shape': (9,), }", one)), "an .npy file with 1 bytes for shape (9) of |u1"),
                arguments("an npy whose size overflows", tensor(npy("{'descr': '|S9999999999', 'fortran_order': False, 'shape': (9999999999,), }", one)), "(expected: "),
                arguments("an npy cut in its header", tensor(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 100, 0, '{'}), "whose header of 100 bytes is longer than the file"),
                arguments("an npy of its magic only", tensor(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'}), "6 bytes of an .npy file"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badRequests")
    void shouldAnswer200AndErrNoWhenTheRequestIsAtFault(String name, String json, String message) throws Exception {
        assertProblem(RawHttp.exchange(bridge.port(), post(PATH, json.getBytes(UTF_8))), 200, message);
    }

    static Stream<Arguments> badBodies() {
        return Stream.of(
                arguments("nothing", ""),
                arguments("text", "hello"),
                arguments("a list", "[1, 2]"),
                arguments("a number", "42"),
                arguments("null", "null"),
                arguments("cut off", "{\"key\": [\"image\"], \"value\": [\"" + B64),
                arguments("a key that is no list", "{\"key\": \"image\", \"value\": \"" + B64 + "\"}"),
                arguments("a value that is an object", "{\"key\": [\"image\"], \"value\": [{\"b64\": \"x\"}]}"),
                arguments("a null among the values", "{\"key\": [\"image\"], \"value\": [null]}"),
                arguments("a log id that is none", "{\"key\": [], \"logid\": \"abc\"}"),
                arguments("a log id too large", "{\"key\": [], \"logid\": 99999999999999999999}"),
                arguments("tensor bytes that are no base64", "{\"tensors\": [{\"name\": \"image\", \"byte_data\": \"!!!\"}]}"),
                arguments("an element type that is none", "{\"tensors\": [{\"elem_type\": \"FP32\"}]}"),
                arguments("lists without end", "[".repeat(100_000)),
                arguments("objects without end", "{\"a\":".repeat(100_000)),
                arguments("form data", "image=" + B64),
                arguments("no UTF-8", new String(new byte[] {(byte) 0xff, (byte) 0xfe, 0}, ISO_8859_1)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badBodies")
    void shouldAnswer400WhenTheBodyIsNoRequest(String name, String body) throws Exception {
        assertProblem(RawHttp.exchange(bridge.port(), post(PATH, body.getBytes(ISO_8859_1))), 400, "(expected: a Request as JSON: {");
    }

    static Stream<Arguments> badHttp() {
        return Stream.of(
                arguments("GET", 405, head("GET " + PATH + " HTTP/1.1"), "method: GET (expected: POST)"),
                arguments("PUT", 405, head("PUT " + PATH + " HTTP/1.1", "Content-Length: 0"), "method: PUT (expected: POST)"),
                arguments("GET of a service that is none", 405, head("GET /ocr/prediction HTTP/1.1"), "method: GET (expected: POST)"),
                arguments("a service that is none", 200, post("/ocr/prediction", new byte[0]), "name: 'ocr' (expected: one of recognition, imagenet, ArcFace, alexnet)"),
                arguments("a service of another case", 200, post("/arcface/prediction", new byte[0]), "name: 'arcface'"),
                arguments("a service of strange signs", 200, post("/%27x%22/prediction", new byte[0]), "name: ''x\"' (expected: "),
                arguments("a gigabyte announced", 413, head("POST " + PATH + " HTTP/1.1", "Content-Length: 1073741824"), "body: 1073741824 bytes (expected: at most "),
                arguments("a length that is none", 400, head("POST " + PATH + " HTTP/1.1", "Content-Length: x"), "(expected: "),
                arguments("a chunk of no length", 400, join(head("POST " + PATH + " HTTP/1.1", "Transfer-Encoding: chunked"), "zz\r\nhello\r\n".getBytes(ISO_8859_1)), "(expected: "),
                arguments("a body that does not come", 408, join(head("POST " + PATH + " HTTP/1.1", "Content-Length: 100"), "{".getBytes(ISO_8859_1)), "body: 1 bytes within 500 ms"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badHttp")
    void shouldAnswerInItsFormWhenTheHttpIsBad(String name, int status, byte[] request, String message) throws Exception {
        RawHttp.Response answer = RawHttp.exchange(bridge.port(), request);
        assertProblem(answer, status, message);
        if (status == 405) {
            assertThat(answer.headers()).containsEntry("allow", "POST");
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', value = {
            "no protobuf               | 00 00000003 ffffff       | 3",
            "a field cut off           | 00 00000002 0a05         | 3",
            "a length below zero       | 00 00000006 0affffffff0f | 3",
            "text that is no UTF-8     | 00 00000004 0a02c328     | 3",
            "groups without end        | 00 00000004 0b0b0b0b     | 3",
            "longer than it is         | 00 000000ff 0a           | *",
            "longer than may be        | 00 7fffffff 0a           | 8",
            "a length beyond all       | 00 ffffffff 0a           | *",
            "compressed, not said how  | 01 00000001 0a           | *",
            "a frame of no kind        | 07 00000001 0a           | *",
            "no frame                  | 00                       | *",
            "nothing at all            |                          | *"})
    void shouldAnswerWithAGrpcStatusWhenTheMessageIsBad(String name, String hex, String code) {
        byte[] body = hex == null ? new byte[0] : java.util.HexFormat.of().parseHex(hex.replace(" ", ""));
        AggregatedHttpResponse answer = WebClient.of("h2c://127.0.0.1:" + bridge.port()).prepare().post(GRPC).content(com.linecorp.armeria.common.MediaType.parse("application/grpc"), body)
                .header("te", "trailers").execute().aggregate().join();
        String status = answer.headers().get("grpc-status", answer.trailers().get("grpc-status", ""));
        assertThat(status).isNotEmpty().isNotEqualTo("0");
        if (!code.equals("*")) {
            assertThat(status).isEqualTo(code);
        }
        assertThat(answer.headers().get("grpc-message", answer.trailers().get("grpc-message", ""))).doesNotContain("io.sightline", "com.google");
    }

    @ParameterizedTest
    @CsvSource({"GET, application/grpc, 405", "POST, application/json, 415"})
    void shouldRefuseWhatIsNoGrpcOnItsPath(HttpMethod method, String type, int status) {
        AggregatedHttpResponse answer = WebClient.of("h2c://127.0.0.1:" + bridge.port()).execute(RequestHeaders.builder(method, GRPC).add("content-type", type).build()).aggregate().join();
        assertThat(answer.status().code()).isEqualTo(status);
    }

    private static byte[] npy(String header, byte[] data) {
        return join(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length(), 0}, header.getBytes(ISO_8859_1), data);
    }

    private static String tensor(byte[] bytes) {
        return "{\"tensors\": [{\"name\": \"image\", \"elem_type\": 13, \"byte_data\": \"" + Base64.getEncoder().encodeToString(bytes) + "\"}]}";
    }

    private static void assertProblem(RawHttp.Response answer, int status, String message) {
        assertThat(answer.json().path("err_msg").textValue()).contains(message);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.headers().get("content-type")).startsWith("application/json");
        assertThat(answer.json().path("err_no").intValue()).isIn(5000, 3002, 6000);
        // What is no HTTP has no path either, and the form of the native dialect.
        assertThat(answer.json().path("tensors").isArray() || answer.headers().get("connection").equals("close")).isTrue();
    }
}
