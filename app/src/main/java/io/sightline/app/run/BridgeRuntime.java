package io.sightline.app.run;

import io.sightline.app.config.SightlineConfig;
import io.sightline.connectors.bridge.BridgeServer;
import io.sightline.connectors.bridge.Readiness;
import io.sightline.connectors.reply.ReplySettings;
import io.sightline.connectors.reply.RequestReply;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.net.URI;
import java.util.Map;
import java.util.function.Supplier;

/** The HTTP bridge and its connection to Kafka. */
public final class BridgeRuntime implements AutoCloseable {
    private final RequestReply replies;
    private final BridgeServer server;

    private BridgeRuntime(RequestReply replies, BridgeServer server) {
        this.replies = replies;
        this.server = server;
    }

    /** @param checks further components that /readyz asks, by name */
    public static BridgeRuntime start(SightlineConfig config, Map<String, Supplier<Readiness>> checks) {
        RequestReply replies = RequestReply.start(new ReplySettings(config.kafka(), config.bridge().maxInFlight(), config.bridge().requestTimeoutMs()),
                new Topics(config.topics().prefix()), EmbeddedRegistry.INSTANCE);
        try {
            return new BridgeRuntime(replies, BridgeServer.start(config.bridge(), config.limits(), replies, checks));
        } catch (RuntimeException e) {
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

    @Override
    public void close() {
        server.close();
        replies.close();
    }
}
