package io.sightline.processors.tracer;

import java.util.function.IntSupplier;

/**
 * Counters of one stage. Thread-safe: lanes report once a batch, under a lock that is theirs and the tracer's alone, so that a window
 * is a consistent cut (adders read one by one are not) and an item costs some ten nanoseconds.
 */
public final class StageMeter {
    private final String stage;
    private final LatencyHistogram latencies = new LatencyHistogram();
    private IntSupplier queueSize = () -> 0;
    private int queueCapacity;
    private int lanes;
    private long count;
    private long errors;
    private long skipped;
    private long batches;
    private long inNs;
    private long prepNs;
    private long midpNs;
    private long postpNs;
    private long outNs;
    private long busyNs;

    public StageMeter(String stage) {
        this.stage = stage;
    }

    public String stage() {
        return stage;
    }

    /** Says where the queue's size is to be read, and the stage's bounds. */
    public synchronized void attach(IntSupplier size, int capacity, int laneCount) {
        queueSize = size;
        queueCapacity = capacity;
        lanes = laneCount;
    }

    /**
     * A batch has ended. Each of its items counts the whole batch's prep, midp and postp.
     *
     * @param itemInNs for each item the nanoseconds it waited
     * @param rejected items that ended with an error
     */
    public synchronized void batch(long[] itemInNs, long batchPrepNs, long batchMidpNs, long batchPostpNs, int rejected) {
        int items = itemInNs.length;
        count += items;
        errors += rejected;
        batches++;
        prepNs += items * batchPrepNs;
        midpNs += items * batchMidpNs;
        postpNs += items * batchPostpNs;
        for (long waitedNs : itemInNs) {
            inNs += waitedNs;
            latencies.record(waitedNs + batchPrepNs + batchMidpNs + batchPostpNs);
        }
    }

    /** @param ns sum over a batch's items of the time until each was handed on */
    public synchronized void out(long ns) {
        outNs += ns;
    }

    /** @param ns time a lane spent in its function */
    public synchronized void busy(long ns) {
        busyNs += ns;
    }

    public synchronized void skipped(int items) {
        skipped += items;
    }

    /** What was counted since the last call; counting starts again at 0. */
    public StageWindow window() {
        IntSupplier size;
        synchronized (this) {
            size = queueSize;
        }
        int waiting = size.getAsInt();
        synchronized (this) {
            StageWindow window = new StageWindow(stage, count, errors, skipped, batches, inNs, prepNs, midpNs, postpNs, outNs, busyNs,
                    latencies.summaryMs(), waiting, queueCapacity, lanes);
            count = errors = skipped = batches = 0;
            inNs = prepNs = midpNs = postpNs = outNs = busyNs = 0;
            latencies.reset();
            return window;
        }
    }
}
