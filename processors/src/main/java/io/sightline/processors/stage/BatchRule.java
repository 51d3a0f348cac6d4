package io.sightline.processors.stage;

import java.util.concurrent.TimeUnit;

/** When a batch is closed: at its largest size, or at the longest delay since its oldest item came. Immutable. */
record BatchRule(int maxBatch, long maxDelayNs) {
    static BatchRule of(StageSettings settings) {
        return new BatchRule(settings.maxBatch(), Math.round(settings.maxDelayMs() * TimeUnit.MILLISECONDS.toNanos(1)));
    }

    /**
     * How long a batch has to wait yet.
     *
     * @param queued items waiting, 1 or more
     * @return nanoseconds; 0 or less: the batch is to be taken now
     */
    long waitNs(int queued, long oldestEnqueuedNs, long nowNs) {
        return queued >= maxBatch ? 0 : oldestEnqueuedNs + maxDelayNs - nowNs;
    }
}
