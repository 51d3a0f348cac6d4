package io.sightline.connectors.testing;

import io.sightline.connectors.bridge.BridgeParts;
import io.sightline.connectors.bridge.BridgeServer;
import io.sightline.connectors.bridge.BridgeSettings;
import io.sightline.connectors.bridge.LocalWorker;
import io.sightline.connectors.bridge.call.Dialect;
import io.sightline.connectors.bridge.call.Readiness;
import io.sightline.connectors.catalogue.CatalogueSettings;
import io.sightline.connectors.catalogue.GalleryCatalogue;
import io.sightline.connectors.reply.ReplySettings;
import io.sightline.connectors.reply.RequestReply;
import io.sightline.connectors.trace.RecentTrace;
import io.sightline.schemas.request.RequestLimits;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.BuiltInSubjects;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** A bridge on the test broker, ready for calls. */
public record TestBridge(RequestReply replies, Optional<GalleryCatalogue> catalogue, BridgeServer server) implements AutoCloseable {
    /** Small limits, a free port. */
    public static BridgeSettings settings(int requestTimeoutMs, int bodyTimeoutMs, int maxInFlight, int drainMs) {
        return new BridgeSettings("127.0.0.1", 0, requestTimeoutMs, bodyTimeoutMs, maxInFlight, 128L << 20, 1000, 60_000, 8192, drainMs, true, 1000, 8);
    }

    public static TestBridge start(TestBroker broker, Topics topics, BridgeSettings settings, Dialect... dialects) {
        return start(broker, topics, settings, Map.of(), dialects);
    }

    public static TestBridge start(TestBroker broker, Topics topics, BridgeSettings settings, Map<String, Supplier<Readiness>> checks, Dialect... dialects) {
        return start(broker, topics, settings, parts -> parts.withChecks(checks).withDialects(List.of(dialects)));
    }

    /** Tells what the workers measured; the trace stays the caller's to close. */
    public static TestBridge withTrace(TestBroker broker, Topics topics, RecentTrace trace) {
        return start(broker, topics, settings(10_000, 5_000, 16, 0), parts -> parts.withTrace(trace));
    }

    /** With a catalogue of the galleries, read to its end. */
    public static TestBridge withCatalogue(TestBroker broker, Topics topics, BridgeSettings settings) {
        return withCatalogue(broker, topics, settings, LocalWorker.NONE);
    }

    public static TestBridge withCatalogue(TestBroker broker, Topics topics, BridgeSettings settings, LocalWorker worker) {
        GalleryCatalogue catalogue = GalleryCatalogue.start(CatalogueSettings.of(broker.kafka(), settings.maxCatalogueEntries(), Runtime.getRuntime().maxMemory()), topics, EmbeddedRegistry.INSTANCE);
        try {
            if (!catalogue.awaitLoaded(Duration.ofSeconds(20))) {
                throw new IllegalStateException("not loaded: " + catalogue.trouble());
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return start(broker, topics, settings, parts -> parts.withCatalogue(Optional.of(catalogue)).with(worker));
    }

    private static TestBridge start(TestBroker broker, Topics topics, BridgeSettings settings, UnaryOperator<BridgeParts> more) {
        RequestReply replies = RequestReply.start(new ReplySettings(broker.kafka(), settings.maxInFlight(), settings.requestTimeoutMs()), topics, EmbeddedRegistry.INSTANCE);
        BridgeParts parts = more.apply(BridgeParts.of(replies).withSchemas(Optional.of(new BuiltInSubjects(topics))));
        BridgeServer server = BridgeServer.start(settings, RequestLimits.DEFAULT, parts);
        try {
            if (!replies.awaitReady(Duration.ofSeconds(20))) {
                throw new IllegalStateException("not ready: " + replies.trouble());
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return new TestBridge(replies, parts.catalogue(), server);
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
