package io.sightline.processors.gallery;

/**
 * The model whose vectors a gallery holds.
 *
 * @param id name@version#hash
 * @param dimension of its vectors
 */
public record GalleryModel(String id, int dimension) {
    public GalleryModel {
        if (dimension < 1) {
            throw new IllegalArgumentException("dimension: " + dimension + " (expected: >= 1)");
        }
    }
}
