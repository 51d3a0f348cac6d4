package io.sightline.app.evaluate;

import io.sightline.processors.embed.Crop;
import io.sightline.processors.gallery.EmbeddedIndex;
import io.sightline.processors.gallery.GalleryEdit;
import io.sightline.processors.gallery.GalleryModel;
import io.sightline.processors.gallery.GalleryModels;
import io.sightline.processors.gallery.GallerySearch.Hit;
import io.sightline.processors.image.DecodedImage;
import io.sightline.processors.model.GalleryIndexing;
import io.sightline.synth.GalleryPicture;
import java.util.List;

/** The test world's gallery, twice: cut as the product cuts it, and cut to the true box. */
final class WorldGallery implements AutoCloseable {
    private static final String INDEXED = "indexed";
    private static final String TRUE_BOX = "true-box";

    private final BareStages stages;
    private final GalleryIndexing indexing;
    private final EmbeddedIndex index;
    private long epoch;

    WorldGallery(BareStages stages, GalleryIndexing indexing) {
        this.stages = stages;
        this.indexing = indexing;
        this.index = new EmbeddedIndex(GalleryModels.same(stages.galleryModel()), List.of());
    }

    void add(GalleryPicture picture) throws Exception {
        try (DecodedImage image = stages.decode(picture.jpeg())) {
            put(INDEXED, picture, stages.embed(stages.galleryCrop(image, indexing)));
            put(TRUE_BOX, picture, stages.embed(trueCrop(image, picture.box())));
        }
    }

    private void put(String gallery, GalleryPicture picture, float[] vector) {
        index.apply(new GalleryEdit.Put(gallery, Long.toString(picture.identity()), ++epoch, epoch, picture.label(), "{}", vector));
    }

    Hit nearest(float[] vector) {
        return nearest(INDEXED, vector);
    }

    Hit nearestOfTrueBoxes(float[] vector) {
        return nearest(TRUE_BOX, vector);
    }

    private Hit nearest(String gallery, float[] vector) {
        return index.search(gallery, List.of(vector), 1, -1).hits().get(0).get(0);
    }

    /** @param box x1, y1, x2, y2, not whole pixels */
    static Crop trueCrop(DecodedImage image, double[] box) {
        int x1 = clip(box[0], image.width() - 2);
        int y1 = clip(box[1], image.height() - 2);
        return new Crop(image, x1, y1, Math.max(x1 + 2, clip(box[2], image.width())), Math.max(y1 + 2, clip(box[3], image.height())));
    }

    private static int clip(double value, int most) {
        return (int) Math.max(0, Math.min(most, Math.round(value)));
    }

    @Override
    public void close() {
        index.close();
    }
}
