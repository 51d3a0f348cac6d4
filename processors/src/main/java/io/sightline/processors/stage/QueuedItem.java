package io.sightline.processors.stage;

import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * An item waiting in a stage's queue.
 *
 * @param enqueuedNs when it came first
 * @param tries how often its function has put it back
 */
record QueuedItem<I, O>(I item, BooleanSupplier wanted, CompletableFuture<Staged<O>> future, long enqueuedNs, int tries) {
    QueuedItem(I item, BooleanSupplier wanted, CompletableFuture<Staged<O>> future, long enqueuedNs) {
        this(item, wanted, future, enqueuedNs, 0);
    }

    QueuedItem<I, O> again() {
        return new QueuedItem<>(item, wanted, future, enqueuedNs, tries + 1);
    }

    /** False once nobody waits for the item: it was cancelled, or its owner lost interest. */
    boolean live() {
        return !future.isDone() && wanted.getAsBoolean();
    }
}
