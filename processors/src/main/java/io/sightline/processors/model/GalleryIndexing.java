package io.sightline.processors.model;

/**
 * How gallery pictures are made ready for an embedder.
 *
 * @param detected true: the best detection in the picture is embedded; false: the whole picture
 * @param widen share of the longer side by which the picture is widened on each side before detection
 * @param spread 0: what was cut out is embedded once; otherwise also with a box smaller by this share and with one larger by it, and the
 *         mean of the three is indexed
 */
public record GalleryIndexing(boolean detected, double widen, double spread) {
    public static final GalleryIndexing WHOLE = new GalleryIndexing(false, 0, 0);
}
