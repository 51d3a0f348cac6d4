package io.sightline.app.bench;

import io.sightline.processors.gallery.EmbeddedIndex;
import io.sightline.processors.gallery.EmbeddedIndexSettings;
import io.sightline.processors.gallery.GalleryIndex;
import io.sightline.processors.gallery.GalleryModel;
import io.sightline.processors.gallery.GalleryModels;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** A kind of index that {@link GalleryBench} can open; {@link #ALL} names them. */
interface BenchedIndex {
    String GALLERY = "bench";

    /** By the name given to {@code --index}. */
    Map<String, BenchedIndex> ALL = all();

    /** A new, empty index with the gallery {@link #GALLERY}. */
    Opened open(int dimension, int entries);

    /**
     * @param ready true once all that was put is searched as it will be from then on
     */
    record Opened(GalleryIndex index, Predicate<GalleryIndex> ready) implements AutoCloseable {
        @Override
        public void close() {
            index.close();
        }
    }

    static Set<String> names() {
        return ALL.keySet();
    }

    private static Map<String, BenchedIndex> all() {
        Map<String, BenchedIndex> all = new LinkedHashMap<>();
        all.put("embedded", (dimension, entries) -> new Opened(embedded(dimension, Math.max(1, entries), entries), index -> true));
        all.put("hnsw", (dimension, entries) -> new Opened(embedded(dimension, entries / 2, entries), index -> ((EmbeddedIndex) index).isApproximate(GALLERY)));
        return all;
    }

    private static EmbeddedIndex embedded(int dimension, int exactMaxEntries, int entries) {
        EmbeddedIndexSettings shipped = EmbeddedIndexSettings.DEFAULT;
        return new EmbeddedIndex(GalleryModels.same(new GalleryModel("bench@1#000000000000", dimension)), List.of(GALLERY),
                new EmbeddedIndexSettings(exactMaxEntries, Math.max(1, entries), shipped.hnswM(), shipped.hnswEfConstruction(), shipped.hnswEfSearch()));
    }
}
