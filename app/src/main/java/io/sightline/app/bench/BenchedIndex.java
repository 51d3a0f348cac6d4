package io.sightline.app.bench;

import io.sightline.processors.gallery.EmbeddedIndex;
import io.sightline.processors.gallery.EmbeddedIndexSettings;
import io.sightline.processors.gallery.GalleryIndex;
import io.sightline.processors.gallery.GalleryModel;
import io.sightline.processors.gallery.GalleryModels;
import io.sightline.processors.gallery.redis.RedisIndexes;
import io.sightline.processors.gallery.redis.RedisSettings;
import io.sightline.processors.gallery.redis.VectorSetSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A kind of index that {@link GalleryBench} can open; {@link #ALL} names them. */
interface BenchedIndex {
    String GALLERY = "bench";
    int MS_A_LOOK = 100;

    /** By the name given to {@code --index}. */
    Map<String, BenchedIndex> ALL = all();

    /**
     * A new, empty index with the gallery {@link #GALLERY}.
     *
     * @param settings of which the limits on numbers of entries and the quantisation do not count: the kind and the size say these
     */
    Opened open(int dimension, int entries, Settings settings);

    /**
     * How indexes are built and searched.
     *
     * @param redis the server, for the kinds that need one; what is put there stays there
     */
    record Settings(EmbeddedIndexSettings embedded, Optional<RedisSettings> redis) {
    }

    /**
     * @param ready true once all that was put is searched as it will be from then on
     */
    record Opened(GalleryIndex index, Predicate<GalleryIndex> ready) implements AutoCloseable {
        void awaitReady() throws InterruptedException {
            while (!ready.test(index)) {
                TimeUnit.MILLISECONDS.sleep(MS_A_LOOK);
            }
        }

        @Override
        public void close() {
            index.close();
        }
    }

    static Set<String> names() {
        return ALL.keySet();
    }

    private static Map<String, BenchedIndex> all() {
        Map<String, BenchedIndex> all = new LinkedHashMap<>();
        all.put("embedded", (dimension, entries, settings) -> new Opened(embedded(settings.embedded(), dimension, Math.max(1, entries), entries), index -> true));
        all.put("hnsw", (dimension, entries, settings) -> new Opened(embedded(settings.embedded(), dimension, entries / 2, entries), index -> ((EmbeddedIndex) index).isApproximate(GALLERY)));
        all.put("vector_set", vectorSet(VectorSetSettings.Quantisation.NONE));
        all.put("vector_set_q8", vectorSet(VectorSetSettings.Quantisation.Q8));
        all.put("vector_set_binary", vectorSet(VectorSetSettings.Quantisation.BINARY));
        all.put("query_engine", (dimension, entries, settings) -> new Opened(RedisIndexes.queryEngine(server(settings), UUID.randomUUID().toString(), models(dimension), List.of(GALLERY)), index -> true));
        return all;
    }

    private static BenchedIndex vectorSet(VectorSetSettings.Quantisation quantisation) {
        return (dimension, entries, settings) -> new Opened(
                RedisIndexes.vectorSets(server(settings).keeping(quantisation), UUID.randomUUID().toString(), models(dimension), List.of(GALLERY)), index -> true);
    }

    private static RedisSettings server(Settings settings) {
        return settings.redis().orElseThrow(() -> new IllegalArgumentException("--redis: not given (expected: HOST:PORT of a Redis server that may be filled)"));
    }

    private static GalleryModels models(int dimension) {
        return GalleryModels.same(new GalleryModel("bench@1#000000000000", dimension));
    }

    private static EmbeddedIndex embedded(EmbeddedIndexSettings settings, int dimension, int exactMaxEntries, int entries) {
        return new EmbeddedIndex(models(dimension), List.of(GALLERY),
                new EmbeddedIndexSettings(exactMaxEntries, Math.max(1, entries), settings.hnswM(), settings.hnswEfConstruction(), settings.hnswEfSearch()));
    }
}
