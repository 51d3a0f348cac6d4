package io.sightline.connectors.testing;

import io.sightline.connectors.bridge.BridgeServer;
import io.sightline.connectors.bridge.BridgeSettings;
import io.sightline.connectors.bridge.Readiness;
import io.sightline.connectors.reply.ReplySettings;
import io.sightline.connectors.reply.RequestReply;
import io.sightline.schemas.request.RequestLimits;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;

/** A bridge on the test broker, ready for calls. */
public record TestBridge(RequestReply replies, BridgeServer server) implements AutoCloseable {
    /** Small limits, a free port. */
    public static BridgeSettings settings(int requestTimeoutMs, int bodyTimeoutMs, int maxInFlight, int drainMs) {
        return new BridgeSettings("127.0.0.1", 0, requestTimeoutMs, bodyTimeoutMs, maxInFlight, 128L << 20, 1000, 60_000, 8192, drainMs);
    }

    public static TestBridge start(TestBroker broker, Topics topics, BridgeSettings settings) {
        return start(broker, topics, settings, Map.of());
    }

    public static TestBridge start(TestBroker broker, Topics topics, BridgeSettings settings, Map<String, Supplier<Readiness>> checks) {
        RequestReply replies = RequestReply.start(new ReplySettings(broker.kafka(), settings.maxInFlight(), settings.requestTimeoutMs()), topics, EmbeddedRegistry.INSTANCE);
        BridgeServer server = BridgeServer.start(settings, RequestLimits.DEFAULT, replies, checks);
        try {
            if (!replies.awaitReady(Duration.ofSeconds(20))) {
                throw new IllegalStateException("not ready: " + replies.trouble());
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return new TestBridge(replies, server);
    }

    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.close();
        replies.close();
    }
}
