package io.sightline.processors.model;

/**
 * How gallery pictures are made ready for an embedder.
 *
 * @param detected true: the best detection in the picture is embedded; false: the whole picture
 * @param widen share of the longer side by which the picture is widened on each side before detection
 */
public record GalleryIndexing(boolean detected, double widen) {
    public static final GalleryIndexing WHOLE = new GalleryIndexing(false, 0);
}
