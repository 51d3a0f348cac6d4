package io.sightline.app.top;

import io.sightline.app.config.SightlineConfig;
import io.sightline.connectors.trace.RecentTrace;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.Registries;
import io.sightline.schemas.wire.SchemaRegistry;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Looks at the topic trace and at the group's offsets. Thread-safe; {@link #look} never blocks. Own threads: the trace's follower, and one that asks
 * for the offsets every two seconds.
 */
public final class TopSource implements AutoCloseable {
    private static final long LAG_EVERY_MS = 2000;

    private record Lag(Map<String, Long> waiting, Optional<String> trouble) {
    }

    private final String source;
    private final SchemaRegistry registry;
    private final RecentTrace trace;
    private final ConsumerLag lag;
    private final ScheduledExecutorService asking;
    private final Clock clock = Clock.systemUTC();
    private volatile Lag lastLag = new Lag(Map.of(), Optional.empty());

    private TopSource(String source, SchemaRegistry registry, RecentTrace trace, ConsumerLag lag) {
        this.source = source;
        this.registry = registry;
        this.trace = trace;
        this.lag = lag;
        this.asking = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "sightline-lag");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Begins to look; returns at once. */
    public static TopSource start(SightlineConfig config) {
        Topics topics = new Topics(config.topics().prefix());
        SchemaRegistry registry = Registries.open(config.schemaRegistry(), topics);
        try {
            ConsumerLag lag = new ConsumerLag(config.kafka(), topics, config.worker().applicationId());
            TopSource top = new TopSource(config.topics().prefix() + "* at " + config.bootstrapServers(), registry, RecentTrace.start(config.kafka(), topics, registry), lag);
            top.asking.scheduleWithFixedDelay(top::askLag, 0, LAG_EVERY_MS, TimeUnit.MILLISECONDS);
            return top;
        } catch (RuntimeException e) {
            registry.close();
            throw e;
        }
    }

    private void askLag() {
        try {
            lastLag = new Lag(lag.read(), Optional.empty());
        } catch (RuntimeException e) {
            // What was known is no longer true.
            lastLag = new Lag(Map.of(), Optional.of("the group's offsets can't be read: " + e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What is known now. */
    public TopView look() {
        Lag known = lastLag;
        return new TopView(clock.instant(), source, trace.workers(), known.waiting(), trace.trouble().or(known::trouble));
    }

    @Override
    public void close() {
        asking.shutdownNow();
        trace.close();
        lag.close();
        registry.close();
    }
}
