package io.sightline.processors.recognition;

import java.util.List;

/**
 * Starts the chain of stage engines for records of one topic. Thread-safe.
 *
 * @param <O> what becomes of a record
 */
public interface RecordEngine<O> {
    /** Names of the stages in order: the topology has a processor for each. */
    List<String> stages();

    /**
     * Starts the work on a record and returns at once, unless the first stage's queue is full: then it waits for room. Never throws
     * for what the record holds.
     */
    RecordRun<O> start(InputRecord record);
}
