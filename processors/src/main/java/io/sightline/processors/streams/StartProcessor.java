package io.sightline.processors.streams;

import io.sightline.processors.recognition.InputRecord;
import io.sightline.processors.recognition.RecordEngine;
import io.sightline.processors.recognition.RecordRun;
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
    private final RecordEngine<O> engine;
    private final RunSource<O> started;
    private ProcessorContext<byte[], RecordRun<O>> context;

    public StartProcessor(RecordEngine<O> engine, RunSource<O> started) {
        this.engine = engine;
        this.started = started;
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
            context.forward(record.withValue(run));
        }
        if (started.isCommitDue()) {
            context.commit();
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
