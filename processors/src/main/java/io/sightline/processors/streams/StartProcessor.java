package io.sightline.processors.streams;

import io.sightline.processors.recognition.InputRecord;
import io.sightline.processors.recognition.RecordEngine;
import io.sightline.processors.recognition.RecordRun;
import io.sightline.schemas.wire.RegistryUnavailableException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Turns a source record into its run: picks up the one started ahead of time, or starts it. Owner: the stream thread. Forwarding is
 * synchronous, so the run is closed when the last processor has returned or any has thrown.
 *
 * @param <O> what becomes of a record
 */
public final class StartProcessor<O> implements Processor<byte[], byte[], byte[], RecordRun<O>> {
    /** Well below max.poll.interval.ms, whose default is five minutes. */
    private static final long MAX_HELD_UP_MS = 60_000;
    private static final long LOOK_MS = 20;

    private final RecordEngine<O> engine;
    private final RunSource<O> started;
    private final long maxHeldUpMs;
    private ProcessorContext<byte[], RecordRun<O>> context;

    public StartProcessor(RecordEngine<O> engine, RunSource<O> started) {
        this(engine, started, MAX_HELD_UP_MS);
    }

    /** @param maxHeldUpMs longest wait for a record's schema here; look-ahead waits for it without the thread */
    public StartProcessor(RecordEngine<O> engine, RunSource<O> started, long maxHeldUpMs) {
        this.engine = engine;
        this.started = started;
        this.maxHeldUpMs = maxHeldUpMs;
    }

    @Override
    public void init(ProcessorContext<byte[], RecordRun<O>> context) {
        this.context = context;
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        RecordMetadata place = context.recordMetadata()
                .orElseThrow(() -> new IllegalStateException("record without a place (expected: one read from a topic)"));
        try (RecordRun<O> run = started.take(place.topic(), place.partition(), place.offset()).orElseGet(() -> start(place, record))) {
            awaitSchema(run);
            context.forward(record.withValue(run));
        }
        if (started.isCommitDue()) {
            context.commit();
        }
    }

    /** The thread must poll again before Kafka takes it for dead: then another one reads the record again. */
    private void awaitSchema(RecordRun<O> run) {
        long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(maxHeldUpMs);
        while (run.isHeldUp()) {
            InputRecord input = run.input();
            String place = input.topic() + "-" + input.partition() + "@" + input.offset();
            if (System.nanoTime() - endNs >= 0) {
                throw new RunFailedException("no outcome of " + place, new RegistryUnavailableException("schema of " + place + ": not known after " + maxHeldUpMs + " ms (expected: told by the schema registry)", null));
            }
            try {
                run.outcome().get(LOOK_MS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException | ExecutionException | CancellationException e) {
                // Look again: whoever needs the outcome sees what became of it.
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            }
        }
    }

    private RecordRun<O> start(RecordMetadata place, Record<byte[], byte[]> record) {
        try {
            return engine.start(new InputRecord(place.topic(), place.partition(), place.offset(), record.timestamp(),
                    record.key(), record.value(), record.headers()));
        } catch (RuntimeException e) {
            throw new RunFailedException("can't start on " + place.topic() + "-" + place.partition() + "@" + place.offset(), e);
        }
    }
}
