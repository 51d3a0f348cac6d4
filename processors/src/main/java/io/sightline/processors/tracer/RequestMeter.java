package io.sightline.processors.tracer;

import java.util.ArrayList;
import java.util.List;

/** Counts whole requests. Thread-safe; one short lock a request. */
public final class RequestMeter {
    /** Most error request ids kept for a window. */
    public static final int MAX_ERROR_IDS = 100;

    private final LatencyHistogram latencies = new LatencyHistogram();
    private final List<String> errorIds = new ArrayList<>();
    private long count;
    private long errors;
    private int inFlight;

    public synchronized void started() {
        inFlight++;
    }

    /** A request that was started has its result. */
    public synchronized void ended(String requestId, long latencyNs, boolean error) {
        inFlight--;
        count++;
        latencies.record(latencyNs);
        if (error) {
            errors++;
            if (errorIds.size() < MAX_ERROR_IDS) {
                errorIds.add(requestId);
            }
        }
    }

    /** A request that was started gets no result from here, or one that nobody waits for. */
    public synchronized void abandoned() {
        inFlight--;
    }

    /** What was counted since the last call; counting starts again at 0. */
    public synchronized RequestWindow window() {
        RequestWindow window = new RequestWindow(count, errors, List.copyOf(errorIds), latencies.summaryMs(), inFlight);
        count = errors = 0;
        errorIds.clear();
        latencies.reset();
        return window;
    }
}
