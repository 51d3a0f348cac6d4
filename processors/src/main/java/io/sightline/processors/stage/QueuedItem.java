package io.sightline.processors.stage;

import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** An item waiting in a stage's queue. */
record QueuedItem<I, O>(I item, BooleanSupplier wanted, CompletableFuture<Staged<O>> future, long enqueuedNs) {
    /** False once nobody waits for the item: it was cancelled, or its owner lost interest. */
    boolean live() {
        return !future.isDone() && wanted.getAsBoolean();
    }
}
