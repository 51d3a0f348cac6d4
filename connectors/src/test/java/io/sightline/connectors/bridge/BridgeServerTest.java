package io.sightline.connectors.bridge;

import static io.sightline.connectors.testing.RawHttp.head;
import static io.sightline.connectors.testing.RawHttp.join;
import static io.sightline.connectors.testing.RawHttp.post;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.sightline.connectors.testing.RawHttp;
import io.sightline.connectors.testing.TestBridge;
import io.sightline.connectors.testing.TestWorker;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionStatus;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BridgeServerTest extends BridgeFixture {
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
                 "detections": [{"bbox": [1, 2, 30, 40], "score": 0.87, "class": "product", "matches": [{"id": "42", "label": "Green tea", "score": 0.9123, "attributes": {"price": 1.50}, "gallery": "demo"}]}],
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
}
