package io.sightline.processors.recognition;

import java.util.concurrent.CompletableFuture;

/**
 * One record's way through the stages, going on in the background. Thread-safe.
 *
 * @param <O> what becomes of the record
 */
public interface RecordRun<O> extends AutoCloseable {
    InputRecord input();

    /** Waits until the named stage is done with the record. False: the record was rejected in or before that stage. */
    boolean await(String stage);

    /**
     * Completes when the outcome is ready: normally, whatever the record held. Exceptionally only where the service itself is broken
     * (a stage was closed, memory ran out); then nothing is known about the record and it must not be committed.
     */
    CompletableFuture<O> outcome();

    /**
     * True from the start on while the record waits for something outside that records of other partitions need not wait for: its schema, from a
     * registry that may be away for long. Those behind it on its partition had better not be started.
     */
    default boolean isHeldUp() {
        return false;
    }

    /** Nobody wants the outcome any more: work not yet started is dropped, the picture is freed once no stage reads it. Harmless when done. */
    @Override
    void close();
}
