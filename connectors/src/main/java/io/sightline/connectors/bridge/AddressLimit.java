package io.sightline.connectors.bridge;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes a connection that is one too many of its address, at once. Thread-safe; holds an address as long as it has a connection. */
final class AddressLimit implements Consumer<ChannelPipeline> {
    private static final Logger LOG = LoggerFactory.getLogger(AddressLimit.class);
    private final int max;
    private final Map<InetAddress, Integer> connections = new ConcurrentHashMap<>();

    /** @param max connections of one address */
    AddressLimit(int max) {
        this.max = max;
    }

    /** Called with the pipeline of each new connection. */
    @Override
    public void accept(ChannelPipeline pipeline) {
        Channel connection = pipeline.channel();
        if (!(connection.remoteAddress() instanceof InetSocketAddress from)) {
            return; // it has gone already
        }
        int now = connections.merge(from.getAddress(), 1, Integer::sum);
        connection.closeFuture().addListener(closed -> connections.computeIfPresent(from.getAddress(), (address, count) -> count == 1 ? null : count - 1));
        if (now > max) {
            LOG.debug("{} has {} connections already", from.getAddress(), max);
            connection.close();
        }
    }

    /** Addresses with a connection. */
    int addresses() {
        return connections.size();
    }
}
