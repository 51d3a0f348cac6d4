package io.sightline.connectors.bridge;

import static io.sightline.connectors.testing.RawHttp.head;
import static io.sightline.connectors.testing.RawHttp.join;
import static io.sightline.connectors.testing.RawHttp.post;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sightline.connectors.testing.RawHttp;
import io.sightline.connectors.testing.TestBridge;
import io.sightline.connectors.testing.TestBroker;
import io.sightline.connectors.testing.TestWorker;
import io.sightline.schemas.topics.Topics;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What bad callers get. The server stays the same one through all cases and must serve a good call after each. */
class MalformedRequestsTest {
    private static final String PATH = "/v1/recognitions";
    private static final byte[] IMAGE = {(byte) 0xff, (byte) 0xd8, 1, 2, 3};
    private static final int MAX = 16 << 20;
    private static TestWorker worker;
    private static TestBridge bridge;

    @BeforeAll
    static void start() {
        Topics topics = TestBroker.shared().newTopics(1);
        worker = new TestWorker(TestBroker.shared(), topics);
        bridge = TestBridge.start(TestBroker.shared(), topics, TestBridge.settings(10_000, 500, 8, 0));
    }

    @AfterAll
    static void stop() {
        bridge.close();
        worker.close();
    }

    @AfterEach
    void shouldServeAGoodCallWhenABadOneIsOver() throws Exception {
        RawHttp.Response good = RawHttp.exchange(bridge.port(), post(PATH, IMAGE));
        assertThat(good.status()).isEqualTo(200);
        assertThat(good.json().path("status").textValue()).isEqualTo("recognised");
        // and nothing of the bad one is left behind
        await().until(() -> bridge.server().inFlight() == 0 && bridge.replies().inFlight() == 0);
    }

    static Stream<Arguments> badParameters() {
        return Stream.of(
                arguments("top_k=0", "top_k: 0 (expected: 1..100)"),
                arguments("top_k=-1", "top_k: -1 (expected: 1..100)"),
                arguments("top_k=101", "top_k: 101 (expected: 1..100)"),
                arguments("top_k=1000000000", "top_k: 1000000000 (expected: 1..100)"),
                arguments("top_k=1e9", "top_k: '1e9' (expected: a whole number, 1..100)"),
                arguments("top_k=99999999999999999999", "top_k: '99999999999999999999' (expected: a whole number, 1..100)"),
                arguments("top_k=4294967301", "top_k: '4294967301' (expected: a whole number, 1..100)"),
                arguments("top_k=5.0", "top_k: '5.0' (expected: a whole number, 1..100)"),
                arguments("top_k=five", "top_k: 'five' (expected: a whole number, 1..100)"),
                arguments("top_k=", "top_k: '' (expected: a whole number, 1..100)"),
                arguments("top_k", "top_k: '' (expected: a whole number, 1..100)"),
                arguments("top_k=5&top_k=5", "top_k: given more than once (expected: once)"),
                arguments("top_k=%D9%A3", "top_k: '\u0663' (expected: a whole number, 1..100)"),
                arguments("score_threshold=NaN", "score_threshold: 'NaN' (expected: a number, -1..1)"),
                arguments("score_threshold=Infinity", "score_threshold: 'Infinity' (expected: a number, -1..1)"),
                arguments("score_threshold=1e999", "score_threshold: Infinity (expected: -1..1)"),
                arguments("score_threshold=0x1p-1", "score_threshold: '0x1p-1' (expected: a number, -1..1)"),
                arguments("score_threshold=0.5d", "score_threshold: '0.5d' (expected: a number, -1..1)"),
                arguments("score_threshold=1.01", "score_threshold: 1.01 (expected: -1..1)"),
                arguments("score_threshold=0,5", "score_threshold: '0,5' (expected: a number, -1..1)"),
                arguments("score_threshold=", "score_threshold: '' (expected: a number, -1..1)"),
                arguments("pipeline=", "pipeline: '' (expected: 1 to 100 of A-Z a-z 0-9 . _ -)"),
                arguments("pipeline=a%2Fb", "pipeline: 'a/b' (expected:"),
                arguments("pipeline=..%2Fetc", "(expected: "),
                arguments("pipeline=" + "x".repeat(101), "pipeline: 'xxx"),
                arguments("gallery=a+b", "gallery: 'a b' (expected:"),
                arguments("gallery=%00", "(expected: "),
                arguments("gallery=%0A", "(expected: "),
                arguments("gallery=caf%C3%A9", "gallery: 'caf\u00e9' (expected:"),
                arguments("gallery=%FF", "query:"),
                arguments("gallery=%zz", "(expected: "),
                arguments("gallery=%4", "(expected: "),
                arguments("topk=5", "parameter: 'topk' (expected: one of pipeline, gallery, galleries, top_k, score_threshold, filter, distinct_labels, async)"),
                arguments("Gallery=demo", "parameter: 'Gallery'"),
                arguments("=5", "parameter: ''"),
                arguments("async=1", "async: '1' (expected: true or false)"),
                arguments("Async=true", "parameter: 'Async'"));
    }

    @ParameterizedTest
    @MethodSource("badParameters")
    void shouldNameTheParameterWhenItIsWrong(String query, String message) throws Exception {
        RawHttp.Response answer = RawHttp.exchange(bridge.port(), post(PATH + "?" + query, IMAGE));
        assertProblem(answer, 400, 5000, "rejected", message);
    }

    static Stream<Arguments> badHeaders() {
        return Stream.of(
                arguments("empty key", 400, "Idempotency-Key:", "idempotency-key: ''"),
                arguments("key too long", 400, "Idempotency-Key: " + "k".repeat(201), "201 characters (expected: 1..200"),
                arguments("key twice", 400, "Idempotency-Key: a\r\nIdempotency-Key: b", "idempotency-key: given more than once"),
                arguments("id with a control character", 400, "X-Request-Id: a\tb", "x-request-id: 'a?b'"),
                arguments("JSON", 415, "Content-Type: application/json", "content-type: 'application/json' (expected: the image as body"),
                arguments("multipart/mixed", 415, "Content-Type: multipart/mixed; boundary=x", "content-type: 'multipart/mixed"),
                arguments("not a type", 415, "Content-Type: ;;;", "content-type: ';;;'"),
                arguments("gzip", 415, "Content-Encoding: gzip", "content-encoding: 'gzip' (expected: none)"),
                arguments("no boundary", 400, "Content-Type: multipart/form-data", "multipart/form-data with 0 boundaries"),
                arguments("empty boundary", 400, "Content-Type: multipart/form-data; boundary=\"\"", "boundar"),
                arguments("boundary too long", 400, "Content-Type: multipart/form-data; boundary=" + "b".repeat(71), "boundary 'bbb"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badHeaders")
    void shouldNameTheHeaderWhenItIsWrong(String name, int status, String header, String message) throws Exception {
        assertProblem(RawHttp.exchange(bridge.port(), post(PATH, IMAGE, header)), status, 5000, "rejected", message);
    }

    static Stream<Arguments> badForms() {
        String disposition = "Content-Disposition: form-data; name=";
        String image = "--b\r\n" + disposition + "\"image\"; filename=\"x.jpg\"\r\nContent-Type: image/jpeg\r\n\r\nbytes\r\n";
        return Stream.of(
                arguments("nothing", "", "multipart: no closing boundary"),
                arguments("no boundary in it", "just text", "multipart: no closing boundary"),
                arguments("only the end", "--b--\r\n", "part: none (expected: the part image)"),
                arguments("another part", "--b\r\n" + disposition + "\"file\"\r\n\r\nx\r\n--b--\r\n", "part: 'file' (expected: only the part image)"),
                arguments("two images", image + image + "--b--\r\n", "part: 'image' twice (expected: once"),
                arguments("image and another", image + "--b\r\n" + disposition + "top_k\r\n\r\n5\r\n--b--\r\n", "part: 'top_k' (expected: only the part image)"),
                arguments("no name", "--b\r\nContent-Type: image/jpeg\r\n\r\nx\r\n--b--\r\n", "multipart: a part without a name"),
                arguments("no end", image, "multipart: no closing boundary"),
                arguments("cut in the header", "--b\r\nContent-Disp", "multipart: part headers without an end"),
                arguments("no line end behind the boundary", "--bX\r\n", "multipart: a boundary without a line end"),
                arguments("headers without end", "--b\r\n" + "X: y\r\n".repeat(3000), "multipart: part headers without an end within 8192 bytes"),
                arguments("an empty image", "--b\r\n" + disposition + "\"image\"\r\n\r\n\r\n--b--\r\n", "image: 0 bytes (expected: a JPEG or PNG file)"),
                arguments("an empty name", "--b\r\n" + disposition + "\"\"\r\n\r\nx\r\n--b--\r\n", "part: '' (expected: only the part image)"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badForms")
    void shouldSayWhatIsWrongWithAForm(String name, String body, String message) throws Exception {
        byte[] request = post(PATH, body.getBytes(ISO_8859_1), "Content-Type: multipart/form-data; boundary=b");
        assertProblem(RawHttp.exchange(bridge.port(), request), 400, 5000, "rejected", message);
    }

    static Stream<Arguments> badHttp() {
        byte[] oneOver = new byte[MAX + 1];
        byte[] form = ("--b\r\nContent-Disposition: form-data; name=\"image\"\r\n\r\n").getBytes(ISO_8859_1);
        byte[] formEnd = "\r\n--b--\r\n".getBytes(ISO_8859_1);
        return Stream.of(
                arguments("no body", 400, head("POST " + PATH + " HTTP/1.1", "Content-Length: 0"), "image: 0 bytes (expected: a JPEG or PNG file)"),
                arguments("no body and no length", 400, head("POST " + PATH + " HTTP/1.1"), "image: 0 bytes"),
                arguments("one byte over", 413, post(PATH, oneOver), "image: 16777217 bytes (expected: at most 16777216)"),
                arguments("one byte over in a form", 413, post(PATH, join(form, oneOver, formEnd), "Content-Type: multipart/form-data; boundary=b"),
                        "image: 16777217 bytes (expected: at most 16777216)"),
                arguments("a gigabyte announced", 413, head("POST " + PATH + " HTTP/1.1", "Content-Length: 1073741824"), "(expected: "),
                arguments("a gigabyte announced, waiting for 100", 413, head("POST " + PATH + " HTTP/1.1", "Content-Length: 1073741824", "Expect: 100-continue"), "(expected: "),
                arguments("more announced than a long holds", 400, head("POST " + PATH + " HTTP/1.1", "Content-Length: 99999999999999999999"), "(expected: "),
                arguments("a length that is none", 400, head("POST " + PATH + " HTTP/1.1", "Content-Length: x"), "(expected: "),
                arguments("a negative length", 400, head("POST " + PATH + " HTTP/1.1", "Content-Length: -5"), "(expected: "),
                arguments("two lengths", 400, head("POST " + PATH + " HTTP/1.1", "Content-Length: 5\r\nContent-Length: 6"), "(expected: "),
                arguments("chunked without end over the limit", 413, join(head("POST " + PATH + " HTTP/1.1", "Transfer-Encoding: chunked"), chunks(17)), "at most 16777216"),
                arguments("a chunk of no length", 400, join(head("POST " + PATH + " HTTP/1.1", "Transfer-Encoding: chunked"), "zz\r\nhello\r\n".getBytes(ISO_8859_1)), "(expected: "),
                arguments("header block too large", 431, head("POST " + PATH + " HTTP/1.1", "Content-Length: 0", "X-Big: " + "x".repeat(9000)), "(expected: "),
                arguments("first line too long", 414, head("POST " + PATH + "?gallery=" + "x".repeat(9000) + " HTTP/1.1", "Content-Length: 0"), "(expected: "),
                arguments("GET", 405, head("GET " + PATH + " HTTP/1.1"), "method: GET (expected: POST)"),
                arguments("PUT", 405, head("PUT " + PATH + " HTTP/1.1", "Content-Length: 0"), "method: PUT (expected: POST)"),
                arguments("OPTIONS", 405, head("OPTIONS " + PATH + " HTTP/1.1"), "method: OPTIONS (expected: POST)"),
                arguments("POST to healthz", 405, head("POST /healthz HTTP/1.1", "Content-Length: 0"), "method: POST (expected: GET, HEAD)"),
                arguments("no such method", 405, head("BREW " + PATH + " HTTP/1.1"), "(expected: "),
                arguments("no such path", 404, head("POST /v2/recognitions HTTP/1.1", "Content-Length: 0"), "path: '/v2/recognitions' (expected: one of /v1/recognitions"),
                arguments("slash behind the path", 404, head("POST " + PATH + "/ HTTP/1.1", "Content-Length: 0"), "path: '/v1/recognitions/'"),
                arguments("path with dots", 400, head("GET /../etc/passwd HTTP/1.1"), "(expected: "),
                arguments("not HTTP", 400, "hello there\r\n\r\n".getBytes(ISO_8859_1), "(expected: "));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badHttp")
    void shouldAnswerInOurFormWhenTheHttpIsBad(String name, int status, byte[] request, String message) throws Exception {
        assertProblem(RawHttp.exchange(bridge.port(), request), status, 5000, "rejected", message);
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.ValueSource(strings = {"Content-Length: 100", "Transfer-Encoding: chunked"})
    void shouldStopWaitingWhenABodyComesTooSlowly(String header) throws Exception {
        byte[] begun = join(head("POST " + PATH + " HTTP/1.1", header), header.startsWith("T") ? "3\r\nabc\r\n".getBytes(ISO_8859_1) : "abc".getBytes(ISO_8859_1));
        assertProblem(RawHttp.exchange(bridge.port(), begun), 408, 6000, "rejected", "body: 3 bytes within 500 ms (expected: the whole body in that time)");
    }

    private static byte[] chunks(int megabytes) {
        byte[] chunk = join("100000\r\n".getBytes(ISO_8859_1), new byte[1 << 20], "\r\n".getBytes(ISO_8859_1));
        return join(Stream.generate(() -> chunk).limit(megabytes).toArray(byte[][]::new));
    }

    private static void assertProblem(RawHttp.Response answer, int status, int errNo, String word, String message) {
        assertThat(answer.json().path("err_msg").asText()).contains(message);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.headers()).containsEntry("content-type", "application/json; charset=utf-8");
        assertThat(answer.json().path("err_no").intValue()).isEqualTo(errNo);
        assertThat(answer.json().path("status").textValue()).isEqualTo(word);
        assertThat(answer.json().path("detections").isArray()).isTrue();
        if (status == 405) {
            assertThat(answer.headers()).containsKey("allow");
        }
    }
}
