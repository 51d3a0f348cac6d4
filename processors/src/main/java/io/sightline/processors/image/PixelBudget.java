package io.sightline.processors.image;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Bounds the pixels of all decoded pictures that are alive: who decodes waits until closed pictures have given theirs back. First come,
 * first served, so that a large picture is not starved by small ones. Thread-safe.
 */
public final class PixelBudget {
    private final int maxPixels;
    private final long maxWaitMs;
    private final Semaphore free;

    /**
     * @param maxPixels most pixels alive at a time; 3 bytes of memory each
     * @param maxWaitMs longest time a picture waits for its pixels
     */
    public PixelBudget(long maxPixels, long maxWaitMs) {
        if (maxPixels < 1 || maxPixels > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("pixel budget: " + maxPixels + " (expected: 1.." + Integer.MAX_VALUE + ")");
        }
        this.maxPixels = (int) maxPixels;
        this.maxWaitMs = maxWaitMs;
        this.free = new Semaphore(this.maxPixels, true);
    }

    public long maxPixels() {
        return maxPixels;
    }

    public long freePixels() {
        return free.availablePermits();
    }

    /** Pictures waiting for pixels now, an estimate. */
    public int waiting() {
        return free.getQueueLength();
    }

    /**
     * Takes pixels, waiting for them where there are too few. Whoever holds pixels must not wait for more.
     *
     * @throws TimeoutException none came free in time
     */
    Share take(long pixels) throws InterruptedException, TimeoutException {
        if (pixels < 0 || pixels > maxPixels) {
            throw new IllegalArgumentException("pixels: " + pixels + " (expected: 0.." + maxPixels + ")");
        }
        if (!free.tryAcquire((int) pixels, maxWaitMs, TimeUnit.MILLISECONDS)) {
            throw new TimeoutException("image: waited " + maxWaitMs + " ms for room for " + pixels + " pixels, " + free.availablePermits() + " of "
                    + maxPixels + " are free (expected: pictures before it to be done with)");
        }
        return new Share((int) pixels);
    }

    /** Pixels taken; given back once, however often it is closed. */
    final class Share implements AutoCloseable {
        private final AtomicInteger held;

        private Share(int pixels) {
            this.held = new AtomicInteger(pixels);
        }

        /** Hands a part of this share over to a new one. */
        Share split(int pixels) {
            if (pixels < 0 || held.getAndUpdate(now -> now < pixels ? now : now - pixels) < pixels) {
                throw new IllegalStateException("pixels: " + pixels + " (expected: at most " + held.get() + ", what the share holds)");
            }
            return new Share(pixels);
        }

        @Override
        public void close() {
            free.release(held.getAndSet(0));
        }
    }
}
