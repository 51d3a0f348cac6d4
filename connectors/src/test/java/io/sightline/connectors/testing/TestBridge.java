package io.sightline.connectors.testing;

import io.sightline.connectors.bridge.BridgeServer;
import io.sightline.connectors.bridge.BridgeSettings;
import io.sightline.connectors.bridge.call.Readiness;
import io.sightline.connectors.catalogue.CatalogueSettings;
import io.sightline.connectors.catalogue.GalleryCatalogue;
import io.sightline.connectors.reply.ReplySettings;
import io.sightline.connectors.reply.RequestReply;
import io.sightline.schemas.request.RequestLimits;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** A bridge on the test broker, ready for calls. */
public record TestBridge(RequestReply replies, Optional<GalleryCatalogue> catalogue, BridgeServer server) implements AutoCloseable {
    /** Small limits, a free port. */
    public static BridgeSettings settings(int requestTimeoutMs, int bodyTimeoutMs, int maxInFlight, int drainMs) {
        return new BridgeSettings("127.0.0.1", 0, requestTimeoutMs, bodyTimeoutMs, maxInFlight, 128L << 20, 1000, 60_000, 8192, drainMs, true, 1000, 8);
    }

    public static TestBridge start(TestBroker broker, Topics topics, BridgeSettings settings) {
        return start(broker, topics, settings, Map.of());
    }

    public static TestBridge start(TestBroker broker, Topics topics, BridgeSettings settings, Map<String, Supplier<Readiness>> checks) {
        return start(broker, topics, settings, Optional.empty(), checks);
    }

    /** With a catalogue of the galleries, read to its end. */
    public static TestBridge withCatalogue(TestBroker broker, Topics topics, BridgeSettings settings) {
        GalleryCatalogue catalogue = GalleryCatalogue.start(new CatalogueSettings(broker.kafka(), settings.maxCatalogueEntries()), topics, EmbeddedRegistry.INSTANCE);
        try {
            if (!catalogue.awaitLoaded(Duration.ofSeconds(20))) {
                throw new IllegalStateException("not loaded: " + catalogue.trouble());
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return start(broker, topics, settings, Optional.of(catalogue), Map.of());
    }

    private static TestBridge start(TestBroker broker, Topics topics, BridgeSettings settings, Optional<GalleryCatalogue> catalogue, Map<String, Supplier<Readiness>> checks) {
        RequestReply replies = RequestReply.start(new ReplySettings(broker.kafka(), settings.maxInFlight(), settings.requestTimeoutMs()), topics, EmbeddedRegistry.INSTANCE);
        BridgeServer server = BridgeServer.start(settings, RequestLimits.DEFAULT, replies, catalogue, Map.of(), checks);
        try {
            if (!replies.awaitReady(Duration.ofSeconds(20))) {
                throw new IllegalStateException("not ready: " + replies.trouble());
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return new TestBridge(replies, catalogue, server);
    }

    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.close();
        catalogue.ifPresent(GalleryCatalogue::close);
        replies.close();
    }
}
