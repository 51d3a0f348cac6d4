package io.sightline.processors.tracer;

/**
 * A sum read in two ways: window by window, exactly, and as a whole. The whole is a double, for the nanoseconds of many waiting items
 * are more than a long can hold in a worker's life. Not thread-safe: its meter locks.
 */
final class Sum {
    private long window;
    private double before;

    void add(long value) {
        window += value;
    }

    /** What was added since the last call. */
    long take() {
        long taken = window;
        before += taken;
        window = 0;
        return taken;
    }

    /** All that was ever added. */
    double whole() {
        return before + window;
    }
}
