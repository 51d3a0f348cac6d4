package io.sightline.processors.gallery;

/** One edit of a gallery, made searchable. */
public sealed interface GalleryEdit {
    String gallery();

    String id();

    /** Sequence number of the edit. */
    long epoch();

    /**
     * Adds an entry or replaces the one with the same id.
     *
     * @param attributes a JSON object
     * @param vector the embedding; not changed afterwards
     */
    record Put(String gallery, String id, long epoch, String label, String attributes, float[] vector) implements GalleryEdit {
    }

    record Remove(String gallery, String id, long epoch) implements GalleryEdit {
    }
}
