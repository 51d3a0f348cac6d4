package io.sightline.app.evaluate;

import io.sightline.processors.gallery.GallerySearch.Hit;
import java.util.List;

/** What the models made of a scene. */
record SeenScene(List<SeenObject> objects, List<SeenBox> boxes) {
    /**
     * A true product.
     *
     * @param counted enough of it shows to be counted
     * @param indexed the nearest gallery entry to its true box, gallery cut as the product does it; null where it is not counted
     * @param trueBox the same, gallery cut to the true box
     */
    record SeenObject(String label, boolean counted, Hit indexed, Hit trueBox) {
    }

    /**
     * A detection.
     *
     * @param object number of the product it finds, or {@link BoxMatching#NOTHING}
     * @param nearest entry of the gallery
     */
    record SeenBox(double score, int object, Hit nearest) {
    }

    long counted() {
        return objects.stream().filter(SeenObject::counted).count();
    }
}
