package io.sightline.app.evaluate;

import io.sightline.processors.gallery.GallerySearch.Hit;
import java.util.List;

/**
 * What the gallery had for one query.
 *
 * @param label the truth
 * @param answerable whether another picture of the gallery has that label
 * @param hits best first; none where the gallery holds only the query itself
 */
public record DatasetAnswer(String label, boolean answerable, List<Hit> hits) {
    boolean rightWithin(int top) {
        return hits.stream().limit(top).anyMatch(hit -> hit.label().equals(label));
    }
}
