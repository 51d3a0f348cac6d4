package io.sightline.connectors.bridge;

import static io.sightline.connectors.testing.RawHttp.head;
import static io.sightline.connectors.testing.RawHttp.join;
import static io.sightline.connectors.testing.RawHttp.post;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sightline.connectors.testing.RawHttp;
import io.sightline.connectors.testing.TestBridge;
import io.sightline.connectors.testing.TestWorker;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionStatus;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** Several images in one call. */
class BatchTest extends BridgeFixture {
    private static final String BATCH = "/v1/recognitions/batch";
    private static final String FORM = "Content-Type: multipart/form-data; boundary=b";
    private static final String EVENTS = "Accept: text/event-stream";
    private static final JsonMapper JSON = new JsonMapper();

    private static byte[] form(int... images) {
        byte[][] parts = IntStream.of(images).mapToObj(i -> join("--b\r\nContent-Disposition: form-data; name=image\r\n\r\n".getBytes(ISO_8859_1), new byte[i], "\r\n".getBytes(ISO_8859_1))).toArray(byte[][]::new);
        return join(join(parts), "--b--".getBytes(ISO_8859_1));
    }

    private TestBridge batching(int maxImages, int maxBytes, int atOnce) {
        return keep(TestBridge.start(broker, topics, TestBridge.settings(10_000, 5_000, 16, 0).withBatch(new BatchSettings(maxImages, maxBytes, atOnce))));
    }

    private static List<String> field(JsonNode results, String name) {
        return StreamSupport.stream(results.spliterator(), false).map(result -> result.path(name).asText()).toList();
    }

    @Test
    void shouldAnswerAllImagesInTheirOrder() throws Exception {
        // given images of 1 to 9 bytes; the service fails on one and refuses another
        worker.answerBy(request -> switch (request.getImage().remaining()) {
            case 3 -> TestWorker.ended(request, RecognitionStatus.REJECTED, 5000, "image: none (expected: one)");
            case 5 -> TestWorker.ended(request, RecognitionStatus.FAILED, 9000, "model: broken (expected: not)");
            default -> TestWorker.recognised(request);
        });
        // when
        RawHttp.Response answer = RawHttp.exchange(batching(9, 1 << 20, 2).port(), post(BATCH + "?top_k=7", form(1, 2, 3, 4, 5, 6, 7, 8, 9), FORM, "X-Request-Id: r"));
        // then
        assertThat(answer.status()).isEqualTo(200);
        assertThat(field(answer.json().path("results"), "request_id")).containsExactly("r:0", "r:1", "r:2", "r:3", "r:4", "r:5", "r:6", "r:7", "r:8");
        assertThat(field(answer.json().path("results"), "err_no")).containsExactly("0", "0", "5000", "0", "9000", "0", "0", "0", "0");
        ((com.fasterxml.jackson.databind.node.ObjectNode) answer.json()).remove("results");
        assertThat(answer.json().path("request_id").textValue()).isEqualTo("r");
        assertThat(answer.json().path("images").intValue()).isEqualTo(9);
        assertThat(answer.json().path("recognised").intValue()).isEqualTo(7);
        assertThat(answer.json().path("rejected").intValue()).isEqualTo(1);
        assertThat(answer.json().path("failed").intValue()).isEqualTo(1);
        assertThat(worker.seen()).extracting(RecognitionRequest::getTopK).containsOnly(7);
    }

    @Test
    void shouldAnswerAnImageThatIsTooLargeOrEmptyInItsPlace() throws Exception {
        TestBridge bridge = batching(9, 20 << 20, 2);
        RawHttp.Response answer = RawHttp.exchange(bridge.port(), post(BATCH, form(1, 0, (16 << 20) + 1), FORM));
        assertThat(field(answer.json().path("results"), "err_msg")).satisfiesExactly(
                first -> assertThat(first).isEmpty(),
                second -> assertThat(second).startsWith("image: 0 bytes"),
                third -> assertThat(third).isEqualTo("image: 16777217 bytes (expected: at most 16777216)"));
        assertThat(answer.json().path("rejected").intValue()).isEqualTo(2);
    }

    @Test
    void shouldTellEachResultAsItComesAndASummaryInTheEnd() throws Exception {
        // given
        TestBridge bridge = batching(9, 1 << 20, 3);
        worker.answerBy(request -> request.getImage().remaining() == 1 ? null : TestWorker.recognised(request));
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + bridge.port() + BATCH)).header("Content-Type", "multipart/form-data; boundary=b")
                .header("Accept", "text/event-stream").header("Idempotency-Key", "k").POST(HttpRequest.BodyPublishers.ofByteArray(form(1, 2, 3))).build();
        HttpResponse<InputStream> answer = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build().send(request, HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).hasValue("text/event-stream; charset=utf-8");
        // when two are answered and one is not
        java.io.BufferedReader lines = new java.io.BufferedReader(new java.io.InputStreamReader(answer.body(), UTF_8));
        List<String> seen = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            seen.add(lines.readLine());
        }
        assertThat(worker.held()).hasSize(1);
        worker.release();
        List<String> last = lines.lines().toList();
        // then
        assertThat(List.of(seen.get(0), seen.get(3), seen.get(4), seen.get(7))).containsExactly("event: result", "", "event: result", "");
        assertThat(List.of(seen.get(1), seen.get(5))).containsExactlyInAnyOrder("id: 1", "id: 2");
        JsonNode data = JSON.readTree(seen.get(2).substring("data: ".length()));
        assertThat("id: " + data.path("index").intValue()).isEqualTo(seen.get(1));
        assertThat(data.path("result").path("request_id").textValue()).isEqualTo("k:" + data.path("index").intValue());
        assertThat(data.path("result").path("status").textValue()).isEqualTo("recognised");
        assertThat(last).hasSize(7).startsWith("event: result", "id: 0").contains("event: summary").endsWith("");
        assertThat(last.get(5)).isEqualTo("data: {\"request_id\":\"k\",\"images\":3,\"recognised\":3,\"rejected\":0,\"failed\":0}");
    }

    @Test
    void shouldTakeAsManyImagesAsMayBeAndRefuseOneMore() throws Exception {
        TestBridge bridge = batching(3, 1 << 20, 2);
        assertThat(RawHttp.exchange(bridge.port(), post(BATCH, form(1, 1, 1), FORM)).json().path("images").intValue()).isEqualTo(3);
        RawHttp.Response answer = RawHttp.exchange(bridge.port(), post(BATCH, form(1, 1, 1, 1), FORM, EVENTS));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("err_msg").textValue()).isEqualTo("images: more than 3 (expected: 1..3)");
        assertThat(worker.seen()).hasSize(3);
    }

    @Test
    void shouldTakeABodyAsLargeAsMayBeAndRefuseOneByteMore() throws Exception {
        byte[] body = form(500, 500);
        TestBridge bridge = batching(3, body.length, 2);
        assertThat(RawHttp.exchange(bridge.port(), post(BATCH, body, FORM)).status()).isEqualTo(200);
        byte[] chunked = join(head("POST " + BATCH + " HTTP/1.1", FORM, "Transfer-Encoding: chunked"), (Integer.toHexString(body.length + 1) + "\r\n").getBytes(ISO_8859_1), body, "x\r\n0\r\n\r\n".getBytes(ISO_8859_1));
        for (byte[] larger : List.of(post(BATCH, join(body, new byte[1]), FORM), chunked)) {
            RawHttp.Response answer = RawHttp.exchange(bridge.port(), larger);
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.json().path("err_msg").textValue()).startsWith("body: ").endsWith("(expected: at most " + body.length + ")");
        }
    }

    @Test
    void shouldWorkOnNoMoreImagesAtOnceThanMayBe() throws Exception {
        // given
        worker.hold();
        TestBridge bridge = batching(9, 1 << 20, 2);
        var answer = async(bridge, post(BATCH, form(1, 2, 3, 4, 5), FORM));
        // when
        await().until(() -> worker.held().size() == 2);
        // then
        assertThat(bridge.replies().inFlight()).isEqualTo(2);
        worker.release();
        assertThat(answer.join().json().path("recognised").intValue()).isEqualTo(5);
    }

    @Test
    void shouldWaitForRoomWhenOthersHaveAllCallsInFlight() throws Exception {
        // given room for one call, which another one has
        worker.hold();
        TestBridge bridge = keep(TestBridge.start(broker, topics, TestBridge.settings(10_000, 5_000, 2, 0)));
        var one = async(bridge, post(PATH, IMAGE));
        await().until(() -> worker.held().size() == 1);
        // when
        var batch = async(bridge, post(BATCH, form(1, 2, 3), FORM));
        await().until(() -> worker.held().size() == 2);
        assertThat(RawHttp.exchange(bridge.port(), post(BATCH, form(1), FORM)).status()).isEqualTo(503);
        worker.release();
        // then
        assertThat(one.join().status()).isEqualTo(200);
        assertThat(batch.join().json().path("recognised").intValue()).isEqualTo(3);
    }

    @Test
    void shouldNotSendTheRestWhenTheCallerGoesAway() throws Exception {
        for (String accept : List.of(EVENTS, "Accept: application/json")) {
            // given
            worker.hold();
            int before = worker.held().size();
            TestBridge bridge = batching(9, 1 << 20, 2);
            Socket socket = new Socket("127.0.0.1", bridge.port());
            socket.getOutputStream().write(post(BATCH, form(1, 2, 3, 4, 5, 6, 7), FORM, accept));
            await().until(() -> worker.held().size() == before + 2);
            // when
            socket.close();
            // then
            await().until(() -> bridge.server().inFlight() == 0 && bridge.replies().inFlight() == 0);
            await().until(() -> bridge.server().dropped() == 5);
            assertThat(bridge.replies().stats().cancelled()).isEqualTo(2);
        }
        assertThat(worker.seen()).hasSize(4);
    }

    @Test
    void shouldCountTheImagesOfACallerWhoWentAwayUntilTheWorkIsDone() throws Exception {
        // given a budget of 1 MiB, most of it held by images that are worked on though their caller goes away
        worker.hold();
        TestBridge bridge = keep(TestBridge.start(broker, topics, new BridgeSettings("127.0.0.1", 0, 60_000, 60_000, 16, 1 << 20, 100, 60_000, 8192, 0, true, 1000, 8)));
        RawHttp leaving = new RawHttp(bridge.port());
        leaving.send(post(BATCH, form(450_000, 450_000), FORM, "Idempotency-Key: k"));
        await().until(() -> worker.held().size() == 2);
        leaving.close();
        await().until(() -> bridge.server().inFlight() == 0);
        // when, then
        assertThat(RawHttp.exchange(bridge.port(), post(PATH, new byte[200_000])).status()).isEqualTo(503);
        worker.release();
        await().untilAsserted(() -> assertThat(RawHttp.exchange(bridge.port(), post(PATH, new byte[1_000_000])).status()).isEqualTo(200));
    }

    @Test
    void shouldGiveUpWhenNobodyReadsTheEvents() throws Exception {
        // given answers that are larger than what the connection buffers
        worker.answerBy(request -> TestWorker.ended(request, RecognitionStatus.REJECTED, 5000, "x".repeat(400_000)));
        TestBridge bridge = keep(TestBridge.start(broker, topics, TestBridge.settings(10_000, 500, 16, 0).withBatch(new BatchSettings(64, 1 << 20, 2))));
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(4096);
            socket.connect(new java.net.InetSocketAddress("127.0.0.1", bridge.port()));
            socket.getOutputStream().write(post(BATCH, form(IntStream.range(1, 60).toArray()), FORM, EVENTS));
            await().until(() -> !worker.seen().isEmpty());
            await().until(() -> bridge.server().inFlight() == 0);
        }
        assertThat(bridge.server().dropped()).isPositive();
    }

    @Test
    void shouldNotRepeatWhatWasAnsweredWhenTheSameKeyComesAgain() throws Exception {
        // given
        TestBridge bridge = batching(9, 1 << 20, 2);
        RawHttp.Response first = RawHttp.exchange(bridge.port(), post(BATCH, form(1, 2, 3), FORM, "Idempotency-Key: k"));
        // when
        RawHttp.Response again = RawHttp.exchange(bridge.port(), post(BATCH, form(1, 2, 3), FORM, "Idempotency-Key: k"));
        RawHttp.Response other = RawHttp.exchange(bridge.port(), post(BATCH, form(1, 5, 3), FORM, "Idempotency-Key: k"));
        // then
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(field(other.json().path("results"), "err_no")).containsExactly("0", "5000", "0");
        assertThat(worker.seen()).hasSize(3);
        assertThat(get(bridge, PATH + "/k:1").json()).isEqualTo(first.json().at("/results/1"));
    }

    @Test
    void shouldRefuseWhatIsNoFormOfImages() throws Exception {
        TestBridge bridge = batching(9, 1 << 20, 2);
        byte[] strange = "--b\r\nContent-Disposition: form-data; name=label\r\n\r\nx\r\n--b--".getBytes(ISO_8859_1);
        assertThat(RawHttp.exchange(bridge.port(), post(BATCH, IMAGE)).status()).isEqualTo(415);
        assertThat(RawHttp.exchange(bridge.port(), post(BATCH, IMAGE, "Content-Type: application/json")).status()).isEqualTo(415);
        assertThat(RawHttp.exchange(bridge.port(), post(BATCH, strange, FORM)).json().path("err_msg").textValue()).startsWith("part: 'label'");
        assertThat(RawHttp.exchange(bridge.port(), post(BATCH, "--b--".getBytes(ISO_8859_1), FORM)).json().path("err_msg").textValue()).startsWith("images: none");
        assertThat(RawHttp.exchange(bridge.port(), post(BATCH + "?async=true", form(1), FORM)).json().path("err_msg").textValue()).startsWith("parameter: 'async'");
        assertThat(RawHttp.exchange(bridge.port(), post(BATCH, form(1), FORM, "Idempotency-Key: " + "k".repeat(200))).status()).isEqualTo(400);
        assertThat(RawHttp.exchange(bridge.port(), head("DELETE " + BATCH + " HTTP/1.1")).headers()).containsEntry("allow", "GET, HEAD, POST");
        assertThat(worker.seen()).isEmpty();
        await().until(() -> bridge.server().inFlight() == 0);
    }
}
