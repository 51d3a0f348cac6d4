package io.sightline.topology.lookahead;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Wakes the consumer's thread when an outcome is complete. {@link #raise()} from any thread, {@link #await(Duration)} by the consumer's
 * thread alone. A signal raised while nobody waits is kept: the next wait returns at once.
 */
final class CompletionSignal {
    private final Semaphore raised = new Semaphore(0);

    void raise() {
        raised.release();
    }

    /** Waits until a signal was raised since the last wait, at most so long. */
    void await(Duration atMost) {
        try {
            if (raised.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
                raised.drainPermits();
            }
        } catch (InterruptedException e) {
            // Whoever interrupts a stream thread means its Kafka clients: they look at the flag.
            Thread.currentThread().interrupt();
        }
    }
}
