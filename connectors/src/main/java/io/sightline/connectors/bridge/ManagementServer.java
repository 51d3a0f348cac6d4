package io.sightline.connectors.bridge;

import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceBindingBuilder;
import io.sightline.connectors.bridge.call.HttpProblem;
import io.sightline.connectors.bridge.call.Readiness;
import io.sightline.schemas.request.RequestLimits;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * /metrics, /healthz and /readyz on a port of their own, for those who run the process: it is there before anything else and until all else has
 * stopped, and it asks for no key, so don't let the world reach it. Thread-safe. Bounds: 100 connections, 10 s a call, one scrape at a time.
 */
public final class ManagementServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ManagementServer.class);
    private static final int MAX_CONNECTIONS = 100;
    private static final int MAX_BODY_BYTES = 1024;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Server server;
    private final String host;

    private ManagementServer(Server server, String host) {
        this.server = server;
        this.host = host;
    }

    /**
     * Listens when this returns.
     *
     * @param port of the settings
     * @param components what /readyz shows, by name; asked on event loops, must not block
     * @throws BridgeException where the address is taken or not this machine's
     */
    public static ManagementServer start(ManagementSettings settings, int port, Supplier<Map<String, Readiness>> components, MetricsText metrics) {
        ServerBuilder builder = Server.builder().http(new InetSocketAddress(settings.host(), port))
                .disableServerHeader()
                .maxNumConnections(MAX_CONNECTIONS)
                .maxRequestLength(MAX_BODY_BYTES)
                .requestTimeout(TIMEOUT)
                .idleTimeout(Duration.ofMinutes(2))
                .blockingTaskExecutor(1)
                .gracefulShutdownTimeout(Duration.ofMillis(50), Duration.ofSeconds(1));
        route(builder, ApiRoute.METRICS).build(new MetricsService(metrics));
        route(builder, ApiRoute.HEALTHZ).build(HealthService.alive());
        route(builder, ApiRoute.READYZ).build(HealthService.ready(components, () -> false));
        builder.serviceUnder("/", (ctx, req) -> Answers.problem("", new HttpProblem(HttpStatus.NOT_FOUND,
                "path: '" + RequestLimits.shown(ctx.path()) + "' (expected: GET /metrics, /healthz or /readyz)")));
        Server server = builder.build();
        try {
            server.start().join();
        } catch (CompletionException e) {
            throw new BridgeException("management: can't listen on " + settings.host() + ":" + port + " (" + e.getCause().getMessage() + ") (expected: a free port on an address of this machine)", e.getCause());
        }
        ManagementServer management = new ManagementServer(server, settings.host());
        LOG.info("metrics and health: {}", management.url());
        return management;
    }

    private static ServiceBindingBuilder route(ServerBuilder builder, ApiRoute route) {
        return builder.route().path(route.path()).methods(route.methods());
    }

    public URI url() {
        return URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + server.activeLocalPort());
    }

    @Override
    public void close() {
        ServerStop.of(server);
    }
}
