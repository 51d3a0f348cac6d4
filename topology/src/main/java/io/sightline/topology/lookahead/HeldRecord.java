package io.sightline.topology.lookahead;

import io.sightline.processors.recognition.RecordRun;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** A fetched record, from the poll that fetched it until the processor takes its run. Owner: the consumer's thread. */
final class HeldRecord {
    private final ConsumerRecord<byte[], byte[]> record;
    private final long bytes;
    private RecordRun<?> run;
    private boolean started;

    HeldRecord(ConsumerRecord<byte[], byte[]> record) {
        this.record = record;
        this.bytes = (record.key() == null ? 0 : record.key().length) + (long) (record.value() == null ? 0 : record.value().length);
    }

    ConsumerRecord<byte[], byte[]> record() {
        return record;
    }

    long offset() {
        return record.offset();
    }

    long bytes() {
        return bytes;
    }

    /** @param run null where nothing is done ahead for this record */
    void start(RecordRun<?> run) {
        this.run = run;
        started = true;
    }

    RecordRun<?> run() {
        return run;
    }

    /** True while its work goes on. */
    boolean isRunning() {
        return started && run != null && !run.outcome().isDone();
    }

    /** True when Streams may have it: normal and failed outcomes alike. */
    boolean isReady() {
        return started && (run == null || run.outcome().isDone());
    }

    TopicPartition partition() {
        return new TopicPartition(record.topic(), record.partition());
    }

    /** True while it waits for something that other partitions need not wait for. */
    boolean isHeldUp() {
        return isRunning() && run.isHeldUp();
    }

    void closeRun() {
        if (run != null) {
            run.close();
        }
    }
}
