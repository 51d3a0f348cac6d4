package io.sightline.processors.tracer;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counters of one stage. Thread-safe: lanes report once a batch, under a lock that is theirs and the tracer's alone, so that a window
 * is a consistent cut (adders read one by one are not) and an item costs some ten nanoseconds. Windows and {@link #read} don't disturb
 * each other.
 */
public final class StageMeter {
    private static final double NS = 1e9;
    private static final StageState NONE = new StageState() {
        @Override
        public int queueSize() {
            return 0;
        }

        @Override
        public long oldestWaitNs() {
            return 0;
        }

        @Override
        public int lanesAlive() {
            return 0;
        }
    };

    private final String stage;
    private final LatencyHistogram latencies = new LatencyHistogram();
    private final Buckets latencySeconds = Buckets.seconds();
    private final Buckets batchItems = Buckets.items();
    private final Sum count = new Sum();
    private final Sum errors = new Sum();
    private final Sum skipped = new Sum();
    private final Sum breakdowns = new Sum();
    private final Sum batches = new Sum();
    private final Sum inNs = new Sum();
    private final Sum prepNs = new Sum();
    private final Sum midpNs = new Sum();
    private final Sum postpNs = new Sum();
    private final Sum outNs = new Sum();
    private final Sum busyNs = new Sum();
    private volatile boolean counting = true;
    private StageState state = NONE;
    private int queueCapacity;
    private int lanes;

    public StageMeter(String stage) {
        this.stage = stage;
    }

    public String stage() {
        return stage;
    }

    /** See {@link Tracer#counting}. */
    void counting(boolean on) {
        counting = on;
    }

    /** Says where the stage's state is to be read, and its bounds. */
    public synchronized void attach(StageState stageState, int capacity, int laneCount) {
        state = stageState;
        queueCapacity = capacity;
        lanes = laneCount;
    }

    /**
     * A batch has ended. Each of its items counts the whole batch's prep, midp and postp.
     *
     * @param itemInNs for each item the nanoseconds it waited
     * @param rejected items that ended with an error
     */
    public void batch(long[] itemInNs, long batchPrepNs, long batchMidpNs, long batchPostpNs, int rejected) {
        if (counting) {
            count(itemInNs, batchPrepNs, batchMidpNs, batchPostpNs, rejected);
        }
    }

    private synchronized void count(long[] itemInNs, long batchPrepNs, long batchMidpNs, long batchPostpNs, int rejected) {
        int items = itemInNs.length;
        count.add(items);
        errors.add(rejected);
        batches.add(1);
        batchItems.add(items);
        prepNs.add(items * batchPrepNs);
        midpNs.add(items * batchMidpNs);
        postpNs.add(items * batchPostpNs);
        for (long waitedNs : itemInNs) {
            long latencyNs = waitedNs + batchPrepNs + batchMidpNs + batchPostpNs;
            inNs.add(waitedNs);
            latencies.record(latencyNs);
            latencySeconds.add(latencyNs / NS);
        }
    }

    /** @param ns sum over a batch's items of the time until each was handed on */
    public void out(long ns) {
        if (counting) {
            synchronized (this) {
                outNs.add(ns);
            }
        }
    }

    /** @param ns time a lane spent in its function */
    public void busy(long ns) {
        if (counting) {
            synchronized (this) {
                busyNs.add(ns);
            }
        }
    }

    public synchronized void skipped(int items) {
        skipped.add(items);
    }

    /** A lane's function did not work on what it is known to work on. */
    public synchronized void brokeDown() {
        breakdowns.add(1);
    }

    /** What was counted since the last call; counting starts again at 0. */
    public StageWindow window() {
        int waiting = state().queueSize(); // not under the lock: the queue has one of its own
        synchronized (this) {
            StageWindow window = new StageWindow(stage, count.take(), errors.take(), skipped.take(), batches.take(), inNs.take(), prepNs.take(), midpNs.take(),
                    postpNs.take(), outNs.take(), busyNs.take(), latencies.summaryMs(), waiting, queueCapacity, lanes);
            latencies.reset();
            return window;
        }
    }

    /** What was counted since the stage was started. */
    public StageReading read() {
        StageState now = state();
        int waiting = now.queueSize();
        double oldestSeconds = now.oldestWaitNs() / NS;
        int lanesAlive = now.lanesAlive();
        synchronized (this) {
            Map<String, Double> phases = new LinkedHashMap<>();
            phases.put("in", inNs.whole() / NS);
            phases.put("prep", prepNs.whole() / NS);
            phases.put("midp", midpNs.whole() / NS);
            phases.put("postp", postpNs.whole() / NS);
            phases.put("out", outNs.whole() / NS);
            return new StageReading(stage, count.whole(), errors.whole(), skipped.whole(), breakdowns.whole(), phases, busyNs.whole() / NS, latencySeconds.read(), batchItems.read(),
                    waiting, queueCapacity, oldestSeconds, lanes, lanesAlive);
        }
    }

    private synchronized StageState state() {
        return state;
    }
}
