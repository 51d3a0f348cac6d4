package io.sightline.processors.tracer;

import io.sightline.schemas.ErrorCode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts whole requests. Thread-safe; one short lock a request. */
public final class RequestMeter {
    /** Most error request ids kept for a window. */
    public static final int MAX_ERROR_IDS = 100;
    /** Pipeline of a request that got none, or of one over {@link #MAX_PIPELINES}. */
    public static final String OTHER = "other";
    /** Most pipelines counted by name. */
    static final int MAX_PIPELINES = 100;

    private static final class Pipeline {
        private final Map<ErrorCode, Double> errors = new EnumMap<>(ErrorCode.class);
        private final Buckets seconds = Buckets.seconds();
    }

    private final LatencyHistogram latencies = new LatencyHistogram();
    private final List<String> errorIds = new ArrayList<>();
    private final Map<String, Pipeline> pipelines = new TreeMap<>();
    private long count;
    private long errors;
    private int inFlight;
    private volatile boolean counting = true;

    /** See {@link Tracer#counting}. */
    void counting(boolean on) {
        counting = on;
    }

    public void started() {
        if (counting) {
            synchronized (this) {
                inFlight++;
            }
        }
    }

    /**
     * A request that was started has its result.
     *
     * @param pipeline that it went through; null: it was refused before it had one
     * @param latencyNs the whole of it, as its result says
     * @param error {@link ErrorCode#OK} where there is none
     */
    public void ended(String requestId, String pipeline, long latencyNs, ErrorCode error) {
        if (counting) {
            count(requestId, pipeline, latencyNs, error);
        }
    }

    private synchronized void count(String requestId, String pipeline, long latencyNs, ErrorCode error) {
        inFlight--;
        count++;
        latencies.record(latencyNs);
        Pipeline its = pipeline(pipeline);
        its.seconds.add(latencyNs / 1e9);
        if (error != ErrorCode.OK) {
            its.errors.merge(error, 1.0, Double::sum);
            errors++;
            if (errorIds.size() < MAX_ERROR_IDS) {
                errorIds.add(requestId);
            }
        }
    }

    private Pipeline pipeline(String name) {
        boolean counted = name != null && (pipelines.containsKey(name) || pipelines.size() < MAX_PIPELINES);
        return pipelines.computeIfAbsent(counted ? name : OTHER, added -> new Pipeline());
    }

    /** A request that was started gets no result from here, or one that nobody waits for. */
    public void abandoned() {
        if (counting) {
            synchronized (this) {
                inFlight--;
            }
        }
    }

    /** What was counted since the last call; counting starts again at 0. */
    public synchronized RequestWindow window() {
        RequestWindow window = new RequestWindow(count, errors, List.copyOf(errorIds), latencies.summaryMs(), inFlight);
        count = errors = 0;
        errorIds.clear();
        latencies.reset();
        return window;
    }

    /** What was counted since the worker was started, by pipeline. */
    public synchronized List<RequestReading> read() {
        return pipelines.entrySet().stream().map(e -> new RequestReading(e.getKey(), e.getValue().seconds.read(), Map.copyOf(e.getValue().errors))).toList();
    }

    /** Requests begun and not ended. */
    public synchronized int inFlight() {
        return inFlight;
    }
}
