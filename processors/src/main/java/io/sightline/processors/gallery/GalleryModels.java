package io.sightline.processors.gallery;

/** Says which model's vectors each gallery holds; every name has an answer, always the same one. Thread-safe. */
@FunctionalInterface
public interface GalleryModels {
    GalleryModel of(String gallery);

    /** One model for all galleries. */
    static GalleryModels same(GalleryModel model) {
        return gallery -> model;
    }
}
