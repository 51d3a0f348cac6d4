package io.sightline.processors.gallery;

import java.util.concurrent.CompletableFuture;

/** Tells when a gallery has reached a state. Thread-safe. */
@FunctionalInterface
public interface EpochWatch {
    /**
     * Completes once searches see that epoch of the gallery, or a later one; at once where they do. Never completes by itself where that epoch
     * is not reached: the caller gives up in time by cancelling it. Completes exceptionally with {@link IllegalStateException} where too many wait.
     */
    CompletableFuture<Void> reached(String gallery, long epoch);
}
