package io.sightline.topology.failure;

import io.sightline.processors.stage.StageBrokenException;
import io.sightline.schemas.Causes;
import io.sightline.schemas.wire.RegistryUnavailableException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces a stream thread that died, and stops the worker loudly when it is the third within a minute: then it is no accident. At the first
 * where a stage is broken: it takes no more items, whichever thread brings them. A schema registry that is away does not count: it is waited for, as long
 * as it takes. Called by dying stream threads; thread-safe.
 */
public final class RepeatedFailureStop implements StreamsUncaughtExceptionHandler {
    public static final int MAX_FAILURES = 3;
    public static final Duration WINDOW = Duration.ofMinutes(1);
    private static final Logger LOG = LoggerFactory.getLogger(RepeatedFailureStop.class);

    private final LongSupplier nowMs;
    private final java.util.function.Consumer<Throwable> onStop;
    private final Deque<Long> failuresMs = new ArrayDeque<>();

    /** @param onStop told once it is given up, with the last failure */
    public RepeatedFailureStop(LongSupplier nowMs, java.util.function.Consumer<Throwable> onStop) {
        this.nowMs = nowMs;
        this.onStop = onStop;
    }

    @Override
    public synchronized StreamThreadExceptionResponse handle(Throwable failure) {
        if (RegistryUnavailableException.isCauseOf(failure)) {
            LOG.error("a stream thread died for want of the schema registry and is replaced: {}", failure.toString());
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        }
        if (Causes.include(failure, StageBrokenException.class)) {
            LOG.error("a stream thread died of a broken stage: the worker stops", failure);
            onStop.accept(failure);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        }
        long now = nowMs.getAsLong();
        while (!failuresMs.isEmpty() && now - failuresMs.peek() >= WINDOW.toMillis()) {
            failuresMs.poll();
        }
        failuresMs.add(now);
        if (failuresMs.size() >= MAX_FAILURES) {
            LOG.error("{} stream threads died within {} s: the worker stops", failuresMs.size(), WINDOW.toSeconds(), failure);
            onStop.accept(failure);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        }
        LOG.error("a stream thread died and is replaced ({} of {} in {} s until the worker stops)", failuresMs.size(), MAX_FAILURES,
                WINDOW.toSeconds(), failure);
        return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
}
