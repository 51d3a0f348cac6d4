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
import io.sightline.schemas.request.RequestLimits;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each limit of the bridge, met and one over. */
class BridgeLimitsTest extends BridgeFixture {
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
        RawHttp.Response answer = RawHttp.exchange(bridge.port(), post(PATH, IMAGE));
        // then it is refused without waiting for them (how fast: bench overload), and those before get their answers
        assertThat(first).isNotDone();
        assertThat(second).isNotDone();
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.headers()).containsEntry("retry-after", "1");
        assertThat(answer.json().path("err_no").intValue()).isEqualTo(50);
        assertThat(answer.json().path("err_msg").textValue()).isEqualTo("overloaded: 2 requests are in flight (expected: fewer; try again later)");
        worker.release();
        assertThat(first.join().status()).isEqualTo(200);
        assertThat(second.join().status()).isEqualTo(200);
        assertThat(RawHttp.exchange(bridge.port(), post(PATH, IMAGE)).status()).isEqualTo(200);
    }

    @Test
    void shouldAnswer503WhenImagesInFlightHoldAllTheMemoryTheyMay() throws Exception {
        // given a budget of 1 MiB, most of it held
        worker.hold();
        TestBridge bridge = keep(TestBridge.start(broker, topics, new BridgeSettings("127.0.0.1", 0, 10_000, 5_000, 16, 1 << 20, 100, 60_000, 8192, 0, true, 1000, 8)));
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
        CompletableFuture<RawHttp.Response> first = async(bridge, post(PATH, IMAGE, "X-Request-Id: k"));
        await().until(() -> worker.held().size() == 1);
        RawHttp.Response answer = RawHttp.exchange(bridge.port(), post(PATH, IMAGE, "X-Request-Id: k"));
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
        await().until(() -> bridge.replies().stats().cancelled() == 1);
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
    void shouldCloseConnectionsBeyondTheLimitAndServeTheOthers() throws Exception {
        TestBridge bridge = keep(TestBridge.start(broker, topics, new BridgeSettings("127.0.0.1", 0, 10_000, 5_000, 16, 1 << 20, 2, 60_000, 8192, 0, true, 1000, 8)));
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
        TestBridge bridge = keep(TestBridge.start(broker, topics, new BridgeSettings("127.0.0.1", 0, 10_000, 5_000, 16, 1 << 20, 100, 1_000, 8192, 0, true, 1000, 8)));
        try (RawHttp idle = new RawHttp(bridge.port())) {
            assertThatThrownBy(idle::receive).isInstanceOf(java.io.EOFException.class);
        }
    }

    @Test
    void shouldCloseAConnectionWhoseHeadNeverEnds() throws Exception {
        // given
        TestBridge bridge = keep(TestBridge.start(broker, topics, new BridgeSettings("127.0.0.1", 0, 10_000, 5_000, 16, 1 << 20, 100, 1_000, 8192, 0, true, 1000, 8)));
        try (RawHttp slow = new RawHttp(bridge.port())) {
            slow.send(("POST " + PATH + " HTTP/1.1\r\nHost: localhost\r\n").getBytes(ISO_8859_1));
            // when a header comes now and then, always before the connection counts as idle
            java.util.concurrent.ScheduledExecutorService drips = java.util.concurrent.Executors.newSingleThreadScheduledExecutor();
            open.add(drips::shutdownNow);
            drips.scheduleAtFixedRate(() -> slow.send("X-More: x\r\n".getBytes(ISO_8859_1)), 200, 200, java.util.concurrent.TimeUnit.MILLISECONDS);
            // then
            assertThatThrownBy(slow::receive).isInstanceOf(java.io.IOException.class).isNotInstanceOf(java.net.SocketTimeoutException.class);
        }
        assertThat(RawHttp.exchange(bridge.port(), post(PATH, IMAGE)).status()).isEqualTo(200);
    }

    @Test
    void shouldCloseConnectionsBeyondTheLimitOfOneAddressAndTakeOthersWhenOneIsClosed() throws Exception {
        // given as many connections of this address as may be
        TestBridge bridge = keep(TestBridge.start(broker, topics, TestBridge.settings(10_000, 5_000, 16, 0).withMaxConnectionsPerAddress(2)));
        try (RawHttp first = new RawHttp(bridge.port())) {
            first.send(post(PATH, IMAGE));
            assertThat(first.receive().status()).isEqualTo(200);
            try (RawHttp second = new RawHttp(bridge.port())) {
                second.send(post(PATH, IMAGE));
                assertThat(second.receive().status()).isEqualTo(200);
                // when: not before the others are served, or the server may take it before one of them
                try (RawHttp third = new RawHttp(bridge.port())) {
                    third.send(post(PATH, IMAGE));
                    // then
                    assertThatThrownBy(third::receive).isInstanceOf(java.io.IOException.class);
                }
            }
            // the server may not have seen them go yet
            await().ignoreExceptionsInstanceOf(java.io.IOException.class).untilAsserted(() -> assertThat(RawHttp.exchange(bridge.port(), post(PATH, IMAGE)).status()).isEqualTo(200));
        }
    }
}
