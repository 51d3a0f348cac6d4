package io.sightline.processors.streams;

import io.sightline.processors.recognition.RecordRun;
import java.util.Optional;

/**
 * Where runs started ahead of time (by the look-ahead consumer) are picked up. Asked on the stream thread only.
 *
 * @param <O> what becomes of a record
 */
@FunctionalInterface
public interface RunSource<O> {
    /** The run started for the record at that place, which is the caller's to close from now on; empty where none was started. */
    Optional<RecordRun<O>> take(String topic, int partition, long offset);

    /**
     * Asked after a record is through: true to have it committed at once instead of at the next interval. For exactly-once, where nobody
     * sees a result before: when nothing else is worked on, waiting gains nothing.
     */
    default boolean isCommitDue() {
        return false;
    }

    /** Nothing is started ahead of time: TopologyTestDriver, {@code group.protocol=streams}. */
    static <O> RunSource<O> none() {
        return (topic, partition, offset) -> Optional.empty();
    }
}
