package io.sightline.processors.stage;

/**
 * How long one item took in one stage, nanoseconds. An item of a batch counts the whole batch's prep, midp and postp, as Paddle
 * Serving's tracer does.
 *
 * @param inNs waiting in the queue until its batch began
 * @param prepNs preprocessing
 * @param midpNs inference
 * @param postpNs postprocessing
 * @param batchSize items in its batch
 */
public record StageTiming(long inNs, long prepNs, long midpNs, long postpNs, int batchSize) {
    public static final StageTiming NONE = new StageTiming(0, 0, 0, 0, 0);
}
