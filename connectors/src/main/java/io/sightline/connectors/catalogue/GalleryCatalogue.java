package io.sightline.connectors.catalogue;

import io.sightline.connectors.follow.TopicFollower;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.SchemaRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What is in the galleries: label, attributes, epoch and model of each entry, by gallery and id. Thread-safe; reading never blocks. Own
 * thread: one follows the topic gallery-vectors from its beginning (committed records only), without a group.
 *
 * <p>Guaranteed: after {@link #awaitEpoch} what is read has all edits of that gallery up to that epoch. Not guaranteed: that anything else
 * is newer than some moments. In memory are at most as many entries as the settings say: one more, and none is held any more until the
 * next start; {@link #trouble()} says so.
 */
public final class GalleryCatalogue implements AutoCloseable {
    private final CatalogueSettings settings;
    private final CatalogueStore store;
    private final EpochWaiters waiters;
    private final VectorRecords records;
    private final TopicFollower follower;

    private GalleryCatalogue(CatalogueSettings settings, Topics topics, SchemaRegistry registry) {
        this.settings = settings;
        this.store = new CatalogueStore(settings.maxEntries());
        this.waiters = new EpochWaiters(store);
        this.records = new VectorRecords(registry, store);
        this.follower = new TopicFollower("catalogue", settings.kafka(), topics.name(Topic.GALLERY_VECTORS), Optional.empty(), records::apply, waiters::look);
    }

    /** Begins to read; returns at once. */
    public static GalleryCatalogue start(CatalogueSettings settings, Topics topics, SchemaRegistry registry) {
        GalleryCatalogue catalogue = new GalleryCatalogue(settings, topics, registry);
        catalogue.follower.start();
        return catalogue;
    }

    /** Why entries can't be looked up now, one sentence; empty: they can. */
    public Optional<String> trouble() {
        if (store.overfull()) {
            return Optional.of("catalogue: " + (settings.maxEntries() + 1L) + " entries seen (expected: at most " + settings.maxEntries()
                    + ", bridge.max_catalogue_entries, unless set what a quarter of the heap holds; more heap, about " + CatalogueSettings.ENTRY_BYTES
                    + " bytes an entry, and a new start)");
        }
        return follower.trouble();
    }

    /** Waits until all that was on the topic at the start is read; false where that did not come within the time. */
    public boolean awaitLoaded(Duration atMost) throws InterruptedException {
        return follower.awaitLoaded(atMost);
    }

    /**
     * True to be, once the edits of that gallery up to that epoch are here; false where the time is over before. Completed on the
     * follower's thread, which must not be blocked there.
     */
    public CompletableFuture<Boolean> awaitEpoch(String gallery, long epoch, Duration atMost) {
        return waiters.await(gallery, epoch, atMost.toMillis());
    }

    /** Whether any edit of such a gallery was seen. */
    public boolean contains(String gallery) {
        return store.contains(gallery);
    }

    public Optional<CatalogueEntry> entry(String gallery, String id) {
        return store.entry(gallery, id);
    }

    /**
     * Entries sorted by id.
     *
     * @param after the last id not wanted; null: from the first on
     * @param limit most entries, at least 1
     */
    public Map<String, CatalogueEntry> page(String gallery, String after, int limit) {
        return store.page(gallery, after, limit);
    }

    public Optional<GallerySummary> summary(String gallery) {
        return store.summary(gallery);
    }

    /** Of all galleries, sorted by name. */
    public List<GallerySummary> summaries() {
        return store.summaries();
    }

    /** Records of the topic that were no vectors. */
    public long passedOver() {
        return records.passedOver();
    }

    @Override
    public void close() {
        follower.close();
    }
}
