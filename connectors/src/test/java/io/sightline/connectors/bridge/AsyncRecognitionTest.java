package io.sightline.connectors.bridge;

import static io.sightline.connectors.testing.RawHttp.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sightline.connectors.bridge.store.StoreSettings;
import io.sightline.connectors.testing.RawHttp;
import io.sightline.connectors.testing.TestBridge;
import io.sightline.connectors.testing.TestWorker;
import io.sightline.schemas.RecognitionStatus;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** POST with async=true, and GET of what came of it. */
class AsyncRecognitionTest extends BridgeFixture {
    private static final String ASYNC = PATH + "?async=true";

    @Test
    void shouldGiveTheResultLaterWhenTheCallerDoesNotWait() throws Exception {
        // given
        worker.hold();
        TestBridge bridge = bridge();
        // when
        RawHttp.Response taken = RawHttp.exchange(bridge.port(), post(ASYNC, IMAGE, "Idempotency-Key: order 7/a"));
        // then
        assertThat(taken.status()).isEqualTo(202);
        assertThat(taken.headers()).containsEntry("location", "/v1/recognitions/order%207%2Fa").containsEntry("retry-after", "1");
        assertThat(taken.json()).isEqualTo(new JsonMapper().readTree("{\"request_id\": \"order 7/a\", \"status\": \"pending\", \"err_no\": 0, \"err_msg\": \"\"}"));
        await().until(() -> worker.held().size() == 1);
        RawHttp.Response pending = get(bridge, taken.headers().get("location"));
        assertThat(pending.status()).isEqualTo(202);
        assertThat(pending.headers()).containsEntry("retry-after", "1");
        assertThat(pending.body()).isEqualTo(taken.body());
        // when
        worker.release();
        await().until(() -> get(bridge, taken.headers().get("location")).status() == 200);
        // then it is the answer of a caller who waits, as often as it is asked for
        RawHttp.Response waited = RawHttp.exchange(bridge.port(), post(PATH, IMAGE, "Idempotency-Key: order 7/a"));
        assertThat(get(bridge, taken.headers().get("location")).body()).isEqualTo(waited.body());
        assertThat(waited.json().path("status").textValue()).isEqualTo("recognised");
        assertThat(worker.seen()).hasSize(1);
        assertThat(bridge.server().inFlight()).isZero();
    }

    @Test
    void shouldMakeUpAnIdWhenTheCallerGivesNone() throws Exception {
        TestBridge bridge = bridge();
        RawHttp.Response taken = RawHttp.exchange(bridge.port(), post(ASYNC, IMAGE));
        String id = taken.json().path("request_id").textValue();
        assertThat(taken.headers()).containsEntry("location", PATH + "/" + id);
        await().until(() -> get(bridge, PATH + "/" + id).status() == 200);
        assertThat(get(bridge, PATH + "/" + id).json().path("request_id").textValue()).isEqualTo(id);
    }

    @Test
    void shouldGiveWhatWentWrongAsTheResult() throws Exception {
        TestBridge bridge = bridge();
        worker.answerBy(request -> TestWorker.ended(request, RecognitionStatus.FAILED, 9000, "model: broken (expected: not)"));
        RawHttp.exchange(bridge.port(), post(ASYNC, IMAGE, "Idempotency-Key: k"));
        await().until(() -> get(bridge, PATH + "/k").status() == 200);
        assertThat(get(bridge, PATH + "/k").json().path("status").textValue()).isEqualTo("failed");
        assertThat(get(bridge, PATH + "/k").json().path("err_no").intValue()).isEqualTo(9000);
    }

    @Test
    void shouldAnswer404WhenTheCallIsUnknownOrAnotherBridges() throws Exception {
        TestBridge bridge = bridge();
        TestBridge other = bridge();
        RawHttp.exchange(bridge.port(), post(ASYNC, IMAGE, "Idempotency-Key: k"));
        await().until(() -> get(bridge, PATH + "/k").status() == 200);
        RawHttp.Response answer = get(other, PATH + "/k");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.json().path("err_msg").textValue()).startsWith("id: unknown here, or forgotten (expected: ");
        assertThat(get(bridge, PATH + "/" + "k".repeat(201)).status()).isEqualTo(400);
        assertThat(get(bridge, PATH + "/k?x=1").status()).isEqualTo(400);
    }

    @Test
    void shouldForgetTheFirstAnswerWhenOneMoreCallComesThanMayBeKept() throws Exception {
        // given
        TestBridge bridge = keep(TestBridge.start(broker, topics, TestBridge.settings(10_000, 5_000, 16, 0).withStore(new StoreSettings(2, 1 << 20, 60))));
        // when
        for (String id : new String[] {"a", "b", "c"}) {
            assertThat(RawHttp.exchange(bridge.port(), post(ASYNC, IMAGE, "Idempotency-Key: " + id)).status()).isEqualTo(202);
            await().until(() -> get(bridge, PATH + "/" + id).status() == 200);
        }
        // then
        assertThat(get(bridge, PATH + "/a").status()).isEqualTo(404);
        assertThat(get(bridge, PATH + "/b").status()).isEqualTo(200);
    }

    @Test
    void shouldAnswer503WhenAllCallsThatMayBeKnownAreWorkedOn() throws Exception {
        worker.hold();
        TestBridge bridge = keep(TestBridge.start(broker, topics, TestBridge.settings(10_000, 5_000, 16, 0).withStore(new StoreSettings(1, 1 << 20, 60))));
        RawHttp.exchange(bridge.port(), post(ASYNC, IMAGE));
        RawHttp.Response refused = RawHttp.exchange(bridge.port(), post(ASYNC, IMAGE));
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.headers()).containsEntry("retry-after", "1");
        assertThat(refused.json().path("err_no").intValue()).isEqualTo(50);
    }

    @Test
    void shouldHoldItsPictureAgainstTheMemoryThatMayBeUsedUntilItIsDone() throws Exception {
        // given a budget of 1 MiB, most of it held by a call nobody waits for
        worker.hold();
        BridgeSettings small = new BridgeSettings("127.0.0.1", 0, 10_000, 5_000, 16, 1 << 20, 100, 60_000, 8192, 0, true, 1000, 8);
        TestBridge bridge = keep(TestBridge.start(broker, topics, small));
        assertThat(RawHttp.exchange(bridge.port(), post(ASYNC, new byte[500_000])).status()).isEqualTo(202);
        await().until(() -> worker.held().size() == 1);
        // when, then
        assertThat(RawHttp.exchange(bridge.port(), post(PATH, new byte[600_000])).status()).isEqualTo(503);
        worker.release();
        await().untilAsserted(() -> assertThat(RawHttp.exchange(bridge.port(), post(PATH, new byte[1_000_000])).status()).isEqualTo(200));
    }

    @Test
    void shouldWaitForCallsNobodyWaitsForWhenStopping() throws Exception {
        // given
        worker.hold();
        TestBridge bridge = bridge(20_000, 4, 15_000);
        RawHttp.exchange(bridge.port(), post(ASYNC, IMAGE, "Idempotency-Key: k"));
        await().until(() -> worker.held().size() == 1);
        // when
        CompletableFuture<Void> stop = CompletableFuture.runAsync(bridge.server()::close);
        await().until(() -> get(bridge, "/readyz").status() == 503);
        // then its result can be fetched until then
        assertThat(get(bridge, PATH + "/k").status()).isEqualTo(202);
        assertThat(stop).isNotDone();
        worker.release();
        stop.join();
        assertThat(bridge.replies().stats().answered()).isEqualTo(1);
    }
}
