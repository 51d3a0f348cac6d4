package io.sightline.connectors.bridge.call;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes that all requests in flight may hold together. Thread-safe; never waits. */
public final class ByteBudget {
    private final long max;
    private final AtomicLong taken = new AtomicLong();

    public ByteBudget(long max) {
        this.max = max;
    }

    /** False, and nothing taken, where that would be too much. */
    public boolean take(long bytes) {
        if (taken.addAndGet(bytes) > max) {
            taken.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    public void giveBack(long bytes) {
        taken.addAndGet(-bytes);
    }

    public long taken() {
        return taken.get();
    }

    public long max() {
        return max;
    }
}
