package io.sightline.processors.recognition;

import io.sightline.processors.stage.StageTiming;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one request took in each stage. A stage that had several items of the request (its crops) counts the sum over them, as the
 * tracer does: with the items side by side in a batch that is more than the time that passed. Thread-safe.
 */
final class StageTimes {
    /** Name of the whole request's time. */
    static final String TOTAL = "total";

    private final Map<String, long[]> byStage = new LinkedHashMap<>();

    synchronized void add(String stage, StageTiming timing) {
        long[] sums = byStage.computeIfAbsent(stage, added -> new long[4]);
        sums[0] += timing.inNs();
        sums[1] += timing.prepNs();
        sums[2] += timing.midpNs();
        sums[3] += timing.postpNs();
    }

    /** {@code <stage>.in} and so on, and {@code total}; milliseconds to the microsecond. */
    synchronized Map<String, Double> toMs(long totalNs) {
        Map<String, Double> times = new LinkedHashMap<>();
        byStage.forEach((stage, sums) -> {
            times.put(stage + ".in", ms(sums[0]));
            times.put(stage + ".prep", ms(sums[1]));
            times.put(stage + ".midp", ms(sums[2]));
            times.put(stage + ".postp", ms(sums[3]));
        });
        times.put(TOTAL, ms(totalNs));
        return times;
    }

    private static double ms(long ns) {
        return Math.round(ns / 1e3) / 1e3;
    }
}
