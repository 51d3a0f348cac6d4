package io.sightline.processors.gallery;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Galleries in this process's memory, searched exactly ({@link ExactScan}) or, above {@code exact_max_entries}, through a graph. Thread-safe, for any number of searchers beside the one
 * writer; a search excludes the writer of its own gallery while it scans. Memory: see {@link EntryTable}, 2.7 kB an entry of 512 dimensions,
 * a fifth of it outside the heap; it is given back when entries are removed in masses and when a generation is replaced.
 */
public final class EmbeddedIndex implements GalleryIndex {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedIndex.class);
    private static final String FILE = "galleries.index";

    private record Generation(EmbeddedGallery gallery, GalleryModel model, long number) {
    }

    private final GalleryModels models;
    private final EmbeddedIndexSettings settings;
    private final Map<String, Generation> galleries = new ConcurrentHashMap<>();
    /** Held for an edit and for the switch to another generation: none may fall between the two. */
    private final Object writing = new Object();
    /** Half of the processors, so that requests are answered meanwhile; started when first needed. A gallery has one task in it at most. */
    private final ForkJoinPool linker = new ForkJoinPool(Math.max(1, Runtime.getRuntime().availableProcessors() / 2), EmbeddedIndex::linkerThread, null, true);

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

    private static ForkJoinWorkerThread linkerThread(ForkJoinPool pool) {
        ForkJoinWorkerThread thread = ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
        thread.setName("gallery-graph-" + thread.getPoolIndex());
        return thread;
    }

    private Generation gallery(String name) {
        return galleries.computeIfAbsent(name, added -> generation(added, 1));
    }

    private Generation generation(String name, long number) {
        GalleryModel model = models.of(name);
        return new Generation(new EmbeddedGallery(name, model.dimension(), settings, linker), model, number);
    }

    @Override
    public void apply(List<GalleryEdit> edits) {
        for (GalleryEdit edit : edits) {
            if (edit instanceof GalleryEdit.Put put) {
                UnitVectors.check(put.vector(), models.of(put.gallery()).dimension());
            }
            synchronized (writing) {
                apply(edit, gallery(edit.gallery()));
            }
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
            private long readTo = -1;

            @Override
            public void readTo(long offset) {
                readTo = offset;
            }

            @Override
            public void apply(List<GalleryEdit> edits) {
                edits.forEach(edit -> EmbeddedIndex.apply(edit, next));
            }

            @Override
            public void commit() {
                synchronized (writing) {
                    Generation earlier = galleries.get(gallery);
                    if (earlier != null) {
                        next.gallery().succeed(earlier.gallery(), readTo);
                    }
                    galleries.put(gallery, next);
                    if (earlier != null) {
                        earlier.gallery().close();
                    }
                }
            }

            @Override
            public void close() {
                if (galleries.get(gallery) != next) {
                    next.gallery().close();
                }
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
    public Optional<String> refusal(String gallery, long epoch) {
        return known(gallery).gallery().refusal(epoch);
    }

    /**
     * Writes all galleries to a file of the folder, so that {@link #load} need not read the whole log. Called by the writer, between edits;
     * searches go on meanwhile. Takes about a second for each gigabyte of vectors, and as much disk.
     *
     * @param log the identity of the log the edits come from (a topic's id): another log's file is never loaded
     * @param nextOffsets where to read on in the log, by partition: all edits before are applied
     * @param seenUntil when these were the log's end, or an earlier time: all that was there then is applied
     * @throws IOException the file could not be written; the one before is still there
     */
    public void save(Path folder, String log, Map<Integer, Long> nextOffsets, Instant seenUntil) throws IOException {
        List<GalleryFormat.Stored> stored = galleries.values().stream().map(known -> known.gallery().stored(known.model(), known.number())).toList();
        IndexFile.write(folder.resolve(FILE), out -> GalleryFormat.write(new GalleryFormat.Content(log, seenUntil, Map.copyOf(nextOffsets), stored), out));
    }

    /**
     * Reads what {@link #save} wrote, before the first edit. A file that is damaged, of an older format, of another log or of other models
     * is passed over with a warning: then this index stays as it is and all of the log has to be read. So is one that is too old: a removal that came
     * after it may have left the log, and would never be seen. And one that lacks entries for which there is room now.
     *
     * @param now by the clock that gave the time until which the log was read
     * @param removalsKept how long the log keeps a removal at least; a tenth of that is left for reading on
     * @return where to read on in the log, by partition; empty: from its beginning
     */
    public Optional<Map<Integer, Long>> load(Path folder, String log, Instant now, Duration removalsKept) {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            Instant oldest = now.minusMillis(removalsKept.toMillis() / 10 * 9);
            GalleryFormat.Content content = IndexFile.read(file, in -> GalleryFormat.read(in, log, oldest, now, models));
            checkLimits(content);
            content.galleries().forEach(this::restore);
            return Optional.of(content.nextOffsets());
        } catch (IOException e) {
            LOG.warn("{} is not used, all of the gallery's log is read instead: {}", file, e.getMessage());
            return Optional.empty();
        }
    }

    /** After max_entries was changed, the log decides which entries are taken. */
    private void checkLimits(GalleryFormat.Content content) throws IOException {
        for (GalleryFormat.Stored stored : content.galleries()) {
            if (stored.entries().size() > settings.maxEntries()) {
                throw new IOException("gallery " + stored.name() + ": " + stored.entries().size() + " entries (expected: at most " + settings.maxEntries() + ")");
            }
            if (stored.refused() > 0 && stored.entries().size() < settings.maxEntries()) {
                throw new IOException("gallery " + stored.name() + ": " + stored.refused() + " additions refused, as it was full (expected: none, as there is room now)");
            }
        }
    }

    private void restore(GalleryFormat.Stored stored) {
        Generation restored = generation(stored.name(), stored.generation());
        restored.gallery().restore(stored);
        galleries.put(stored.name(), restored);
    }

    /** True while searches of this gallery go through a graph (HNSW), so that they may miss an entry; false: they are exact. */
    public boolean isApproximate(String gallery) {
        return known(gallery).gallery().isApproximate();
    }

    @Override
    public void close() {
        galleries.values().forEach(known -> known.gallery().close());
        galleries.clear();
        linker.shutdownNow();
    }
}
