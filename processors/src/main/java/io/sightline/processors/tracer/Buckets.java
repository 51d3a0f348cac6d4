package io.sightline.processors.tracer;

import java.util.Arrays;
import java.util.List;

/**
 * Counts values by size since it was made, as a Prometheus histogram wants them; windows keep their own, finer ones. Not thread-safe: its
 * meter locks.
 */
final class Buckets {
    private final double[] upperBounds;
    private final long[] counts;
    private double sum;

    /** @param upperBounds ascending; values over the last one are counted too */
    Buckets(double... upperBounds) {
        this.upperBounds = upperBounds;
        this.counts = new long[upperBounds.length + 1];
    }

    void add(double value) {
        int found = Arrays.binarySearch(upperBounds, value);
        counts[found < 0 ? -found - 1 : found]++;
        sum += value;
    }

    Distribution read() {
        return new Distribution(Arrays.stream(upperBounds).boxed().toList(), Arrays.stream(counts).boxed().toList(), sum);
    }

    /** Up to that many seconds: a picture takes milliseconds, a lookup that waits for its server minutes. */
    static Buckets seconds() {
        return new Buckets(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60);
    }

    /** Items of a batch; 1024 is the most that a stage may be set to. */
    static Buckets items() {
        return new Buckets(1, 2, 4, 8, 16, 32, 64, 128, 256, 512);
    }
}
