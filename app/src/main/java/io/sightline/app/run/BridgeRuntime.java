package io.sightline.app.run;

import io.sightline.app.config.SightlineConfig;
import io.sightline.connectors.bridge.BridgeServer;
import io.sightline.connectors.bridge.PipelineModels;
import io.sightline.connectors.bridge.call.Readiness;
import io.sightline.connectors.catalogue.CatalogueSettings;
import io.sightline.connectors.catalogue.GalleryCatalogue;
import io.sightline.connectors.reply.ReplySettings;
import io.sightline.connectors.reply.RequestReply;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The HTTP bridge, its connection to Kafka, and its catalogue of the galleries. */
public final class BridgeRuntime implements AutoCloseable {
    private final RequestReply replies;
    private final Optional<GalleryCatalogue> catalogue;
    private final BridgeServer server;

    private BridgeRuntime(RequestReply replies, Optional<GalleryCatalogue> catalogue, BridgeServer server) {
        this.replies = replies;
        this.catalogue = catalogue;
        this.server = server;
    }

    /**
     * @param models what this process's own worker runs, by pipeline
     * @param checks further components that /readyz asks, by name
     */
    public static BridgeRuntime start(SightlineConfig config, Map<String, PipelineModels> models, Map<String, Supplier<Readiness>> checks) {
        Topics topics = new Topics(config.topics().prefix());
        RequestReply replies = RequestReply.start(new ReplySettings(config.kafka(), config.bridge().maxInFlight(), config.bridge().requestTimeoutMs()), topics, EmbeddedRegistry.INSTANCE);
        Optional<GalleryCatalogue> catalogue = Optional.empty();
        try {
            if (config.bridge().galleries()) {
                catalogue = Optional.of(GalleryCatalogue.start(new CatalogueSettings(config.kafka(), config.bridge().maxCatalogueEntries()), topics, EmbeddedRegistry.INSTANCE));
            }
            return new BridgeRuntime(replies, catalogue, BridgeServer.start(config.bridge(), config.limits(), replies, catalogue, models, checks));
        } catch (RuntimeException e) {
            catalogue.ifPresent(GalleryCatalogue::close);
            replies.close();
            throw e;
        }
    }

    public URI url() {
        return server.url();
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
        catalogue.ifPresent(GalleryCatalogue::close);
        replies.close();
    }
}
