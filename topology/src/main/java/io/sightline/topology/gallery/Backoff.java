package io.sightline.topology.gallery;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Pauses that double, until something works. Owner: one thread; another may end a pause. */
final class Backoff {
    private static final long FIRST_MS = 100;

    private final CountDownLatch stop;
    private final long lastMs;
    private long nextMs = FIRST_MS;

    /**
     * @param stop ends a pause at once when it reaches 0
     * @param lastMs longest pause, milliseconds
     */
    Backoff(CountDownLatch stop, long lastMs) {
        this.stop = stop;
        this.lastMs = lastMs;
    }

    /** How long the next pause will be, milliseconds. */
    long nextMs() {
        return nextMs;
    }

    void pause() {
        try {
            stop.await(nextMs, TimeUnit.MILLISECONDS);
            nextMs = Math.min(lastMs, nextMs * 2);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void reset() {
        nextMs = FIRST_MS;
    }
}
