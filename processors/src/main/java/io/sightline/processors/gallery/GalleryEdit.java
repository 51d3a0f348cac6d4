package io.sightline.processors.gallery;

/** One edit of a gallery, made searchable. */
public sealed interface GalleryEdit {
    String gallery();

    String id();

    /** Sequence number of the edit. */
    long epoch();

    /** Where the edit stands in the log of searchable edits: rises within a gallery, also where a re-read log brings old epochs again. */
    long offset();

    /**
     * Adds an entry or replaces the one with the same id.
     *
     * @param attributes a JSON object
     * @param vector the embedding; not changed afterwards
     */
    record Put(String gallery, String id, long epoch, long offset, String label, String attributes, float[] vector) implements GalleryEdit {
    }

    record Remove(String gallery, String id, long epoch, long offset) implements GalleryEdit {
    }
}
