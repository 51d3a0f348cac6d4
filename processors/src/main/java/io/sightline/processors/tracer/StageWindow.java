package io.sightline.processors.tracer;

import java.util.Map;

/**
 * What a stage did in one window.
 *
 * @param count items that ended, skipped ones not among them
 * @param errors of these, the rejected ones
 * @param skipped items dropped before they reached a batch because nobody wanted them
 * @param batches batches that gave results
 * @param inNs sum over the items; so are the other times
 * @param busyNs sum over the lanes of the time spent in their functions
 * @param latencyMs {@code ave} and percentiles of in + prep + midp + postp
 * @param queueSize items waiting at the window's end
 * @param lanes threads of the stage
 */
public record StageWindow(String stage, long count, long errors, long skipped, long batches, long inNs, long prepNs, long midpNs, long postpNs,
        long outNs, long busyNs, Map<String, Double> latencyMs, int queueSize, int queueCapacity, int lanes) {
    /** Share of its time a lane was busy, 0..1. */
    public double busyRatio(long windowMs) {
        return lanes == 0 || windowMs <= 0 ? 0 : Math.min(1, busyNs / 1e6 / lanes / windowMs);
    }

    /** Mean items of a batch; 0 where there was none. */
    public double meanBatch() {
        return batches == 0 ? 0 : (double) count / batches;
    }
}
