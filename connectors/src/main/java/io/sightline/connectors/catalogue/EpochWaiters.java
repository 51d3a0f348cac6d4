package io.sightline.connectors.catalogue;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Those who wait until a gallery has reached an epoch. Thread-safe; one leaves when its future completes, at the latest at its time-out. */
final class EpochWaiters {
    private record Wanted(String gallery, long epoch) {
    }

    private final CatalogueStore store;
    private final Map<CompletableFuture<Boolean>, Wanted> waiting = new ConcurrentHashMap<>();

    EpochWaiters(CatalogueStore store) {
        this.store = store;
    }

    CompletableFuture<Boolean> await(String gallery, long epoch, long timeoutMs) {
        if (store.epoch(gallery) >= epoch) {
            return CompletableFuture.completedFuture(true);
        }
        CompletableFuture<Boolean> reached = new CompletableFuture<>();
        waiting.put(reached, new Wanted(gallery, epoch));
        reached.whenComplete((yes, error) -> waiting.remove(reached));
        reached.completeOnTimeout(false, Math.max(1, timeoutMs), TimeUnit.MILLISECONDS);
        look(); // it may have come before we waited
        return reached;
    }

    /** Asked after edits were applied. */
    void look() {
        waiting.forEach((reached, wanted) -> {
            if (store.epoch(wanted.gallery()) >= wanted.epoch()) {
                reached.complete(true);
            }
        });
    }

    int size() {
        return waiting.size();
    }
}
