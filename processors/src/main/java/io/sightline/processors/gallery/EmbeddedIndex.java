package io.sightline.processors.gallery;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Galleries in this process's memory, searched exactly. Thread-safe, for any number of writers and searchers; a search excludes the
 * writers of its own gallery while it scans. Memory: 4 bytes a dimension and vector, and the entries' texts.
 */
public final class EmbeddedIndex implements GalleryIndex {
    private final int dimension;
    private final Map<String, EmbeddedGallery> galleries = new ConcurrentHashMap<>();

    /** @param declared galleries that exist though nothing was put into them */
    public EmbeddedIndex(int dimension, Collection<String> declared) {
        if (dimension < 1) {
            throw new IllegalArgumentException("dimension: " + dimension + " (expected: >= 1)");
        }
        this.dimension = dimension;
        declared.forEach(this::gallery);
    }

    private EmbeddedGallery gallery(String name) {
        return galleries.computeIfAbsent(name, added -> new EmbeddedGallery(added, dimension));
    }

    @Override
    public void apply(GalleryEdit edit) {
        if (edit instanceof GalleryEdit.Put put) {
            float[] unit = UnitVectors.of(put.vector(), dimension);
            gallery(put.gallery()).put(put, unit);
        } else if (edit instanceof GalleryEdit.Remove remove) {
            gallery(remove.gallery()).remove(remove);
        }
    }

    @Override
    public GallerySearch search(String gallery, List<float[]> queries, int topK, double threshold) {
        if (topK < 1) {
            throw new IllegalArgumentException("topK: " + topK + " (expected: >= 1)");
        }
        for (float[] query : queries) {
            if (query.length != dimension) {
                throw new IllegalArgumentException("query: " + query.length + " dimensions (expected: " + dimension + ")");
            }
        }
        EmbeddedGallery known = galleries.get(gallery);
        if (known == null) {
            throw new UnknownGalleryException(gallery, galleries.keySet());
        }
        return known.search(queries, topK, threshold);
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
    public int size(String gallery) {
        EmbeddedGallery known = galleries.get(gallery);
        return known == null ? 0 : known.size();
    }

    @Override
    public long epoch(String gallery) {
        EmbeddedGallery known = galleries.get(gallery);
        return known == null ? 0 : known.epoch();
    }

    @Override
    public void close() {
        galleries.clear();
    }
}
