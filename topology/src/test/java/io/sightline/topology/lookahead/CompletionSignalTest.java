package io.sightline.topology.lookahead;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class CompletionSignalTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private final CompletionSignal signal = new CompletionSignal();

    @Test
    @Timeout(240)
    void shouldKeepASignalThatWasRaisedBeforeTheWait() {
        signal.raise();

        signal.await(LONG);
    }

    @Test
    @Timeout(240)
    void shouldWakeTheWaiterWhenRaisedFromAnotherThread() {
        CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS).execute(signal::raise);

        signal.await(LONG);
    }

    @Test
    void shouldCountManySignalsAsOne() {
        for (int i = 0; i < 1000; i++) {
            signal.raise();
        }
        signal.await(LONG);

        long begun = System.nanoTime();
        signal.await(Duration.ofMillis(20));

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(Duration.ofMillis(20));
    }

    @Test
    void shouldReturnAtOnceAndKeepTheFlagWhenInterrupted() {
        Thread.currentThread().interrupt();

        signal.await(LONG);

        assertThat(Thread.interrupted()).isTrue();
    }
}
