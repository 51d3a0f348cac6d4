package io.sightline.processors.lookup;

import io.sightline.processors.gallery.AttributeFilter;
import java.util.List;
import java.util.Optional;

/**
 * The embeddings of one picture, to be looked up together in one gallery: all their hits come from one epoch.
 *
 * @param vectors unit length; may be none, then the answer is the epoch alone
 * @param filter what an entry's attributes must be like
 * @param distinctLabels of several entries with one label only the best one is a hit
 */
public record LookupRequest(String gallery, List<float[]> vectors, int topK, double threshold, Optional<AttributeFilter> filter, boolean distinctLabels) {
    public LookupRequest(String gallery, List<float[]> vectors, int topK, double threshold) {
        this(gallery, vectors, topK, threshold, Optional.empty(), false);
    }
}
