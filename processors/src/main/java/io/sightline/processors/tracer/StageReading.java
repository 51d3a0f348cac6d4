package io.sightline.processors.tracer;

import java.util.Map;

/**
 * What a stage has done since it was started, and what it is like now.
 *
 * @param items that ended, skipped ones not among them
 * @param errors of these, the rejected ones
 * @param skipped items dropped before they reached a batch because nobody wanted them
 * @param breakdowns how often a lane's function did not work on what it is known to work on
 * @param phaseSeconds in, prep, midp, postp and out: sums over the items
 * @param busySeconds sum over the lanes of the time spent in their functions
 * @param latencySeconds of items: in + prep + midp + postp
 * @param batchItems of batches
 * @param waiting items in the queue
 * @param capacity most items that may wait
 * @param oldestSeconds how long the first of the waiting items has waited; 0 where none waits
 * @param lanes threads that the stage should have
 * @param lanesAlive threads that it has
 */
public record StageReading(String stage, double items, double errors, double skipped, double breakdowns, Map<String, Double> phaseSeconds, double busySeconds,
        Distribution latencySeconds, Distribution batchItems, int waiting, int capacity, double oldestSeconds, int lanes, int lanesAlive) {
}
