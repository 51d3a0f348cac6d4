package io.sightline.processors.gallery;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Searches galleries. One writer (the gallery follower) applies edits in the order of their log; another thread may fill new generations
 * beside it; any thread searches. A search sees one state of the gallery: all its answers come from the same epoch and generation.
 *
 * <p>An index whose server can't be reached throws {@link IndexUnavailableException} from any method that needs it.
 */
public interface GalleryIndex extends AutoCloseable {
    /**
     * Applies edits in their order, of any galleries. An edit at or below the offset of the last one applied to its gallery is a replay
     * and does nothing.
     *
     * @throws IllegalArgumentException a vector of another dimension than its gallery holds, not finite, or zero; edits before it are applied
     */
    void apply(List<GalleryEdit> edits);

    default void apply(GalleryEdit edit) {
        apply(List.of(edit));
    }

    /**
     * The entries nearest to each vector, by cosine.
     *
     * @throws UnknownGalleryException where there is no such gallery
     */
    GallerySearch search(GalleryQuery query);

    default GallerySearch search(String gallery, List<float[]> vectors, int topK, double threshold) {
        return search(new GalleryQuery(gallery, vectors, topK, threshold));
    }

    /** Begins a new, empty generation of a gallery; one at a time of each. */
    GalleryRebuild rebuild(String gallery);

    /** True for a gallery that has had an edit, or was declared. */
    boolean contains(String gallery);

    Set<String> galleries();

    /** @throws UnknownGalleryException where there is no such gallery */
    GalleryStats stats(String gallery);

    /** Entries in the gallery now; 0 where there is no such gallery. */
    default long size(String gallery) {
        return contains(gallery) ? stats(gallery).entries() : 0;
    }

    /** Sequence number of the last edit applied to the gallery; 0 before the first. */
    default long epoch(String gallery) {
        return contains(gallery) ? stats(gallery).epoch() : 0;
    }

    /**
     * Why the addition of that epoch can't be found, seen and expected: the gallery was full, and is not made anew since. Empty: it was taken, was no
     * addition, or thousands of others were refused after it.
     */
    default Optional<String> refusal(String gallery, long epoch) {
        return Optional.empty();
    }

    /** Why the index can't be searched now, in words for an operator; empty where it can. */
    default Optional<String> trouble() {
        return Optional.empty();
    }

    /** State of the circuit breaker before the index's server: CLOSED, OPEN or HALF_OPEN; empty where there is no server. */
    default Optional<String> breaker() {
        return Optional.empty();
    }

    @Override
    void close();
}
