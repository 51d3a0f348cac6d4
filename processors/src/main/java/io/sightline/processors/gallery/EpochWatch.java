package io.sightline.processors.gallery;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Tells when a gallery has reached a state. Thread-safe. */
@FunctionalInterface
public interface EpochWatch {
    /**
     * Completes once searches see that epoch of the gallery, or a later one; at once where they do. Never completes by itself where that epoch
     * is not reached: the caller gives up in time by cancelling it. Completes exceptionally with {@link IllegalStateException} where too many wait.
     */
    CompletableFuture<Void> reached(String gallery, long epoch);

    /** Why the edit of an epoch that was reached can't be found, for who waited for just that; see {@link GalleryIndex#refusal}. */
    default Optional<String> refusal(String gallery, long epoch) {
        return Optional.empty();
    }
}
