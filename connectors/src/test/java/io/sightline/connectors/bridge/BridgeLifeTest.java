package io.sightline.connectors.bridge;

import static io.sightline.connectors.testing.RawHttp.head;
import static io.sightline.connectors.testing.RawHttp.join;
import static io.sightline.connectors.testing.RawHttp.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sightline.connectors.bridge.call.Readiness;
import io.sightline.connectors.testing.RawHttp;
import io.sightline.connectors.testing.TestBridge;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.request.RequestLimits;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Start, readiness, stop. */
class BridgeLifeTest extends BridgeFixture {
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
    void shouldSayWhichPortIsTakenWhenItIs() {
        TestBridge bridge = bridge();
        BridgeSettings same = new BridgeSettings("127.0.0.1", bridge.port(), 1000, 1000, 4, 1 << 20, 100, 60_000, 8192, 0, true, 1000, 8);
        assertThatThrownBy(() -> BridgeServer.start(same, RequestLimits.DEFAULT, BridgeParts.of(bridge.replies()))).isInstanceOf(BridgeException.class)
                .hasMessageStartingWith("bridge: can't listen on 127.0.0.1:" + bridge.port()).hasMessageContaining("(expected: a free port");
    }

    @Test
    void shouldAnswerHeadAsItWouldGet() throws Exception {
        TestBridge bridge = bridge();
        try (RawHttp http = new RawHttp(bridge.port())) {
            http.send(head("HEAD /healthz HTTP/1.1"));
            assertThat(http.status()).isEqualTo(200);
        }
    }
}
