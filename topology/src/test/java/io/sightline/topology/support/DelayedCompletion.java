package io.sightline.topology.support;

import io.sightline.processors.recognition.RecognitionOutcome;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Ends runs after random delays, so that they end out of order. */
public final class DelayedCompletion implements Consumer<ControlledRun<RecognitionOutcome>>, AutoCloseable {
    private final ScheduledExecutorService executor = Executors.newScheduledThreadPool(2);
    private final Random random = new Random(7);
    private final int maxDelayMs;

    public DelayedCompletion(int maxDelayMs) {
        this.maxDelayMs = maxDelayMs;
    }

    @Override
    public void accept(ControlledRun<RecognitionOutcome> run) {
        int delayMs;
        synchronized (random) {
            delayMs = random.nextInt(maxDelayMs);
        }
        executor.schedule(() -> run.complete(Results.echo(run.input())), delayMs, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
