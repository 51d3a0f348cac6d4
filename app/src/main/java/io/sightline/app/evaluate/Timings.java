package io.sightline.app.evaluate;

import java.util.Arrays;

/** Times of one kind of work. Used by one thread. */
final class Timings {
    private static final double NS_PER_MS = 1e6;
    private long[] nanos = new long[1024];
    private int count;

    void add(long elapsedNs) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = elapsedNs;
    }

    void clear() {
        count = 0;
    }

    int count() {
        return count;
    }

    /** The middle time, milliseconds; NaN where there is none. */
    double medianMs() {
        if (count == 0) {
            return Double.NaN;
        }
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2.0 / NS_PER_MS;
    }
}
