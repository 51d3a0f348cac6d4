package io.sightline.connectors.bridge.call;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.server.ServerBuilder;
import java.util.Optional;
import java.util.Set;

/**
 * One way of speaking to the bridge beside its native one: the routes of a kind of server that people have clients for. Thread-safe; its
 * routes are served on every port of the bridge.
 */
public interface Dialect {
    /** For the log: {@code paddle-serving}. */
    String name();

    /** Ports wanted beside the bridge's own. */
    Set<Integer> ports();

    /** Adds the routes. Their paths must not be those of another dialect. */
    void addTo(ServerBuilder server, Calls calls);

    /**
     * This dialect's form of what the server itself refuses (a method not allowed, a broken request, one too large) on a path of its.
     *
     * @param path as sent, without the query
     * @return empty: not a path of this dialect
     */
    Optional<AggregatedHttpResponse> refusal(String path, HttpProblem problem);

    /**
     * Whether that path needs no key where the bridge asks for keys: only what tells no more than /healthz and /readyz.
     *
     * @param path without the query
     */
    default boolean isOpen(String path) {
        return false;
    }
}
