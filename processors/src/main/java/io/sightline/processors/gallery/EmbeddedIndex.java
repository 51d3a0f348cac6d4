package io.sightline.processors.gallery;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Galleries in this process's memory, searched exactly ({@link ExactScan}). Thread-safe, for any number of searchers beside the one
 * writer; a search excludes the writer of its own gallery while it scans. Memory: see {@link EntryTable}, 2.7 kB an entry of 512 dimensions,
 * on the heap; it is given back when entries are removed in masses and when a generation is replaced.
 */
public final class EmbeddedIndex implements GalleryIndex {
    private record Generation(EmbeddedGallery gallery, GalleryModel model, long number) {
    }

    private final GalleryModels models;
    private final EmbeddedIndexSettings settings;
    private final Map<String, Generation> galleries = new ConcurrentHashMap<>();

    /** @param declared galleries that exist though nothing was put into them */
    public EmbeddedIndex(GalleryModels models, Collection<String> declared) {
        this(models, declared, EmbeddedIndexSettings.DEFAULT);
    }

    /** @param declared galleries that exist though nothing was put into them */
    public EmbeddedIndex(GalleryModels models, Collection<String> declared, EmbeddedIndexSettings settings) {
        this.models = models;
        this.settings = settings;
        declared.forEach(this::gallery);
    }

    private Generation gallery(String name) {
        return galleries.computeIfAbsent(name, added -> generation(added, 1));
    }

    private Generation generation(String name, long number) {
        GalleryModel model = models.of(name);
        return new Generation(new EmbeddedGallery(name, model.dimension(), settings), model, number);
    }

    @Override
    public void apply(List<GalleryEdit> edits) {
        for (GalleryEdit edit : edits) {
            if (edit instanceof GalleryEdit.Put put) {
                UnitVectors.check(put.vector(), models.of(put.gallery()).dimension());
            }
            apply(edit, gallery(edit.gallery()));
        }
    }

    private static void apply(GalleryEdit edit, Generation generation) {
        if (edit instanceof GalleryEdit.Put put) {
            generation.gallery().put(put, UnitVectors.of(put.vector(), generation.model().dimension()));
        } else if (edit instanceof GalleryEdit.Remove remove) {
            generation.gallery().remove(remove);
        }
    }

    private Generation known(String gallery) {
        Generation known = galleries.get(gallery);
        if (known == null) {
            throw new UnknownGalleryException(gallery, galleries.keySet());
        }
        return known;
    }

    @Override
    public GallerySearch search(GalleryQuery query) {
        Generation known = known(query.gallery());
        query.checkDimension(known.model().dimension());
        return known.gallery().search(query);
    }

    @Override
    public GalleryRebuild rebuild(String gallery) {
        Generation next = generation(gallery, galleries.containsKey(gallery) ? galleries.get(gallery).number() + 1 : 1);
        return new GalleryRebuild() {
            @Override
            public void apply(List<GalleryEdit> edits) {
                edits.forEach(edit -> EmbeddedIndex.apply(edit, next));
            }

            @Override
            public void commit() {
                galleries.put(gallery, next);
            }

            @Override
            public void close() {
                // Memory of the heap: nothing to free.
            }
        };
    }

    @Override
    public boolean contains(String gallery) {
        return galleries.containsKey(gallery);
    }

    @Override
    public Set<String> galleries() {
        return Set.copyOf(galleries.keySet());
    }

    @Override
    public GalleryStats stats(String gallery) {
        Generation known = known(gallery);
        return known.gallery().stats(known.model().id(), known.number());
    }

    @Override
    public void close() {
        galleries.clear();
    }
}
