package io.sightline.connectors.bridge;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes that all requests in flight may hold together. Thread-safe; never waits. */
final class ByteBudget {
    private final long max;
    private final AtomicLong taken = new AtomicLong();

    ByteBudget(long max) {
        this.max = max;
    }

    /** False, and nothing taken, where that would be too much. */
    boolean take(long bytes) {
        if (taken.addAndGet(bytes) > max) {
            taken.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    void giveBack(long bytes) {
        taken.addAndGet(-bytes);
    }

    long taken() {
        return taken.get();
    }

    long max() {
        return max;
    }
}
