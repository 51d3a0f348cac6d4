package io.sightline.processors.recognition;

import io.sightline.schemas.topics.GalleryKey;
import java.util.List;
import java.util.Optional;

/**
 * A gallery edit as it will be worked on, checked. Of image and vector one is there in an addition, none in a removal.
 *
 * @param vector unit length
 * @param box x1, y1, x2, y2 in pixels of the image
 */
record GalleryJob(GalleryKey key, long epoch, String label, String attributes, Optional<byte[]> image, Optional<float[]> vector, Optional<List<Integer>> box) {
    static GalleryJob removal(GalleryKey key, long epoch) {
        return new GalleryJob(key, epoch, "", "{}", Optional.empty(), Optional.empty(), Optional.empty());
    }
}
