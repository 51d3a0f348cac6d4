package io.sightline.processors.tracer;

import io.sightline.schemas.TracerWindow;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The meters of one worker. Thread-safe; {@link #window()} is called by one thread, every interval. A stage's name is used once: its
 * meter stays the same however often it is asked for.
 */
public final class Tracer {
    /** Stage name of the window for whole requests. */
    public static final String TOTAL = "total";

    private final String instance;
    private final Clock clock;
    private final List<StageMeter> stages = new ArrayList<>();
    private final RequestMeter requests = new RequestMeter();
    private Instant windowStart;

    public Tracer(String instance, Clock clock) {
        this.instance = instance;
        this.clock = clock;
        this.windowStart = clock.instant();
    }

    /** The meter of that stage; stages are reported in the order they were first asked for. */
    public synchronized StageMeter stage(String name) {
        for (StageMeter meter : stages) {
            if (meter.stage().equals(name)) {
                return meter;
            }
        }
        StageMeter meter = new StageMeter(name);
        stages.add(meter);
        return meter;
    }

    /** What each stage has done since it was started; windows are not disturbed. Any thread. */
    public List<StageReading> read() {
        List<StageMeter> meters;
        synchronized (this) {
            meters = List.copyOf(stages);
        }
        return meters.stream().map(StageMeter::read).toList();
    }

    /**
     * Whether anything is counted; it is from the start. For measuring what counting costs: to be changed only while nothing is worked on, or
     * requests begun under the one and ended under the other are counted by half.
     */
    public synchronized void counting(boolean on) {
        stages.forEach(stage -> stage.counting(on));
        requests.counting(on);
    }

    public RequestMeter requests() {
        return requests;
    }

    /** What was counted since the last call; counting starts again at 0. */
    public synchronized TracerReport window() {
        Instant end = clock.instant();
        Instant start = windowStart;
        windowStart = end;
        double seconds = Math.max(1, end.toEpochMilli() - start.toEpochMilli()) / 1000.0;
        List<StageWindow> counts = stages.stream().map(StageMeter::window).toList();
        List<TracerWindow> windows = counts.stream().map(count -> stageWindow(count, start, end, seconds)).toList();
        return new TracerReport(windows, totalWindow(requests.window(), start, end, seconds), counts);
    }

    private TracerWindow stageWindow(StageWindow w, Instant start, Instant end, double seconds) {
        long worked = w.prepNs() + w.midpNs() + w.postpNs();
        long all = w.inNs() + worked + w.outNs();
        return new TracerWindow(instance, w.stage(), start, end, w.count(), w.errors(), w.count() / seconds, success(w.count(), w.errors()),
                meanMs(w.inNs(), w.count()), meanMs(w.prepNs(), w.count()), meanMs(w.midpNs(), w.count()), meanMs(w.postpNs(), w.count()),
                meanMs(w.outNs(), w.count()), all == 0 ? 1 : 1 - (double) worked / all, w.latencyMs(), w.queueSize(), w.queueCapacity(),
                w.batches(), List.of(), w.lanes(), w.busyRatio(end.toEpochMilli() - start.toEpochMilli()));
    }

    private TracerWindow totalWindow(RequestWindow w, Instant start, Instant end, double seconds) {
        return new TracerWindow(instance, TOTAL, start, end, w.count(), w.errors(), w.count() / seconds, success(w.count(), w.errors()),
                0.0, 0.0, 0.0, 0.0, 0.0, 1.0, w.latencyMs(), w.inFlight(), 0, 0L, w.errorRequestIds(), 0, 0.0);
    }

    private static double success(long count, long errors) {
        return count == 0 ? 1 : 1 - (double) errors / count;
    }

    private static double meanMs(long sumNs, long count) {
        return count == 0 ? 0 : sumNs / 1e6 / count;
    }
}
