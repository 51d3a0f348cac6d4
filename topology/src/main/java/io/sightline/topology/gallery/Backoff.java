package io.sightline.topology.gallery;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Pauses that double, until something works. Owner: one thread; another may end a pause. */
final class Backoff {
    private static final long FIRST_MS = 100;
    private static final long LAST_MS = 10_000;

    private final CountDownLatch stop;
    private long nextMs = FIRST_MS;

    /** @param stop ends a pause at once when it reaches 0 */
    Backoff(CountDownLatch stop) {
        this.stop = stop;
    }

    /** How long the next pause will be, milliseconds. */
    long nextMs() {
        return nextMs;
    }

    void pause() {
        try {
            stop.await(nextMs, TimeUnit.MILLISECONDS);
            nextMs = Math.min(LAST_MS, nextMs * 2);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void reset() {
        nextMs = FIRST_MS;
    }
}
