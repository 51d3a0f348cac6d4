package io.sightline.processors.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sightline.processors.gallery.EmbeddedIndex;
import io.sightline.processors.gallery.GalleryEdit;
import io.sightline.processors.gallery.GalleryIndex;
import io.sightline.processors.gallery.GalleryModel;
import io.sightline.processors.gallery.GalleryModels;
import io.sightline.processors.gallery.GalleryQuery;
import io.sightline.processors.gallery.GalleryRebuild;
import io.sightline.processors.gallery.GallerySearch;
import io.sightline.processors.gallery.GalleryStats;
import io.sightline.processors.gallery.IndexUnavailableException;
import io.sightline.processors.gallery.redis.RedisIndexes;
import io.sightline.processors.gallery.redis.testing.RedisProcess;
import io.sightline.processors.stage.StageEngine;
import io.sightline.processors.stage.StageResult;
import io.sightline.processors.stage.StageSettings;
import io.sightline.processors.stage.Staged;
import io.sightline.processors.tracer.StageMeter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Lookups while the index is unavailable: they wait, and are answered when it is back. */
@Timeout(240)
class LookupWhileAwayTest {
    private static final float[] EAST = {1, 0};
    private static final float[] NORTH = {0, 1};
    private static final GalleryModels MODELS = GalleryModels.same(new GalleryModel("test@1#000000000000", 2));

    /** An embedded index of which galleries can be made unavailable for a number of searches. */
    private static final class FailingIndex implements GalleryIndex {
        final Map<String, AtomicInteger> away = new ConcurrentHashMap<>();
        private final EmbeddedIndex index = new EmbeddedIndex(MODELS, List.of());

        @Override
        public GallerySearch search(GalleryQuery query) {
            AtomicInteger left = away.get(query.gallery());
            if (left != null && left.getAndDecrement() > 0) {
                throw new IndexUnavailableException("gallery " + query.gallery() + " away", null);
            }
            return index.search(query);
        }

        @Override
        public void apply(List<GalleryEdit> edits) {
            index.apply(edits);
        }

        @Override
        public GalleryRebuild rebuild(String gallery) {
            return index.rebuild(gallery);
        }

        @Override
        public boolean contains(String gallery) {
            return index.contains(gallery);
        }

        @Override
        public Set<String> galleries() {
            return index.galleries();
        }

        @Override
        public GalleryStats stats(String gallery) {
            return index.stats(gallery);
        }

        @Override
        public void close() {
            index.close();
        }
    }

    private static StageEngine<LookupRequest, GallerySearch> start(GalleryIndex index) {
        return StageEngine.start("lookup", new StageSettings(2, 4, 0, 64), lane -> new LookupFunction(index), new StageMeter("lookup"));
    }

    private static void fill(GalleryIndex index) {
        index.apply(List.of(new GalleryEdit.Put("g", "east", 1, 0, "East", "{}", EAST), new GalleryEdit.Put("h", "north", 1, 1, "North", "{}", NORTH)));
    }

    private static String best(CompletableFuture<Staged<GallerySearch>> future) throws Exception {
        return ((StageResult.Accepted<GallerySearch>) future.get(90, TimeUnit.SECONDS).result()).value().hits().get(0).get(0).id();
    }

    private static LookupRequest request(String gallery, float[] vector) {
        return new LookupRequest(gallery, List.of(vector), 1, 0.5);
    }

    @Test
    void shouldAnswerWhenTheIndexIsBackAfterSeveralFailures() throws Exception {
        FailingIndex index = new FailingIndex();
        fill(index);
        index.away.put("g", new AtomicInteger(5));
        try (StageEngine<LookupRequest, GallerySearch> stage = start(index)) {
            assertThat(best(stage.submit(request("g", EAST)))).isEqualTo("east");
        }
        assertThat(index.away.get("g")).hasNonPositiveValue();
    }

    @Test
    void shouldAnswerForOtherGalleriesWhileOneIsAway() throws Exception {
        FailingIndex index = new FailingIndex();
        fill(index);
        index.away.put("g", new AtomicInteger(Integer.MAX_VALUE));
        try (StageEngine<LookupRequest, GallerySearch> stage = start(index)) {
            CompletableFuture<Staged<GallerySearch>> waiting = stage.submit(request("g", EAST));
            for (int i = 0; i < 20; i++) {
                assertThat(best(stage.submit(request("h", NORTH)))).isEqualTo("north");
            }
            assertThat(waiting).isNotDone();
            index.away.get("g").set(0);
            assertThat(best(waiting)).isEqualTo("east");
        }
    }

    @Test
    void shouldLoseAndRejectNothingWhenRedisIsKilledAndComesBack() throws Exception {
        // given a server that keeps its data, and 30 requests before, during and after its death
        try (RedisProcess redis = RedisProcess.start("--appendonly", "yes", "--appendfsync", "always");
                GalleryIndex index = RedisIndexes.vectorSets(redis.settings(), "log", MODELS, List.of());
                StageEngine<LookupRequest, GallerySearch> stage = start(index)) {
            fill(index);
            List<CompletableFuture<Staged<GallerySearch>>> futures = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                futures.add(stage.submit(request("g", EAST)));
            }
            redis.kill();
            for (int i = 0; i < 20; i++) {
                futures.add(stage.submit(request("g", EAST)));
            }
            await().until(() -> index.trouble().isPresent());
            assertThat(futures.get(29)).isNotDone();
            // when
            redis.restart();
            // then
            for (CompletableFuture<Staged<GallerySearch>> future : futures) {
                assertThat(best(future)).isEqualTo("east");
            }
            assertThat(index.trouble()).isEmpty();
        }
    }

    @Test
    void shouldCloseSoonWhileRedisIsAway() throws Exception {
        try (RedisProcess redis = RedisProcess.start(); GalleryIndex index = RedisIndexes.vectorSets(redis.settings(), "log", MODELS, List.of())) {
            fill(index);
            StageEngine<LookupRequest, GallerySearch> stage = start(index);
            redis.kill();
            CompletableFuture<Staged<GallerySearch>> future = stage.submit(request("g", EAST));
            await().until(() -> index.trouble().isPresent());
            stage.close();
            assertThat(future).isCompletedExceptionally();
        }
    }
}
