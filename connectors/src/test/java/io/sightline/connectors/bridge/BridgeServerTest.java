package io.sightline.connectors.bridge;

import static io.sightline.connectors.testing.RawHttp.head;
import static io.sightline.connectors.testing.RawHttp.join;
import static io.sightline.connectors.testing.RawHttp.post;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sightline.connectors.testing.RawHttp;
import io.sightline.connectors.testing.TestBridge;
import io.sightline.connectors.testing.TestBroker;
import io.sightline.connectors.testing.TestWorker;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.request.RequestLimits;
import io.sightline.schemas.topics.Topics;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BridgeServerTest {
    private static final String PATH = "/v1/recognitions";
    private static final byte[] IMAGE = {(byte) 0xff, (byte) 0xd8, 1, 2, 3};
    private final TestBroker broker = TestBroker.shared();
    private final Topics topics = broker.newTopics(2);
    private final List<AutoCloseable> open = new ArrayList<>();
    private TestWorker worker;

    @BeforeEach
    void startWorker() {
        worker = keep(new TestWorker(broker, topics));
    }

    @AfterEach
    void closeAll() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    private <T extends AutoCloseable> T keep(T resource) {
        open.add(resource);
        return resource;
    }

    private TestBridge bridge() {
        return bridge(10_000, 16, 0);
    }

    private TestBridge bridge(int timeoutMs, int maxInFlight, int drainMs) {
        return keep(TestBridge.start(broker, topics, TestBridge.settings(timeoutMs, 5_000, maxInFlight, drainMs)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Content-Type: application/octet-stream", "Content-Type: image/jpeg", "Content-Type: application/x-www-form-urlencoded", "Content-Type:",
            "Content-Type: image/png\r\nContent-Encoding: identity"})
    void shouldTakeTheBodyAsTheImageWhateverItsType(String header) throws Exception {
        // when
        RawHttp.Response answer = RawHttp.exchange(bridge().port(), header.isEmpty() ? post(PATH, IMAGE) : post(PATH, IMAGE, header));
        // then
        assertThat(answer.status()).isEqualTo(200);
        assertThat(worker.seen()).singleElement().satisfies(request -> assertThat(request.getImage()).isEqualTo(ByteBuffer.wrap(IMAGE)));
    }

    @Test
    void shouldAnswerWithTheWholeResult() throws Exception {
        // when
        RawHttp.Response answer = RawHttp.exchange(bridge().port(), post(PATH, IMAGE, "Idempotency-Key: order 7", "X-Request-Id: proxy"));
        // then
        assertThat(answer.json()).isEqualTo(new com.fasterxml.jackson.databind.json.JsonMapper().readTree("""
                {"request_id": "order 7", "status": "recognised", "err_no": 0, "err_msg": "", "pipeline": "products", "image": {"width": 640, "height": 480},
                 "detections": [{"bbox": [1, 2, 30, 40], "score": 0.87, "class": "product", "matches": [{"id": "42", "label": "Green tea", "score": 0.9123, "attributes": {"price": 1.50}}]}],
                 "lineage": {"build": "test", "config_hash": "0123456789ab", "models": {"detect": "d@1#22", "embed": "e@1#11"}, "devices": {}, "gallery": "demo", "gallery_epoch": 7,
                             "input_topic": "requests", "input_partition": 0, "input_offset": 9},
                 "timings_ms": {"detect.midp": 8.25, "total": 12.5}}"""));
    }

    @Test
    void shouldPassOnWhatTheCallerAsked() throws Exception {
        // when
        RawHttp.exchange(bridge().port(), post(PATH + "?pipeline=products&gallery=sh%6Fp&top_k=%31%30&score_threshold=-.5", IMAGE, "X-Request-Id: r-1"));
        // then
        RecognitionRequest request = worker.seen().get(0);
        assertThat(request.getRequestId()).isEqualTo("r-1");
        assertThat(request.getPipeline()).isEqualTo("products");
        assertThat(request.getGallery()).isEqualTo("shop");
        assertThat(request.getTopK()).isEqualTo(10);
        assertThat(request.getScoreThreshold()).isEqualTo(-0.5);
        assertThat(request.getDeadlineMs().toEpochMilli()).isBetween(System.currentTimeMillis(), System.currentTimeMillis() + 10_000);
    }

    @Test
    void shouldLeaveToTheWorkerWhatTheCallerDidNotAsk() throws Exception {
        RawHttp.exchange(bridge().port(), post(PATH, IMAGE));
        RecognitionRequest request = worker.seen().get(0);
        assertThat(request.getRequestId()).hasSize(36);
        assertThat(Arrays.asList(request.getPipeline(), request.getGallery(), request.getTopK(), request.getScoreThreshold())).containsOnlyNulls();
    }

    @ParameterizedTest
    @ValueSource(strings = {"name=\"image\"; filename=\"a b.jpg\"", "filename=\"image.jpg\"; name=image", "NAME=\"image\""})
    void shouldTakeTheImageFromAForm(String parameters) throws Exception {
        // given a picture that has line ends and half a boundary in it
        byte[] picture = "\r\n--b\n\r\n-\r\n\r\n".getBytes(ISO_8859_1);
        byte[] body = join(("preamble\r\n--bound  \r\ncontent-disposition: form-data; " + parameters + "\r\nContent-Type: image/jpeg\r\n\r\n").getBytes(ISO_8859_1), picture,
                "\r\n--bound--\r\nepilogue".getBytes(ISO_8859_1));
        // when
        RawHttp.Response answer = RawHttp.exchange(bridge().port(), post(PATH, body, "Content-Type: multipart/form-data; boundary=\"bound\""));
        // then
        assertThat(answer.status()).isEqualTo(200);
        assertThat(worker.seen().get(0).getImage()).isEqualTo(ByteBuffer.wrap(picture));
    }

    @Test
    void shouldTakeAChunkedBody() throws Exception {
        byte[] request = join(head("POST " + PATH + " HTTP/1.1", "Transfer-Encoding: chunked"), "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n".getBytes(ISO_8859_1));
        assertThat(RawHttp.exchange(bridge().port(), request).status()).isEqualTo(200);
        assertThat(worker.seen().get(0).getImage()).isEqualTo(ByteBuffer.wrap("abcde".getBytes(ISO_8859_1)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldTakeAnImageOfExactlyTheLimit(boolean form) throws Exception {
        // given
        byte[] picture = new byte[RequestLimits.DEFAULT.maxImageBytes()];
        new Random(1).nextBytes(picture);
        byte[] body = join("--b\r\nContent-Disposition: form-data; name=image\r\n\r\n".getBytes(ISO_8859_1), picture, "\r\n--b--".getBytes(ISO_8859_1));
        // when
        RawHttp.Response answer = RawHttp.exchange(bridge().port(), form ? post(PATH, body, "Content-Type: multipart/form-data; boundary=b") : post(PATH, picture, "Expect: 100-continue"));
        // then
        assertThat(answer.status()).isEqualTo(200);
        assertThat(worker.seen().get(0).getImage()).isEqualTo(ByteBuffer.wrap(picture));
    }

    @ParameterizedTest
    @CsvSource({"REJECTED, 5000, 400, rejected", "REJECTED, 3002, 400, rejected", "REJECTED, 6000, 504, rejected", "FAILED, 9000, 500, failed", "FAILED, 6000, 504, failed",
            "FAILED, 50, 503, failed", "FAILED, 4711, 500, failed"})
    void shouldGiveTheStatusThatFitsTheWorkersAnswer(RecognitionStatus status, int errNo, int httpStatus, String word) throws Exception {
        // given
        worker.answerBy(request -> TestWorker.ended(request, status, errNo, "image: 3 bytes (expected: more)"));
        // when
        RawHttp.Response answer = RawHttp.exchange(bridge().port(), post(PATH, IMAGE));
        // then
        assertThat(answer.status()).isEqualTo(httpStatus);
        assertThat(answer.json().path("status").textValue()).isEqualTo(word);
        assertThat(answer.json().path("err_no").intValue()).isEqualTo(errNo);
        assertThat(answer.json().path("err_msg").textValue()).isEqualTo("image: 3 bytes (expected: more)");
        assertThat(answer.headers().containsKey("retry-after")).isEqualTo(httpStatus == 503);
    }

    @Test
    void shouldAnswer504WhenNobodyDoesTheWork() throws Exception {
        worker.hold();
        RawHttp.Response answer = RawHttp.exchange(bridge(300, 4, 0).port(), post(PATH, IMAGE, "X-Request-Id: r"));
        assertThat(answer.status()).isEqualTo(504);
        assertThat(answer.json().path("err_no").intValue()).isEqualTo(6000);
        assertThat(answer.json().path("err_msg").textValue()).isEqualTo("no answer within 300 ms (expected: a worker that keeps up)");
        assertThat(answer.json().path("request_id").textValue()).isEqualTo("r");
    }

    @Test
    void shouldAnswer503AtOnceWhenOneMoreCallComesThanMayBeInFlight() throws Exception {
        // given as many calls in flight as may be
        worker.hold();
        TestBridge bridge = bridge(10_000, 2, 0);
        CompletableFuture<RawHttp.Response> first = async(bridge, post(PATH, IMAGE));
        CompletableFuture<RawHttp.Response> second = async(bridge, post(PATH, IMAGE));
        await().until(() -> worker.held().size() == 2);
        // when
        long begin = System.nanoTime();
        RawHttp.Response answer = RawHttp.exchange(bridge.port(), post(PATH, IMAGE));
        long ms = (System.nanoTime() - begin) / 1_000_000;
        // then it is refused without waiting (50 ms on an idle machine; these cores are shared), and those before get their answers
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.headers()).containsEntry("retry-after", "1");
        assertThat(answer.json().path("err_no").intValue()).isEqualTo(50);
        assertThat(answer.json().path("err_msg").textValue()).isEqualTo("overloaded: 2 requests are in flight (expected: fewer; try again later)");
        assertThat(ms).isLessThan(1_000);
        worker.release();
        assertThat(first.join().status()).isEqualTo(200);
        assertThat(second.join().status()).isEqualTo(200);
        assertThat(RawHttp.exchange(bridge.port(), post(PATH, IMAGE)).status()).isEqualTo(200);
    }

    @Test
    void shouldAnswer503WhenImagesInFlightHoldAllTheMemoryTheyMay() throws Exception {
        // given a budget of 1 MiB, most of it held
        worker.hold();
        TestBridge bridge = keep(TestBridge.start(broker, topics, new BridgeSettings("127.0.0.1", 0, 10_000, 5_000, 16, 1 << 20, 100, 60_000, 8192, 0)));
        CompletableFuture<RawHttp.Response> first = async(bridge, post(PATH, new byte[900_000]));
        await().until(() -> worker.held().size() == 1);
        // when
        RawHttp.Response answer = RawHttp.exchange(bridge.port(), post(PATH, new byte[200_000]));
        // then
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.json().path("err_msg").textValue()).isEqualTo("overloaded: images in flight hold 1048576 bytes already (expected: fewer; try again later)");
        worker.release();
        assertThat(first.join().status()).isEqualTo(200);
        await().untilAsserted(() -> assertThat(RawHttp.exchange(bridge.port(), post(PATH, new byte[1_000_000])).status()).isEqualTo(200));
    }

    @Test
    void shouldAnswer409WhenTheSameIdIsInFlight() throws Exception {
        worker.hold();
        TestBridge bridge = bridge();
        CompletableFuture<RawHttp.Response> first = async(bridge, post(PATH, IMAGE, "Idempotency-Key: k"));
        await().until(() -> worker.held().size() == 1);
        RawHttp.Response answer = RawHttp.exchange(bridge.port(), post(PATH, IMAGE, "Idempotency-Key: k"));
        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.json().path("err_no").intValue()).isEqualTo(5000);
        assertThat(answer.json().path("err_msg").textValue()).startsWith("request_id: 'k' is in flight already");
        worker.release();
        assertThat(first.join().status()).isEqualTo(200);
    }

    @Test
    void shouldForgetTheCallWhenItsCallerGoesAway() throws Exception {
        // given
        worker.hold();
        TestBridge bridge = bridge();
        RawHttp http = new RawHttp(bridge.port());
        http.send(post(PATH, IMAGE));
        await().until(() -> worker.held().size() == 1);
        assertThat(bridge.replies().inFlight()).isEqualTo(1);
        // when
        http.close();
        // then
        await().until(() -> bridge.replies().inFlight() == 0 && bridge.server().inFlight() == 0);
        assertThat(bridge.replies().stats().cancelled()).isEqualTo(1);
    }

    @Test
    void shouldForgetTheCallWhenItsCallerGoesAwayInTheMiddleOfTheBody() throws Exception {
        TestBridge bridge = bridge();
        try (RawHttp http = new RawHttp(bridge.port())) {
            http.send(join(head("POST " + PATH + " HTTP/1.1", "Content-Length: 100"), new byte[50]));
            await().until(() -> bridge.server().inFlight() == 1);
        }
        await().until(() -> bridge.server().inFlight() == 0);
        assertThat(worker.seen()).isEmpty();
    }

    @Test
    void shouldServeSeveralCallsOverOneConnection() throws Exception {
        TestBridge bridge = bridge();
        try (RawHttp http = new RawHttp(bridge.port())) {
            for (int i = 0; i < 3; i++) {
                http.send(post(PATH, IMAGE, "X-Request-Id: r" + i));
                assertThat(http.receive().json().path("request_id").textValue()).isEqualTo("r" + i);
            }
        }
    }

    @Test
    void shouldBeAliveAndReadyWhenAllIsWell() throws Exception {
        TestBridge bridge = bridge();
        assertThat(get(bridge, "/healthz").json().path("status").textValue()).isEqualTo("alive");
        RawHttp.Response ready = get(bridge, "/readyz");
        assertThat(ready.status()).isEqualTo(200);
        assertThat(ready.json().toString()).isEqualTo("{\"status\":\"ready\",\"components\":{\"bridge\":{\"ready\":true,\"detail\":\"\"},\"kafka\":{\"ready\":true,\"detail\":\"\"}}}");
        assertThat(get(bridge, "/").json().path("links").path("recognise").textValue()).isEqualTo("POST /v1/recognitions");
    }

    @Test
    void shouldRefuseCallsUntilEveryComponentHasBeenReadyOnce() throws Exception {
        // given a component that is not ready, and one whose check fails
        AtomicBoolean loaded = new AtomicBoolean();
        AtomicBoolean broken = new AtomicBoolean(true);
        TestBridge bridge = keep(TestBridge.start(broker, topics, TestBridge.settings(10_000, 5_000, 4, 0), Map.of(
                "models", () -> loaded.get() ? Readiness.READY : Readiness.notReady("2 of 3 loaded"),
                "gallery", Readiness.of(() -> {
                    if (broken.get()) {
                        throw new IllegalStateException("no index");
                    }
                    return true;
                }))));
        // when, then
        RawHttp.Response ready = get(bridge, "/readyz");
        assertThat(ready.status()).isEqualTo(503);
        assertThat(ready.json().path("status").textValue()).isEqualTo("not_ready");
        assertThat(ready.json().at("/components/models/detail").textValue()).isEqualTo("2 of 3 loaded");
        assertThat(ready.json().at("/components/gallery/detail").textValue()).contains("no index");
        broken.set(false);
        RawHttp.Response call = RawHttp.exchange(bridge.port(), post(PATH, IMAGE));
        assertThat(call.status()).isEqualTo(503);
        assertThat(call.headers()).containsEntry("retry-after", "1");
        assertThat(call.json().path("err_no").intValue()).isEqualTo(3003);
        assertThat(call.json().path("err_msg").textValue()).isEqualTo("not ready: models: 2 of 3 loaded (expected: ready, see /readyz; try again later)");
        // when all were ready once, then a component's bad moment makes calls wait, not fail
        loaded.set(true);
        assertThat(RawHttp.exchange(bridge.port(), post(PATH, IMAGE)).status()).isEqualTo(200);
        loaded.set(false);
        assertThat(get(bridge, "/readyz").status()).isEqualTo(503);
        assertThat(RawHttp.exchange(bridge.port(), post(PATH, IMAGE)).status()).isEqualTo(200);
    }

    @Test
    void shouldFinishCallsInFlightAndRefuseNewOnesWhenStopping() throws Exception {
        // given
        worker.hold();
        TestBridge bridge = bridge(20_000, 4, 15_000);
        CompletableFuture<RawHttp.Response> before = async(bridge, post(PATH, IMAGE));
        await().until(() -> worker.held().size() == 1);
        // when
        CompletableFuture<Void> stop = CompletableFuture.runAsync(bridge.server()::close);
        await().until(() -> get(bridge, "/readyz").status() == 503);
        // then
        assertThat(get(bridge, "/readyz").json().path("status").textValue()).isEqualTo("draining");
        assertThat(get(bridge, "/healthz").status()).isEqualTo(200);
        RawHttp.Response refused = RawHttp.exchange(bridge.port(), post(PATH, IMAGE));
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.json().path("err_no").intValue()).isEqualTo(3001);
        assertThat(stop).isNotDone();
        worker.release();
        assertThat(before.join().status()).isEqualTo(200);
        stop.join();
        assertThatThrownBy(() -> new RawHttp(bridge.port()).close()).isInstanceOf(Exception.class);
    }

    @Test
    void shouldAnswer503ToCallsTheDrainTimeIsTooShortFor() throws Exception {
        worker.hold();
        TestBridge bridge = bridge(20_000, 4, 200);
        CompletableFuture<RawHttp.Response> before = async(bridge, post(PATH, IMAGE));
        await().until(() -> worker.held().size() == 1);
        bridge.server().close();
        assertThat(before.join().status()).isEqualTo(503);
        assertThat(before.join().json().path("err_no").intValue()).isEqualTo(3001);
        bridge.server().close(); // a second time: nothing
    }

    @Test
    void shouldNotAnswerCallsOfItsEarlierLife() throws Exception {
        // given a call whose bridge stops before the answer
        worker.hold();
        TestBridge old = TestBridge.start(broker, topics, TestBridge.settings(10_000, 5_000, 4, 0));
        CompletableFuture<RawHttp.Response> lost = async(old, post(PATH, IMAGE, "Idempotency-Key: same"));
        await().until(() -> worker.held().size() == 1);
        old.close();
        assertThat(lost.join().status()).isEqualTo(503);
        // when the next one is asked under the same id, and the old answer comes
        TestBridge fresh = bridge();
        CompletableFuture<RawHttp.Response> again = async(fresh, post(PATH, IMAGE, "Idempotency-Key: same"));
        await().until(() -> worker.held().size() == 2);
        RecognitionRequest first = worker.seen().get(0);
        worker.publish(first.getRequestId().getBytes(), new byte[] {0, 0, 0, 0, 2, 9}, Map.of("correlation-id", "of the earlier life"));
        // then only the new answer counts
        worker.release();
        assertThat(again.join().status()).isEqualTo(200);
        assertThat(fresh.replies().stats().answered()).isEqualTo(1);
    }

    @Test
    void shouldGiveEachOfTwoBridgesItsOwnAnswers() throws Exception {
        // given
        TestBridge one = bridge();
        TestBridge two = bridge();
        // when
        List<CompletableFuture<RawHttp.Response>> answers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            if (i >= 10) {
                answers.get(i - 10).join();
            }
            answers.add(async(i % 2 == 0 ? one : two, post(PATH, IMAGE, "X-Request-Id: call-" + i)));
        }
        // then
        for (int i = 0; i < 40; i++) {
            assertThat(answers.get(i).join().json().path("request_id").textValue()).isEqualTo("call-" + i);
        }
        assertThat(one.replies().stats().answered()).isEqualTo(20);
        assertThat(two.replies().stats().answered()).isEqualTo(20);
    }

    @Test
    void shouldSayWhichPortIsTakenWhenItIs() {
        TestBridge bridge = bridge();
        BridgeSettings same = new BridgeSettings("127.0.0.1", bridge.port(), 1000, 1000, 4, 1 << 20, 100, 60_000, 8192, 0);
        assertThatThrownBy(() -> BridgeServer.start(same, RequestLimits.DEFAULT, bridge.replies(), Map.of())).isInstanceOf(BridgeException.class)
                .hasMessageStartingWith("bridge: can't listen on 127.0.0.1:" + bridge.port()).hasMessageContaining("(expected: a free port");
    }

    @Test
    void shouldCloseConnectionsBeyondTheLimitAndServeTheOthers() throws Exception {
        TestBridge bridge = keep(TestBridge.start(broker, topics, new BridgeSettings("127.0.0.1", 0, 10_000, 5_000, 16, 1 << 20, 2, 60_000, 8192, 0)));
        try (RawHttp first = new RawHttp(bridge.port()); RawHttp second = new RawHttp(bridge.port()); RawHttp third = new RawHttp(bridge.port())) {
            first.send(post(PATH, IMAGE));
            assertThat(first.receive().status()).isEqualTo(200);
            second.send(post(PATH, IMAGE));
            assertThat(second.receive().status()).isEqualTo(200);
            third.send(post(PATH, IMAGE));
            assertThatThrownBy(third::receive).isInstanceOf(java.io.IOException.class);
        }
    }

    @Test
    void shouldCloseAConnectionWhenNothingHappensOnIt() throws Exception {
        TestBridge bridge = keep(TestBridge.start(broker, topics, new BridgeSettings("127.0.0.1", 0, 10_000, 5_000, 16, 1 << 20, 100, 1_000, 8192, 0)));
        try (RawHttp idle = new RawHttp(bridge.port())) {
            assertThatThrownBy(idle::receive).isInstanceOf(java.io.EOFException.class);
        }
    }

    @Test
    void shouldAnswerHeadAsItWouldGet() throws Exception {
        TestBridge bridge = bridge();
        try (RawHttp http = new RawHttp(bridge.port())) {
            http.send(head("HEAD /healthz HTTP/1.1"));
            assertThat(http.status()).isEqualTo(200);
        }
    }

    private RawHttp.Response get(TestBridge bridge, String path) throws Exception {
        return RawHttp.exchange(bridge.port(), head("GET " + path + " HTTP/1.1"));
    }

    private CompletableFuture<RawHttp.Response> async(TestBridge bridge, byte[] request) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return RawHttp.exchange(bridge.port(), request);
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }, task -> new Thread(task, "caller").start());
    }
}
