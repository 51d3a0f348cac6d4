package io.sightline.app.run;

import io.sightline.app.config.SightlineConfig;
import io.sightline.app.paddle.PaddleServices;
import io.sightline.connectors.bridge.BridgeParts;
import io.sightline.connectors.bridge.BridgeServer;
import io.sightline.connectors.bridge.LocalWorker;
import io.sightline.connectors.bridge.call.Dialect;
import io.sightline.connectors.bridge.call.Readiness;
import io.sightline.connectors.bridge.hub.HubDialect;
import io.sightline.connectors.bridge.inference.InferenceDialect;
import io.sightline.connectors.catalogue.CatalogueSettings;
import io.sightline.connectors.catalogue.GalleryCatalogue;
import io.sightline.connectors.reply.ReplySettings;
import io.sightline.connectors.reply.RequestReply;
import io.sightline.connectors.trace.RecentTrace;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.BuiltInSubjects;
import io.sightline.schemas.wire.Registries;
import io.sightline.schemas.wire.SchemaRegistry;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The HTTP bridge, its connection to Kafka, its catalogue of the galleries, and what it knows of the workers' traces. */
public final class BridgeRuntime implements AutoCloseable {
    private final SchemaRegistry registry;
    private final RequestReply replies;
    private final Optional<GalleryCatalogue> catalogue;
    private final RecentTrace trace;
    private final BridgeServer server;
    private final Telemetry telemetry;

    private BridgeRuntime(SchemaRegistry registry, RequestReply replies, Optional<GalleryCatalogue> catalogue, RecentTrace trace, BridgeServer server, Telemetry telemetry) {
        this.registry = registry;
        this.replies = replies;
        this.catalogue = catalogue;
        this.trace = trace;
        this.server = server;
        this.telemetry = telemetry;
    }

    /** With a management of its own, see below. */
    public static BridgeRuntime start(SightlineConfig config, LocalWorker worker, Map<String, Supplier<Readiness>> checks) {
        return start(config, worker, checks, Management.start(config));
    }

    /**
     * @param worker in this process
     * @param checks further components that /readyz asks, by name
     * @param management told what the bridge measures and whether it is ready; stays the caller's
     */
    public static BridgeRuntime start(SightlineConfig config, LocalWorker worker, Map<String, Supplier<Readiness>> checks, Management management) {
        Telemetry telemetry = Telemetry.open(config.telemetry(), "sightline-bridge");
        Topics topics = new Topics(config.topics().prefix());
        SchemaRegistry registry = Registries.open(config.schemaRegistry(), topics);
        Map<String, Supplier<Readiness>> all = new LinkedHashMap<>(checks);
        Optional<BuiltInSubjects> subjects = Registries.isEmbedded(config.schemaRegistry()) ? Optional.of(new BuiltInSubjects(topics)) : Optional.empty();
        if (subjects.isEmpty()) {
            all.put("schema_registry", Readiness.ofTrouble(registry::trouble));
        }
        RequestReply replies = null;
        Optional<GalleryCatalogue> catalogue = Optional.empty();
        RecentTrace trace = RecentTrace.start(config.kafka(), topics, registry);
        try {
            replies = RequestReply.start(new ReplySettings(config.kafka(), config.bridge().maxInFlight(), config.bridge().requestTimeoutMs()), topics, registry);
            if (config.bridge().galleries()) {
                catalogue = Optional.of(GalleryCatalogue.start(CatalogueSettings.of(config.kafka(), config.bridge().maxCatalogueEntries(), Runtime.getRuntime().maxMemory()), topics, registry));
            }
            BridgeParts parts = BridgeParts.of(replies).withCatalogue(catalogue).withTrace(trace).withSchemas(subjects).with(worker).withChecks(all).withDialects(dialects(config))
                    .withMetrics(management.forBridge()).withTelemetry(telemetry.api());
            BridgeServer server = BridgeServer.start(config.bridge(), config.limits(), parts);
            management.metrics().add(new BridgeMetrics(replies, server));
            management.components(server::components);
            return new BridgeRuntime(registry, replies, catalogue, trace, server, telemetry);
        } catch (RuntimeException e) {
            trace.close();
            catalogue.ifPresent(GalleryCatalogue::close);
            if (replies != null) {
                replies.close();
            }
            registry.close();
            telemetry.close();
            throw e;
        }
    }

    private static List<Dialect> dialects(SightlineConfig config) {
        List<Dialect> dialects = new ArrayList<>();
        PaddleServices.dialect(config).ifPresent(dialects::add);
        dialects.add(new HubDialect(config.hub(), HubModules.of(config)));
        dialects.add(new InferenceDialect(config.inference(), Build.VERSION, config.pipelines().keySet()));
        return dialects;
    }

    public URI url() {
        return server.url();
    }

    /** What it has let in, refused and dropped. */
    public BridgeServer server() {
        return server;
    }

    public RequestReply replies() {
        return replies;
    }

    /** Empty where bridge.galleries is off. */
    public Optional<GalleryCatalogue> catalogue() {
        return catalogue;
    }

    @Override
    public void close() {
        server.close();
        trace.close();
        catalogue.ifPresent(GalleryCatalogue::close);
        replies.close();
        registry.close();
        telemetry.close();
    }
}
