package io.sightline.topology.support;

import io.sightline.processors.recognition.InputRecord;
import io.sightline.processors.recognition.RecordRun;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** A run that ends when and as the test says. */
public final class ControlledRun<O> implements RecordRun<O> {
    private final InputRecord input;
    private final List<String> stages;
    private final CompletableFuture<O> outcome = new CompletableFuture<>();
    private final AtomicInteger closed = new AtomicInteger();
    private volatile String rejectedAt = "";
    private volatile boolean heldUp;

    public ControlledRun(InputRecord input, List<String> stages) {
        this.input = input;
        this.stages = stages;
    }

    public void complete(O value) {
        outcome.complete(value);
    }

    public void reject(String stage, O value) {
        rejectedAt = stage;
        outcome.complete(value);
    }

    public void fail(Throwable failure) {
        outcome.completeExceptionally(failure);
    }

    /** Says that it waits for something outside, or no more. */
    public void holdUp(boolean heldUp) {
        this.heldUp = heldUp;
    }

    @Override
    public boolean isHeldUp() {
        return heldUp;
    }

    public boolean isClosed() {
        return closed.get() > 0;
    }

    @Override
    public InputRecord input() {
        return input;
    }

    @Override
    public boolean await(String stage) {
        outcome.join();
        return rejectedAt.isEmpty() || stages.indexOf(stage) < stages.indexOf(rejectedAt);
    }

    @Override
    public CompletableFuture<O> outcome() {
        return outcome;
    }

    @Override
    public void close() {
        closed.incrementAndGet();
    }
}
