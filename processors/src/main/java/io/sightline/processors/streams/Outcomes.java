package io.sightline.processors.streams;

import io.sightline.processors.recognition.InputRecord;
import io.sightline.processors.recognition.RecordRun;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;

/** Waits for a run's outcome on the stream thread. */
final class Outcomes {
    private Outcomes() {
    }

    /** @throws RunFailedException where the run ended without an outcome */
    static <O> O await(RecordRun<O> run) {
        try {
            return run.outcome().join();
        } catch (CompletionException | CancellationException e) {
            InputRecord input = run.input();
            Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
            throw new RunFailedException("no outcome of " + input.topic() + "-" + input.partition() + "@" + input.offset() + ": " + cause, cause);
        }
    }
}
