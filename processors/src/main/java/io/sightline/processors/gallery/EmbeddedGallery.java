package io.sightline.processors.gallery;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One generation of one gallery of an {@link EmbeddedIndex}. Searches share a lock that an edit takes alone, so a search sees one epoch;
 * an edit holds it for microseconds, a search for its whole scan. One thread edits, any number search.
 */
final class EmbeddedGallery {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedGallery.class);
    /** Who waits for an edit asks soon after it, and not more of them than may wait at a time. */
    static final int REFUSALS_KNOWN = WatchedIndex.MAX_WAITS;

    private final String name;
    private final EmbeddedIndexSettings settings;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final EntryTable table;
    private final GraphKeeper graphs;
    private long epoch;
    private long offset = -1;
    /** Puts that were not taken because the gallery was full. */
    private long refused;
    /** The latest of their epochs. */
    private final LinkedHashSet<Long> refusals = new LinkedHashSet<>();

    /** @param linker see {@link GraphKeeper} */
    EmbeddedGallery(String name, int dimension, EmbeddedIndexSettings settings, Executor linker) {
        this.name = name;
        this.settings = settings;
        this.table = new EntryTable(dimension);
        this.graphs = new GraphKeeper(dimension, settings, linker);
    }

    /** @param unit the vector at unit length; kept */
    void put(GalleryEdit.Put edit, float[] unit) {
        // The long part before the lock.
        StoredEntry entry = new StoredEntry(edit.id(), edit.label(), edit.attributes(), edit.epoch(), unit);
        Quantised quantised = Quantised.stored(unit);
        lock.writeLock().lock();
        try {
            if (isReplay(edit)) {
                return;
            }
            if (table.size() < settings.maxEntries() || table.contains(edit.id())) {
                table.put(entry, quantised);
                graphs.added(entry, table);
            } else {
                refuse(edit);
            }
            applied(edit);
        } finally {
            lock.writeLock().unlock();
        }
    }

    void remove(GalleryEdit.Remove edit) {
        lock.writeLock().lock();
        try {
            if (!isReplay(edit)) {
                if (table.remove(edit.id())) {
                    graphs.removed(table);
                }
                applied(edit);
            }
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

    /**
     * Takes the place of an earlier generation, which gets no more edits: the gallery's epoch does not go back.
     *
     * @param readTo offset up to which the log was read
     * @throws RebuildBehindException where this one lacks edits that the earlier one has
     */
    void succeed(EmbeddedGallery earlier, long readTo) {
        lock.writeLock().lock();
        try {
            offset = Math.max(offset, readTo);
            if (earlier.offset > offset) {
                throw new RebuildBehindException("gallery " + name + ": the new generation is at offset " + offset + " (expected: " + earlier.offset
                        + ", where the gallery is by now)");
            }
            epoch = Math.max(epoch, earlier.epoch);
        } finally {
            lock.writeLock().unlock();
        }
    }

    private void refuse(GalleryEdit.Put edit) {
        refusals.add(edit.epoch());
        if (refusals.size() > REFUSALS_KNOWN) {
            refusals.remove(refusals.iterator().next());
        }
        if (++refused == 1) {
            LOG.warn("gallery {}: {} entries (expected: at most {}, max_entries); '{}' is not taken and can't be found, further ones are not reported", name,
                    table.size() + 1, settings.maxEntries(), edit.id());
        }
    }

    /** See {@link GalleryIndex#refusal}. */
    Optional<String> refusal(long epoch) {
        lock.readLock().lock();
        try {
            return refusals.contains(epoch) ? Optional.of("gallery '" + name + "': full, one entry more than " + settings.maxEntries()
                    + " (expected: at most that, max_entries); the edit is kept and listed, but can't be found") : Optional.empty();
        } finally {
            lock.readLock().unlock();
        }
    }

    GallerySearch search(GalleryQuery query) {
        lock.readLock().lock();
        try {
            List<TopHits> found = graphs.usable().map(graph -> new ApproximateSearch(table, graph, settings.hnswEfSearch()).search(query))
                    .orElseGet(() -> ExactScan.search(table, query));
            return new GallerySearch(name, epoch, found.stream().map(TopHits::bestFirst).toList());
        } finally {
            lock.readLock().unlock();
        }
    }

    /** As it is now, to be written to a file: entries do not change. Called by the writer, so that no slot changes. */
    GalleryFormat.Stored stored(GalleryModel model, long generation) {
        lock.readLock().lock();
        try {
            return new GalleryFormat.Stored(name, model, generation, epoch, offset, refused, List.copyOf(table.entries()), graphs.saved());
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Fills a new gallery with what a file holds. The entries become this gallery's. */
    void restore(GalleryFormat.Stored stored) {
        lock.writeLock().lock();
        try {
            Optional<SavedGraph> graph = stored.graph().filter(saved -> saved.fits(settings) && stored.entries().size() > settings.exactMaxEntries());
            for (StoredEntry entry : stored.entries()) {
                table.put(entry, Quantised.stored(entry.vector()));
                if (graph.isEmpty()) {
                    graphs.added(entry, table);
                }
            }
            graph.ifPresent(saved -> graphs.restore(saved, table));
            epoch = stored.epoch();
            offset = stored.offset();
            refused = stored.refused();
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** True while searches go through a graph: they may miss an entry. */
    boolean isApproximate() {
        return graphs.usable().isPresent();
    }

    /** Lets its memory go; nobody searches it any more, or is just ending. */
    void close() {
        graphs.close();
    }

    GalleryStats stats(String model, long generation) {
        lock.readLock().lock();
        try {
            return new GalleryStats(name, model, table.size(), epoch, generation, table.vectorBytes() + graphs.bytes(), refused);
        } finally {
            lock.readLock().unlock();
        }
    }
}
