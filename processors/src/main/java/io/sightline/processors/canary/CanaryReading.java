package io.sightline.processors.canary;

import java.time.Duration;
import java.time.Instant;

/**
 * What the last check of a pipeline came to.
 *
 * @param distance the largest one from what was recorded, see {@link CanarySettings#epsilon}; 0 where nothing is recorded; NaN where a model's numbers are none, or the check failed
 * @param at when it was checked last; a check that took too long is none
 * @param detail what is wrong, or not known, a sentence; empty: all is well
 */
public record CanaryReading(String pipeline, State state, double distance, Instant at, String detail) {
    /** Whether the models are what they were. */
    public enum State {
        /** All is as recorded, as far as something is. */
        OK,
        /** A model says something else than it did. */
        DRIFTED,
        /** A stage could not do its work. */
        FAILED
    }

    public boolean ok() {
        return state == State.OK;
    }

    /** Since the last check. */
    public Duration age(Instant now) {
        return Duration.between(at, now);
    }
}
