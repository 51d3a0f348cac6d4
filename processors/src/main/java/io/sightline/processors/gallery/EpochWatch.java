package io.sightline.processors.gallery;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Tells when a gallery has reached a state. Thread-safe. */
@FunctionalInterface
public interface EpochWatch {
    /**
     * Completes once searches see that epoch of the gallery, or a later one. Never completes by itself where that epoch
     * is not reached: the caller gives up in time by cancelling it. Completes exceptionally with {@link IndexUnavailableException} where
     * that can't be told now, and with {@link IllegalStateException} where too many wait. Does not wait for the index's server.
     */
    CompletableFuture<Void> reached(String gallery, long epoch);

    /** Why the edit of an epoch that was reached can't be found, for who waited for just that; see {@link GalleryIndex#refusal}. */
    default Optional<String> refusal(String gallery, long epoch) {
        return Optional.empty();
    }

    /** Why an epoch may not be reached for reasons that lie with the index, in words for an operator; empty: it is well. */
    default Optional<String> trouble() {
        return Optional.empty();
    }
}
