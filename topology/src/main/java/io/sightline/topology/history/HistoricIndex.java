package io.sightline.topology.history;

import io.sightline.processors.gallery.EmbeddedIndexSettings;
import io.sightline.processors.gallery.EpochWatch;
import io.sightline.processors.gallery.GalleryEdit;
import io.sightline.processors.gallery.GalleryIndex;
import io.sightline.processors.gallery.GalleryModels;
import io.sightline.processors.gallery.GalleryQuery;
import io.sightline.processors.gallery.GalleryRebuild;
import io.sightline.processors.gallery.GallerySearch;
import io.sightline.processors.gallery.GalleryStats;
import io.sightline.processors.gallery.StaleEntries;
import io.sightline.processors.gallery.UnknownGalleryException;
import io.sightline.processors.recognition.GalleryOutcome;
import io.sightline.processors.recognition.RecordEngine;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.SchemaRegistry;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The galleries as they were, searched exactly whatever their size: no graph. One thread shows a state after the other ({@link #show}), and only
 * while nobody searches; any number search the state shown.
 *
 * <p>Memory: each gallery shown so far, as it was last shown. Rising epochs cost the edits between them, falling ones all edits again.
 */
public final class HistoricIndex implements GalleryIndex, EpochWatch {
    private final GalleryHistory history;
    private final GalleryModels models;
    private final EmbeddedIndexSettings settings;
    private final Set<String> declared;
    private final StaleEntries stale = new StaleEntries();
    private final HistoryRecords records;
    private final Map<String, HistoricGallery> galleries = new HashMap<>();
    private volatile Map<String, HistoricGallery> shown = Map.of();

    /**
     * @param client brokers and what else clients need, under Kafka's own names
     * @param models whose vectors the galleries hold
     * @param settings only max_entries counts: larger galleries than exact_max_entries are searched exactly too
     * @param declared galleries that exist though nothing was put into them
     */
    public HistoricIndex(GalleryHistory history, Map<String, Object> client, Topics topics, SchemaRegistry registry, GalleryModels models, EmbeddedIndexSettings settings,
            Set<String> declared) {
        this.history = history;
        this.models = models;
        this.settings = new EmbeddedIndexSettings(Math.max(settings.exactMaxEntries(), settings.maxEntries()), settings.maxEntries(), settings.hnswM(), settings.hnswEfConstruction(),
                settings.hnswEfSearch());
        this.declared = Set.copyOf(declared);
        this.records = new HistoryRecords(client, topics, registry, history::partitionOf);
    }

    /** Entries whose vectors are of other models, for the engine of {@link #embedWith}. */
    public StaleEntries stale() {
        return stale;
    }

    /** @param engine makes vectors of pictures, where the topics have none of the model; used by {@link #show} */
    public void embedWith(RecordEngine<GalleryOutcome> engine) {
        records.embedWith(engine);
    }

    /**
     * From now on searches see these galleries at these epochs, and no others.
     *
     * @param epochs by gallery; each must be {@linkplain GalleryHistory#unreachable reachable}
     * @return why one of them can't be had with its model, seen and expected; the state is not to be searched then
     */
    public Optional<String> show(Map<String, Long> epochs) {
        Map<String, HistoricGallery> next = new HashMap<>();
        epochs.forEach((name, epoch) -> {
            HistoricGallery gallery = galleries.get(name);
            if (gallery == null || gallery.epoch() > epoch) {
                if (gallery != null) {
                    gallery.close();
                }
                gallery = open(name);
                galleries.put(name, gallery);
            }
            gallery.advance(epoch);
            next.put(name, gallery);
        });
        shown = Map.copyOf(next);
        return next.values().stream().flatMap(gallery -> gallery.trouble().stream()).findFirst();
    }

    private HistoricGallery open(String name) {
        history.ofOtherModels(name, models.of(name).id()).forEach((id, epoch) -> stale.add(name + "/" + id, epoch));
        return new HistoricGallery(name, models.of(name), history.steps(name, models.of(name).id()), records, settings);
    }

    private HistoricGallery known(String name) {
        HistoricGallery gallery = shown.get(name);
        if (gallery == null) {
            throw new UnknownGalleryException(name, galleries());
        }
        return gallery;
    }

    @Override
    public GallerySearch search(GalleryQuery query) {
        return known(query.gallery()).index().search(query);
    }

    @Override
    public boolean contains(String gallery) {
        return shown.containsKey(gallery) || declared.contains(gallery);
    }

    @Override
    public Set<String> galleries() {
        Set<String> names = new HashSet<>(declared);
        names.addAll(shown.keySet());
        return names;
    }

    @Override
    public GalleryStats stats(String gallery) {
        return known(gallery).index().stats(gallery);
    }

    @Override
    public long epoch(String gallery) {
        return shown.containsKey(gallery) ? shown.get(gallery).epoch() : 0;
    }

    @Override
    public CompletableFuture<Void> reached(String gallery, long epoch) {
        return epoch(gallery) >= epoch ? CompletableFuture.completedFuture(null) : CompletableFuture.failedFuture(new IllegalStateException(
                "min_epoch: " + epoch + " of gallery '" + gallery + "', which is shown at " + epoch(gallery) + " (expected: an epoch that it had then)"));
    }

    /** Nobody waits for an edit of the past. */
    @Override
    public Optional<String> refusal(String gallery, long epoch) {
        return Optional.empty();
    }

    /** It is in memory. */
    @Override
    public Optional<String> trouble() {
        return Optional.empty();
    }

    /** A state of the past is not edited. */
    @Override
    public void apply(List<GalleryEdit> edits) {
        throw new UnsupportedOperationException("apply: " + edits.size() + " edits (expected: none, the galleries are shown as they were)");
    }

    /** A state of the past is not built anew. */
    @Override
    public GalleryRebuild rebuild(String gallery) {
        throw new UnsupportedOperationException("rebuild: '" + gallery + "' (expected: none, the galleries are shown as they were)");
    }

    @Override
    public void close() {
        galleries.values().forEach(HistoricGallery::close);
        galleries.clear();
        shown = Map.of();
        records.close();
    }
}
