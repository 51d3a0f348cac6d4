package io.sightline.connectors.bridge;

import static io.sightline.connectors.testing.RawHttp.join;
import static io.sightline.connectors.testing.RawHttp.post;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sightline.connectors.testing.RawHttp;
import io.sightline.connectors.testing.TestBridge;
import io.sightline.connectors.testing.TestWorker;
import io.sightline.schemas.RecognitionStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Idempotency-Key: what is asked once is done once. */
class IdempotencyTest extends BridgeFixture {
    private static final String KEY = "Idempotency-Key: order 7";

    @Test
    void shouldGiveTheSameAnswerWithoutWorkWhenTheSameKeyAndBodyComeAgain() throws Exception {
        // given
        TestBridge bridge = bridge();
        RawHttp.Response first = RawHttp.exchange(bridge.port(), post(PATH + "?top_k=3&gallery=shop", IMAGE, KEY));
        // when the same is asked, written in another way
        byte[] form = join("--b\r\nContent-Disposition: form-data; name=image\r\n\r\n".getBytes(ISO_8859_1), IMAGE, "\r\n--b--".getBytes(ISO_8859_1));
        RawHttp.Response again = RawHttp.exchange(bridge.port(), post(PATH + "?gallery=sh%6Fp&top_k=3", form, KEY, "Content-Type: multipart/form-data; boundary=b"));
        // then
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(worker.seen()).hasSize(1);
    }

    @Test
    void shouldAnswer409WhenTheSameKeyComesWithAnotherPictureOrParameter() throws Exception {
        TestBridge bridge = bridge();
        assertThat(RawHttp.exchange(bridge.port(), post(PATH, IMAGE, KEY)).status()).isEqualTo(200);
        for (byte[] other : List.of(post(PATH, new byte[] {1}, KEY), post(PATH + "?top_k=3", IMAGE, KEY), post(PATH + "?async=true", new byte[] {1}, KEY))) {
            RawHttp.Response answer = RawHttp.exchange(bridge.port(), other);
            assertThat(answer.status()).isEqualTo(409);
            assertThat(answer.json().path("err_no").intValue()).isEqualTo(5000);
            assertThat(answer.json().path("err_msg").textValue()).startsWith("idempotency-key: 'order 7' came with another request before (expected: ");
        }
        assertThat(worker.seen()).hasSize(1);
    }

    @Test
    void shouldAnswerAllWhenAHundredAskTheSameAtATime() throws Exception {
        // given
        worker.hold();
        TestBridge bridge = bridge();
        List<CompletableFuture<RawHttp.Response>> answers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            answers.add(async(bridge, post(PATH, IMAGE, KEY)));
        }
        // when
        await().until(() -> bridge.server().inFlight() == 100 && worker.held().size() == 1);
        worker.release();
        // then
        byte[] first = answers.get(0).join().body();
        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.join().status()).isEqualTo(200);
            assertThat(answer.join().body()).isEqualTo(first);
        });
        assertThat(worker.seen()).hasSize(1);
    }

    @Test
    void shouldDoTheWorkForTheOtherWhenOneOfTwoGoesAway() throws Exception {
        // given
        worker.hold();
        TestBridge bridge = bridge();
        RawHttp leaving = new RawHttp(bridge.port());
        leaving.send(post(PATH, IMAGE, KEY));
        await().until(() -> worker.held().size() == 1);
        CompletableFuture<RawHttp.Response> staying = async(bridge, post(PATH, IMAGE, KEY));
        await().until(() -> bridge.server().inFlight() == 2);
        // when
        leaving.close();
        await().until(() -> bridge.server().inFlight() == 1);
        worker.release();
        // then
        assertThat(staying.join().status()).isEqualTo(200);
        assertThat(bridge.replies().stats().cancelled()).isZero();
    }

    @Test
    void shouldDoTheWorkOfACallerWhoWentAwayForHeMeansToAskAgain() throws Exception {
        // given
        worker.hold();
        TestBridge bridge = bridge();
        RawHttp leaving = new RawHttp(bridge.port());
        leaving.send(post(PATH, IMAGE, KEY));
        await().until(() -> worker.held().size() == 1);
        // when
        leaving.close();
        await().until(() -> bridge.server().inFlight() == 0);
        // then it is neither withdrawn nor done twice
        assertThat(bridge.replies().isWithdrawn(worker.held().get(0).headers())).isFalse();
        worker.release();
        assertThat(RawHttp.exchange(bridge.port(), post(PATH, IMAGE, KEY)).status()).isEqualTo(200);
        assertThat(worker.seen()).hasSize(1);
        assertThat(bridge.replies().stats().cancelled()).isZero();
    }

    @Test
    void shouldCountThePictureOfACallerWhoWentAwayOnceUntilTheWorkIsDone() throws Exception {
        // given a budget of 1 MiB, most of it held by a call whose caller goes away
        worker.hold();
        TestBridge bridge = keep(TestBridge.start(broker, topics, new BridgeSettings("127.0.0.1", 0, 60_000, 60_000, 16, 1 << 20, 100, 60_000, 8192, 0, true, 1000, 8)));
        RawHttp leaving = new RawHttp(bridge.port());
        leaving.send(post(PATH, new byte[900_000], KEY));
        await().until(() -> worker.held().size() == 1);
        leaving.close();
        await().until(() -> bridge.server().inFlight() == 0);
        // when, then
        assertThat(RawHttp.exchange(bridge.port(), post(PATH, new byte[200_000])).status()).isEqualTo(503);
        // and one who asks the same holds nothing more when he has gone too
        RawHttp joining = new RawHttp(bridge.port());
        joining.send(post(PATH, new byte[100_000], KEY));
        joining.close();
        worker.release();
        await().untilAsserted(() -> assertThat(RawHttp.exchange(bridge.port(), post(PATH, new byte[1_000_000], "Idempotency-Key: next")).status()).isEqualTo(200));
    }

    @Test
    void shouldKeepAnAnswerThatBlamesTheRequestButNotOneThatBlamesTheService() throws Exception {
        TestBridge bridge = bridge();
        worker.answerBy(request -> TestWorker.ended(request, RecognitionStatus.REJECTED, 5000, "image: none (expected: one)"));
        assertThat(RawHttp.exchange(bridge.port(), post(PATH, IMAGE, "Idempotency-Key: bad")).status()).isEqualTo(400);
        worker.answerBy(request -> TestWorker.ended(request, RecognitionStatus.FAILED, 9000, "model: broken (expected: not)"));
        assertThat(RawHttp.exchange(bridge.port(), post(PATH, IMAGE, KEY)).status()).isEqualTo(500);
        worker.answerBy(TestWorker::recognised);
        assertThat(RawHttp.exchange(bridge.port(), post(PATH, IMAGE, KEY)).status()).isEqualTo(200);
        assertThat(RawHttp.exchange(bridge.port(), post(PATH, IMAGE, "Idempotency-Key: bad")).status()).isEqualTo(400);
        assertThat(worker.seen()).hasSize(3);
    }

    @Test
    void shouldNotTakeAProxysRequestIdForAKey() throws Exception {
        TestBridge bridge = bridge();
        for (int i = 0; i < 2; i++) {
            assertThat(RawHttp.exchange(bridge.port(), post(PATH, IMAGE, "X-Request-Id: r")).status()).isEqualTo(200);
        }
        assertThat(worker.seen()).hasSize(2);
        assertThat(get(bridge, PATH + "/r").status()).isEqualTo(404);
    }
}
