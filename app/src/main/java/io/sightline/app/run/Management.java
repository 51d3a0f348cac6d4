package io.sightline.app.run;

import io.sightline.app.config.SightlineConfig;
import io.sightline.app.metrics.GpuMemory;
import io.sightline.app.metrics.Metric;
import io.sightline.app.metrics.Metrics;
import io.sightline.connectors.bridge.ManagementServer;
import io.sightline.connectors.bridge.MetricsText;
import io.sightline.connectors.bridge.call.Readiness;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a process says of itself: its metrics, and whether its components can work. It is there first and goes last, so that a process that loads
 * a gallery, or drains, can be looked at. Thread-safe.
 */
public final class Management implements AutoCloseable {
    private final Metrics metrics = new Metrics(Build.VERSION);
    private final boolean elsewhere;
    private final Optional<ManagementServer> server;
    private volatile Supplier<Map<String, Readiness>> components = () -> Map.of("process", Readiness.notReady("starting"));

    private Management(SightlineConfig config) {
        metrics.add(new GpuMemory());
        metrics.add(scrape -> components.get().forEach((name, readiness) -> scrape.put(Metric.READY, readiness.ready() ? 1 : 0, name)));
        this.elsewhere = config.management().port().isPresent();
        this.server = config.management().port().map(port -> ManagementServer.start(config.management(), port, () -> components.get(), metrics));
    }

    /** Listens, where {@code management.port} is set. */
    public static Management start(SightlineConfig config) {
        return new Management(config);
    }

    public Metrics metrics() {
        return metrics;
    }

    /** From now on these are the components. @param given by name; must not block */
    public void components(Supplier<Map<String, Readiness>> given) {
        components = given;
    }

    /** What a bridge is to serve; empty: they have a port of their own. */
    Optional<MetricsText> forBridge() {
        return elsewhere ? Optional.empty() : Optional.of(metrics);
    }

    /** Where it listens; empty: nowhere. */
    public Optional<URI> url() {
        return server.map(ManagementServer::url);
    }

    @Override
    public void close() {
        server.ifPresent(ManagementServer::close);
    }
}
