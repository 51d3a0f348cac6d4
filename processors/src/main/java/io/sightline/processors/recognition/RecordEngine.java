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
     * Starts the work on a record and returns at once; the caller bounds how many are under way, the first stage's queue takes them all. Never
     * throws for what the record holds.
     */
    RecordRun<O> start(InputRecord record);
}
