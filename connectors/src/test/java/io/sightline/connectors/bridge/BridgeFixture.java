package io.sightline.connectors.bridge;

import static io.sightline.connectors.testing.RawHttp.head;

import io.sightline.connectors.testing.RawHttp;
import io.sightline.connectors.testing.TestBridge;
import io.sightline.connectors.testing.TestBroker;
import io.sightline.connectors.testing.TestWorker;
import io.sightline.schemas.topics.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A worker and as many bridges as a test likes, on topics of their own. */
abstract class BridgeFixture {
    static final String PATH = "/v1/recognitions";
    static final byte[] IMAGE = {(byte) 0xff, (byte) 0xd8, 1, 2, 3};
    final TestBroker broker = TestBroker.shared();
    final Topics topics = broker.newTopics(2);
    final List<AutoCloseable> open = new ArrayList<>();
    TestWorker worker;

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

    <T extends AutoCloseable> T keep(T resource) {
        open.add(resource);
        return resource;
    }

    TestBridge bridge() {
        return bridge(10_000, 16, 0);
    }

    TestBridge bridge(int timeoutMs, int maxInFlight, int drainMs) {
        return keep(TestBridge.start(broker, topics, TestBridge.settings(timeoutMs, 5_000, maxInFlight, drainMs)));
    }

    RawHttp.Response get(TestBridge bridge, String path) throws Exception {
        return RawHttp.exchange(bridge.port(), head("GET " + path + " HTTP/1.1"));
    }

    CompletableFuture<RawHttp.Response> async(TestBridge bridge, byte[] request) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return RawHttp.exchange(bridge.port(), request);
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }, task -> new Thread(task, "caller").start());
    }
}
