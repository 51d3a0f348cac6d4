package io.sightline.processors.stage;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** Whether a stage can do its work. Told by its lanes, asked by anybody: thread-safe. */
final class StageHealth {
    private final String stage;
    private final Map<Integer, String> troubles = new ConcurrentSkipListMap<>();
    private volatile StageBrokenException broken;

    StageHealth(String stage) {
        this.stage = stage;
    }

    /** A lane can't work for now. */
    void trouble(int lane, String reason) {
        troubles.put(lane, reason);
    }

    void clear(int lane) {
        troubles.remove(lane);
    }

    /** For good. */
    void broken(StageBrokenException cause) {
        broken = cause;
    }

    /** Null while it is not. */
    StageBrokenException broken() {
        return broken;
    }

    /** One sentence; empty: all lanes can work. */
    Optional<String> trouble() {
        StageBrokenException cause = broken;
        return cause != null ? Optional.of(cause.getMessage()) : troubles.values().stream().findFirst().map(reason -> "stage " + stage + ": " + reason);
    }
}
