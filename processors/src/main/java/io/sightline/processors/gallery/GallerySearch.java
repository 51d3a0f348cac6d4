package io.sightline.processors.gallery;

import java.util.List;

/**
 * Answer to a search.
 *
 * @param epoch the state of the gallery that all hits come from
 * @param hits for each query its hits, best first; equal scores in order of their ids
 */
public record GallerySearch(String gallery, long epoch, List<List<Hit>> hits) {
    /** @param score cosine, -1..1, unrounded */
    public record Hit(String id, String label, String attributes, double score) {
    }
}
