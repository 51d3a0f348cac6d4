package io.sightline.processors.tracer;

import java.util.List;
import java.util.Map;

/**
 * What became of whole requests in one window.
 *
 * @param errorRequestIds ids of the first 100 errors
 * @param latencyMs {@code ave} and percentiles
 * @param inFlight requests begun and not ended at the window's end
 */
public record RequestWindow(long count, long errors, List<String> errorRequestIds, Map<String, Double> latencyMs, int inFlight) {
}
