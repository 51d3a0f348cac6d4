package io.sightline.topology.trace;

import io.sightline.processors.tracer.TracerReport;
import io.sightline.schemas.TracerWindow;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.SchemaRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the tracer's windows to the trace topic at a fixed interval. Owns a thread, {@code trace-reporter}. A window that can't be
 * published is lost and counted (it is a measurement, not data); recognition never waits for it: give the producer a short
 * {@code max.block.ms}.
 */
public final class TraceReporter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TraceReporter.class);
    private static final Duration CLOSE = Duration.ofSeconds(2);

    private final Supplier<TracerReport> windows;
    private final Producer<byte[], byte[]> producer;
    private final String topic;
    private final AvroCodec<TracerWindow> codec;
    private final Consumer<TracerReport> block;
    private final ScheduledExecutorService executor;
    private volatile long lost;

    /**
     * @param windows gives the windows ended since the last call
     * @param producer closed with this reporter
     * @param block told the same windows, for the text block in a file; called on this reporter's thread
     */
    public TraceReporter(Supplier<TracerReport> windows, Producer<byte[], byte[]> producer, Topics topics, SchemaRegistry registry,
            Consumer<TracerReport> block) {
        this.windows = windows;
        this.producer = producer;
        this.topic = topics.name(Topic.TRACE);
        this.codec = new AvroCodec<>(TracerWindow.class, registry);
        this.block = block;
        this.executor = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "trace-reporter");
            thread.setDaemon(true);
            return thread;
        });
    }

    public void start(Duration interval) {
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("tracer.interval_s: " + interval.toSeconds() + " (expected: more than 0)");
        }
        executor.scheduleAtFixedRate(this::report, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Publishes the windows ended by now. Any thread. */
    public synchronized void report() {
        try {
            TracerReport ended = windows.get();
            block.accept(ended); // first: it needs no broker
            long lostBefore = lost;
            for (TracerWindow window : ended.all()) {
                if (lost > lostBefore) {
                    break; // each send would wait for the brokers anew: the stop of a worker without brokers would take minutes
                }
                String key = window.getInstance() + "/" + window.getStage() + "/" + window.getWindowStartMs().toEpochMilli();
                producer.send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), codec.encode(topic, window)), (place, failure) -> {
                    if (failure != null) {
                        lost(failure);
                    }
                });
            }
        } catch (RuntimeException e) {
            // An exception would end the schedule for good.
            lost(e);
        }
    }

    private void lost(Exception failure) {
        lost++;
        if (lost == 1) {
            LOG.warn("trace windows can't be published: {} (further ones are counted only)", failure.toString());
        } else {
            LOG.debug("trace window lost", failure);
        }
    }

    /** Windows that could not be published. */
    public long lost() {
        return lost;
    }

    /** Publishes what has ended by now and stops. */
    @Override
    public void close() {
        executor.shutdown();
        report();
        producer.close(CLOSE);
    }
}
