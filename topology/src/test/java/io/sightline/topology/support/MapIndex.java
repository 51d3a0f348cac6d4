package io.sightline.topology.support;

import io.sightline.processors.gallery.GalleryEdit;
import io.sightline.processors.gallery.GalleryIndex;
import io.sightline.processors.gallery.GalleryQuery;
import io.sightline.processors.gallery.GalleryRebuild;
import io.sightline.processors.gallery.GallerySearch;
import io.sightline.processors.gallery.GalleryStats;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The least that is a gallery index of two dimensions; finds nothing. */
public final class MapIndex implements GalleryIndex {
    private final Map<String, Map<String, GalleryEdit.Put>> entries = new HashMap<>();
    private final Map<String, Long> epochs = new HashMap<>();
    private RuntimeException next;

    /** The next apply throws this, once. */
    public synchronized void failNext(RuntimeException failure) {
        next = failure;
    }

    @Override
    public synchronized void apply(List<GalleryEdit> edits) {
        if (next != null) {
            RuntimeException failure = next;
            next = null;
            throw failure;
        }
        edits.forEach(this::applyOne);
    }

    private void applyOne(GalleryEdit edit) {
        Map<String, GalleryEdit.Put> gallery = entries.computeIfAbsent(edit.gallery(), name -> new HashMap<>());
        if (edit instanceof GalleryEdit.Put put) {
            if (put.vector().length != 2) {
                throw new IllegalArgumentException("vector: " + put.vector().length + " numbers (expected: 2)");
            }
            gallery.put(put.id(), put);
        } else {
            gallery.remove(edit.id());
        }
        epochs.merge(edit.gallery(), edit.epoch(), Math::max);
    }

    public synchronized Set<String> ids(String gallery) {
        return Set.copyOf(entries.getOrDefault(gallery, Map.of()).keySet());
    }

    @Override
    public GallerySearch search(GalleryQuery query) {
        return new GallerySearch(query.gallery(), epoch(query.gallery()), query.vectors().stream().map(vector -> List.<GallerySearch.Hit>of()).toList());
    }

    @Override
    public synchronized boolean contains(String gallery) {
        return entries.containsKey(gallery);
    }

    @Override
    public synchronized Set<String> galleries() {
        return Set.copyOf(entries.keySet());
    }

    @Override
    public GalleryRebuild rebuild(String gallery) {
        throw new UnsupportedOperationException("no test rebuilds");
    }

    @Override
    public synchronized GalleryStats stats(String gallery) {
        return new GalleryStats(gallery, "m@1#0", entries.getOrDefault(gallery, Map.of()).size(), epochs.getOrDefault(gallery, 0L), 1, -1);
    }

    @Override
    public void close() {
    }
}
