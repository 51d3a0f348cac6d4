package io.sightline.processors.stage;

import java.util.concurrent.TimeUnit;

/** When a batch is closed, and how large it is: at its largest size, or at the longest delay since its oldest item came. Immutable. */
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

    /**
     * How many items a lane takes. What is there is shared out among the lanes that have nothing to do: an image's crops on two cores take half the time. Where items are
     * waited for, large batches are wanted.
     *
     * @param queued items waiting, 1 or more
     * @param idle lanes that wait for work beside this one
     */
    int share(int queued, int idle) {
        return Math.min(maxBatch, maxDelayNs > 0 ? queued : (queued + idle) / (1 + idle));
    }
}
