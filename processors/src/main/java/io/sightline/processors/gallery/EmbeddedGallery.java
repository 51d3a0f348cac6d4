package io.sightline.processors.gallery;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * One gallery of an {@link EmbeddedIndex}. Searches share a lock that an edit takes alone, so a search sees one epoch; an edit takes
 * microseconds, a search holds the lock for its whole scan. Slots of removed entries are used again; memory is as large as the
 * gallery ever was.
 */
final class EmbeddedGallery {
    private final String name;
    private final int dimension;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final List<VectorBlock> blocks = new ArrayList<>();
    /** By slot; null: free. */
    private final List<StoredEntry> entries = new ArrayList<>();
    private final List<Integer> freeSlots = new ArrayList<>();
    private final Map<String, Integer> slots = new HashMap<>();
    private long epoch;
    private long offset = -1;

    EmbeddedGallery(String name, int dimension) {
        this.name = name;
        this.dimension = dimension;
    }

    /** @param unit the vector at unit length */
    void put(GalleryEdit.Put edit, float[] unit) {
        lock.writeLock().lock();
        try {
            if (isReplay(edit)) {
                return;
            }
            StoredEntry entry = new StoredEntry(edit.id(), edit.label(), edit.attributes(), edit.epoch());
            int slot = slots.computeIfAbsent(edit.id(), id -> freeSlot());
            entries.set(slot, entry);
            blocks.get(slot / VectorBlock.SLOTS).set(slot % VectorBlock.SLOTS, unit);
            applied(edit);
        } finally {
            lock.writeLock().unlock();
        }
    }

    void remove(GalleryEdit.Remove edit) {
        lock.writeLock().lock();
        try {
            if (isReplay(edit)) {
                return;
            }
            Integer slot = slots.remove(edit.id());
            if (slot != null) {
                entries.set(slot, null);
                freeSlots.add(slot);
            }
            applied(edit);
        } finally {
            lock.writeLock().unlock();
        }
    }

    private boolean isReplay(GalleryEdit edit) {
        return edit.offset() <= offset;
    }

    /** Epochs may come out of order: where a log was compacted, or is read again for another model. */
    private void applied(GalleryEdit edit) {
        epoch = Math.max(epoch, edit.epoch());
        offset = edit.offset();
    }

    private int freeSlot() {
        if (!freeSlots.isEmpty()) {
            return freeSlots.remove(freeSlots.size() - 1);
        }
        if (entries.size() == blocks.size() * VectorBlock.SLOTS) {
            blocks.add(new VectorBlock(dimension));
        }
        entries.add(null);
        return entries.size() - 1;
    }

    GallerySearch search(GalleryQuery query) {
        lock.readLock().lock();
        try {
            List<float[]> queries = query.vectors();
            List<TopHits> best = queries.stream().map(vector -> new TopHits(query)).toList();
            float[] scores = new float[VectorBlock.SLOTS];
            // Block by block, all queries on a block while it is in the processor's cache: memory is read once.
            for (int block = 0; block < blocks.size(); block++) {
                for (int q = 0; q < best.size(); q++) {
                    blocks.get(block).score(queries.get(q), scores);
                    collect(block * VectorBlock.SLOTS, scores, best.get(q));
                }
            }
            return new GallerySearch(name, epoch, best.stream().map(TopHits::bestFirst).toList());
        } finally {
            lock.readLock().unlock();
        }
    }

    private void collect(int firstSlot, float[] scores, TopHits best) {
        int count = Math.min(VectorBlock.SLOTS, entries.size() - firstSlot);
        for (int s = 0; s < count; s++) {
            if (scores[s] >= best.floor()) {
                StoredEntry entry = entries.get(firstSlot + s);
                if (entry != null) {
                    best.offer(entry, scores[s]);
                }
            }
        }
    }

    long size() {
        lock.readLock().lock();
        try {
            return slots.size();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Slots for which memory is taken. */
    int capacity() {
        return blocks.size() * VectorBlock.SLOTS;
    }

    long epoch() {
        lock.readLock().lock();
        try {
            return epoch;
        } finally {
            lock.readLock().unlock();
        }
    }
}
