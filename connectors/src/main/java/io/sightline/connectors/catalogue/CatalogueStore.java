package io.sightline.connectors.catalogue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** The entries of all galleries, sorted by id. One writer (the follower's thread), any readers; bounded by the entries it may hold. */
final class CatalogueStore {
    private static final class Gallery {
        final ConcurrentSkipListMap<String, CatalogueEntry> entries = new ConcurrentSkipListMap<>();
        final ConcurrentMap<String, Integer> models = new ConcurrentHashMap<>();
        volatile long epoch;
        /** Counted here: the map's own size is a walk over all of it. */
        volatile int size;
    }

    private final int maxEntries;
    private final Map<String, Gallery> galleries = new ConcurrentSkipListMap<>();
    /** Few different ones among many entries: each is kept once. The writer's. */
    private final Map<String, String> modelNames = new HashMap<>();
    private int size;
    private volatile boolean overfull;

    CatalogueStore(int maxEntries) {
        this.maxEntries = maxEntries;
    }

    void put(String gallery, String id, CatalogueEntry entry) {
        Gallery in = gallery(gallery);
        if (!overfull) {
            String model = modelNames.computeIfAbsent(entry.model(), name -> name);
            String attributes = entry.attributes().equals("{}") ? "{}" : entry.attributes();
            CatalogueEntry old = in.entries.put(id, new CatalogueEntry(entry.label(), attributes, entry.epoch(), model, entry.error()));
            in.models.merge(model, 1, Integer::sum);
            if (old != null) {
                forget(in, old);
            } else {
                in.size++;
                size++;
            }
            if (size > maxEntries) {
                overflow();
            }
        }
        in.epoch = Math.max(in.epoch, entry.epoch());
    }

    void remove(String gallery, String id, long epoch) {
        Gallery in = gallery(gallery);
        CatalogueEntry old = in.entries.remove(id);
        if (old != null) {
            forget(in, old);
            in.size--;
            size--;
        }
        in.epoch = Math.max(in.epoch, epoch);
    }

    private Gallery gallery(String name) {
        return galleries.computeIfAbsent(name, unseen -> new Gallery());
    }

    private static void forget(Gallery in, CatalogueEntry old) {
        in.models.computeIfPresent(old.model(), (model, count) -> count == 1 ? null : count - 1);
    }

    /** Gives the memory back; epochs are followed all the same, for those who wait for their edits. */
    private void overflow() {
        overfull = true;
        galleries.values().forEach(gallery -> {
            gallery.entries.clear();
            gallery.models.clear();
            gallery.size = 0;
        });
        size = 0;
    }

    /** True once there were more entries than may be held: no entry is known any more. */
    boolean overfull() {
        return overfull;
    }

    /** 0 where the gallery is unknown. */
    long epoch(String gallery) {
        Gallery in = galleries.get(gallery);
        return in == null ? 0 : in.epoch;
    }

    boolean contains(String gallery) {
        return galleries.containsKey(gallery);
    }

    Optional<CatalogueEntry> entry(String gallery, String id) {
        return Optional.ofNullable(galleries.get(gallery)).map(in -> in.entries.get(id));
    }

    /** Entries by id, at most so many, those behind the id given; null: from the first on. */
    Map<String, CatalogueEntry> page(String gallery, String after, int limit) {
        Map<String, CatalogueEntry> page = new TreeMap<>();
        Gallery in = galleries.get(gallery);
        if (in == null) {
            return page;
        }
        for (Map.Entry<String, CatalogueEntry> entry : (after == null ? in.entries : in.entries.tailMap(after, false)).entrySet()) {
            if (page.size() == limit) {
                break;
            }
            page.put(entry.getKey(), entry.getValue());
        }
        return page;
    }

    Optional<GallerySummary> summary(String gallery) {
        return Optional.ofNullable(galleries.get(gallery)).map(in -> new GallerySummary(gallery, in.size, in.epoch, new TreeMap<>(in.models)));
    }

    /** Sorted by name. */
    List<GallerySummary> summaries() {
        List<GallerySummary> all = new ArrayList<>();
        galleries.forEach((name, in) -> all.add(new GallerySummary(name, in.size, in.epoch, new TreeMap<>(in.models))));
        return all;
    }
}
