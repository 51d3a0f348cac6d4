package io.sightline.app.gallery;

/** What an import does with the gallery, as the reference's index operations. */
public enum ImportOperation {
    /** The gallery has then what the file has: other entries are removed, once all of the file's are in; none where a line failed. */
    NEW,
    /** The file's entries are added, or replace those of the same id. */
    APPEND,
    /** The file's entries are removed, by id. */
    REMOVE
}
