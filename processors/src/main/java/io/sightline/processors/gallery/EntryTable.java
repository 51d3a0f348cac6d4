package io.sightline.processors.gallery;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The entries of a gallery, by id and by slot. Slots have no gaps: the last entry moves into the slot of a removed one, and memory that is
 * no longer needed is let go. Guarded by its gallery's lock.
 *
 * <p>Memory an entry: 4 bytes a dimension (float), 1 byte a dimension + 12 (first pass, most of it outside the heap), and about 150 bytes with
 * its id, label and attributes if these are short: 2.7 kB at 512 dimensions.
 */
final class EntryTable {
    /** Below this the maps are not worth making anew. */
    private static final int SMALL = 1024;
    private static final int SHRINK_AT = 4;
    private static final int FREE_SLOTS = QuantisedBlock.MAX_SLOTS + QuantisedBlock.MAX_SLOTS / 2;

    private final int dimension;
    private final List<QuantisedBlock> blocks = new ArrayList<>();
    private final ArrayList<StoredEntry> entries = new ArrayList<>();
    private Map<String, StoredEntry> byId = new HashMap<>();
    private int capacity;
    /** Most entries since the maps were made. */
    private int most;

    EntryTable(int dimension) {
        this.dimension = dimension;
    }

    int size() {
        return entries.size();
    }

    /** Slots for which memory is taken. */
    int capacity() {
        return capacity;
    }

    /** In order of their slots; all but the last have {@link QuantisedBlock#MAX_SLOTS}. */
    List<QuantisedBlock> blocks() {
        return blocks;
    }

    StoredEntry entry(int slot) {
        return entries.get(slot);
    }

    boolean contains(String id) {
        return byId.containsKey(id);
    }

    List<StoredEntry> entries() {
        return Collections.unmodifiableList(entries);
    }

    /** Null: there is none with this id. */
    StoredEntry entry(String id) {
        return byId.get(id);
    }

    /** Adds an entry, or replaces the one with its id. @param quantised its vector, as stored */
    void put(StoredEntry entry, Quantised quantised) {
        StoredEntry replaced = byId.put(entry.id(), entry);
        int slot;
        if (replaced == null) {
            slot = entries.size();
            reserve(slot + 1);
            entries.add(entry);
        } else {
            slot = replaced.slot();
            replaced.slot(StoredEntry.NO_SLOT);
            entries.set(slot, entry);
        }
        entry.slot(slot);
        block(slot).set(slot % QuantisedBlock.MAX_SLOTS, quantised);
        most = Math.max(most, entries.size());
    }

    /** False: there is none with this id. */
    boolean remove(String id) {
        StoredEntry removed = byId.remove(id);
        if (removed == null) {
            return false;
        }
        int last = entries.size() - 1;
        StoredEntry moved = entries.remove(last);
        if (moved != removed) {
            int slot = removed.slot();
            entries.set(slot, moved);
            moved.slot(slot);
            block(slot).copy(slot % QuantisedBlock.MAX_SLOTS, block(last), last % QuantisedBlock.MAX_SLOTS, 1);
        }
        removed.slot(StoredEntry.NO_SLOT);
        release();
        return true;
    }

    private QuantisedBlock block(int slot) {
        return blocks.get(slot / QuantisedBlock.MAX_SLOTS);
    }

    /** The first block begins small and doubles: there may be many small galleries. */
    private void reserve(int slots) {
        if (slots <= capacity) {
            return;
        }
        if (capacity == 0) {
            blocks.add(new QuantisedBlock(dimension, QuantisedBlock.MIN_SLOTS));
        } else if (capacity < QuantisedBlock.MAX_SLOTS) {
            blocks.set(0, blocks.get(0).grown(2 * capacity));
        } else {
            blocks.add(new QuantisedBlock(dimension, QuantisedBlock.MAX_SLOTS));
        }
        capacity = blocks.stream().mapToInt(QuantisedBlock::slots).sum();
    }

    /** Leaves half a block of room, so that a gallery on a block's edge does not make and drop one with every edit. */
    private void release() {
        while (capacity - entries.size() >= FREE_SLOTS || entries.isEmpty() && capacity > 0) {
            capacity -= blocks.remove(blocks.size() - 1).slots();
        }
        if (most > SMALL && entries.size() < most / SHRINK_AT) {
            entries.trimToSize();
            byId = new HashMap<>(byId);
            most = entries.size();
        }
    }

    /** Taken by the vectors, roughly. */
    long vectorBytes() {
        return (long) entries.size() * dimension * Float.BYTES + QuantisedBlock.bytes(dimension, capacity);
    }
}
