package io.sightline.processors.gallery;

import java.util.List;
import java.util.Set;

/**
 * Searches galleries. One writer (the gallery follower) applies edits in order; any thread searches. A search sees one state of the
 * gallery: all its answers come from the same epoch.
 */
public interface GalleryIndex extends AutoCloseable {
    /**
     * Applies one edit. An edit at or below the gallery's epoch for the same id is harmless (replay).
     *
     * @throws IllegalArgumentException a vector of another dimension than the index holds, not finite, or zero
     */
    void apply(GalleryEdit edit);

    /**
     * The entries nearest to each query, by cosine.
     *
     * @param queries unit-length vectors of the index's dimension
     * @param topK most hits a query, 1 or more
     * @param threshold smallest cosine of a hit
     * @throws UnknownGalleryException where there is no such gallery
     */
    GallerySearch search(String gallery, List<float[]> queries, int topK, double threshold);

    /** True for a gallery that has had an edit, or was declared. */
    boolean contains(String gallery);

    Set<String> galleries();

    /** Entries in the gallery now. */
    int size(String gallery);

    /** Sequence number of the last edit applied to the gallery; 0 before the first. */
    long epoch(String gallery);

    @Override
    void close();
}
