package io.sightline.processors.gallery;

import java.util.List;
import java.util.Optional;

/**
 * What is asked of one gallery.
 *
 * @param vectors unit length, of the gallery's dimension; each is looked up by itself; may be none
 * @param topK most hits a vector, 1 or more
 * @param threshold smallest cosine of a hit, as it is published: {@link PublishedScore}
 * @param filter what an entry's attributes must be like; empty: anything
 * @param distinctLabels true: of several entries with one label only the best one is a hit (the smallest id of equal ones)
 */
public record GalleryQuery(String gallery, List<float[]> vectors, int topK, double threshold, Optional<AttributeFilter> filter, boolean distinctLabels) {
    public GalleryQuery {
        if (topK < 1) {
            throw new IllegalArgumentException("topK: " + topK + " (expected: >= 1)");
        }
        vectors = List.copyOf(vectors);
    }

    public GalleryQuery(String gallery, List<float[]> vectors, int topK, double threshold) {
        this(gallery, vectors, topK, threshold, Optional.empty(), false);
    }

    /** The same asked of other vectors. */
    GalleryQuery with(List<float[]> others) {
        return new GalleryQuery(gallery, others, topK, threshold, filter, distinctLabels);
    }

    /** @throws IllegalArgumentException a vector of another dimension */
    public void checkDimension(int dimension) {
        for (float[] vector : vectors) {
            if (vector.length != dimension) {
                throw new IllegalArgumentException("query: " + vector.length + " dimensions (expected: " + dimension + ")");
            }
        }
    }
}
