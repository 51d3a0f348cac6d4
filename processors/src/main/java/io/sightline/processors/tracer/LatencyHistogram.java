package io.sightline.processors.tracer;

import java.util.LinkedHashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/**
 * Latencies of one window: microseconds, three digits, up to an hour (longer ones count as an hour). Not thread-safe: its meter
 * locks.
 */
final class LatencyHistogram {
    private static final long MAX_US = 3_600_000_000L;
    private static final int[] PERCENTILES = {50, 60, 70, 80, 90, 95, 99};

    private final Histogram histogram = new Histogram(MAX_US, 3);
    private double sumNs;

    void record(long latencyNs) {
        histogram.recordValue(Math.min(MAX_US, Math.max(0, latencyNs / 1000)));
        sumNs += latencyNs;
    }

    /**
     * {@code ave} and the percentiles as Paddle Serving counts them: percentile p of n sorted values is the one at index
     * floor(n * p / 100). Milliseconds; all 0 where nothing was recorded.
     */
    Map<String, Double> summaryMs() {
        long count = histogram.getTotalCount();
        Map<String, Double> summary = new LinkedHashMap<>();
        summary.put("ave", count == 0 ? 0 : sumNs / count / 1e6);
        int next = 0;
        for (HistogramIterationValue value : histogram.recordedValues()) {
            while (next < PERCENTILES.length && value.getTotalCountToThisValue() > count * PERCENTILES[next] / 100) {
                summary.put("." + PERCENTILES[next++], value.getValueIteratedTo() / 1000.0);
            }
        }
        while (next < PERCENTILES.length) {
            summary.put("." + PERCENTILES[next++], 0.0);
        }
        return summary;
    }

    void reset() {
        histogram.reset();
        sumNs = 0;
    }
}
