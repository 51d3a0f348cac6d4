package io.sightline.processors.stage;

import java.util.concurrent.CompletableFuture;

/**
 * An item waiting in a stage's queue.
 *
 * @param enqueuedNs when it came first
 * @param tries how often its function has put it back
 */
record QueuedItem<I, O>(I item, ItemOwner owner, CompletableFuture<Staged<O>> future, long enqueuedNs, int tries) {
    QueuedItem(I item, ItemOwner owner, CompletableFuture<Staged<O>> future, long enqueuedNs) {
        this(item, owner, future, enqueuedNs, 0);
    }

    QueuedItem<I, O> again() {
        return new QueuedItem<>(item, owner, future, enqueuedNs, tries + 1);
    }

    /** False once nobody waits for the item: it was cancelled, or its owner lost interest. */
    boolean live() {
        return !future.isDone() && owner.wants();
    }
}
