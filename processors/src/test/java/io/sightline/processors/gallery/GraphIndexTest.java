package io.sightline.processors.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The embedded index with a graph from a hundred entries on. It looks at so many candidates that it misses nothing in the contract's small galleries. */
class GraphIndexTest extends GalleryIndexContract {
    private static final int EXACT_MAX = 100;

    @Override
    GalleryIndex open() {
        return open(400);
    }

    private static EmbeddedIndex open(int efSearch) {
        return new EmbeddedIndex(GalleryModels.same(new GalleryModel("test@1#000000000000", DIMENSION)), List.of(DECLARED),
                new EmbeddedIndexSettings(EXACT_MAX, 10_000, 16, 100, efSearch));
    }

    private static void awaitGraph(EmbeddedIndex index, boolean there) {
        await().atMost(Duration.ofSeconds(90)).until(() -> index.isApproximate(DECLARED) == there);
    }

    /** Entries id0, id1, … with the vectors unit(0), unit(1), … */
    private static EmbeddedIndex filled(int count) {
        EmbeddedIndex index = open(16);
        for (int i = 0; i < count; i++) {
            index.apply(new GalleryEdit.Put(DECLARED, "id" + i, i + 1, i + 1, "label" + i % 50, "{\"n\":" + i + "}", unit(i)));
        }
        return index;
    }

    private static List<String> ids(GallerySearch search) {
        return search.hits().get(0).stream().map(GallerySearch.Hit::id).toList();
    }

    @Test
    void shouldSearchExactlyUpToTheLimitAndThroughAGraphAboveIt() {
        try (EmbeddedIndex index = filled(EXACT_MAX)) {
            assertThat(index.isApproximate(DECLARED)).isFalse();
            long before = index.stats(DECLARED).memoryBytes();
            index.apply(put(DECLARED, "one more", 1000, unit(1000)));
            awaitGraph(index, true);
            assertThat(index.stats(DECLARED).memoryBytes()).isGreaterThan(before);
        }
    }

    @Test
    void shouldFindEachEntryByItsOwnVectorThroughTheGraph() {
        try (EmbeddedIndex index = filled(2000)) {
            awaitGraph(index, true);
            for (int i = 0; i < 2000; i += 7) {
                GallerySearch search = index.search(DECLARED, List.of(unit(i)), 1, 0.9);
                assertThat(ids(search)).containsExactly("id" + i);
                assertThat(search.hits().get(0).get(0).score()).isEqualTo(Math.min(1, ExactScore.of(unit(i), unit(i))));
            }
        }
    }

    @Test
    void shouldFindAnEntryAtOnceThoughItIsNotLinkedYet() {
        try (EmbeddedIndex index = filled(300)) {
            awaitGraph(index, true);
            for (int i = 5000; i < 5600; i++) {
                index.apply(put(DECLARED, "new" + i, i, unit(i)));
                assertThat(ids(index.search(DECLARED, List.of(unit(i)), 1, 0.9))).containsExactly("new" + i);
            }
        }
    }

    @Test
    void shouldNotFindWhatIsGoneOrReplaced() {
        try (EmbeddedIndex index = filled(1000)) {
            awaitGraph(index, true);
            // when most are removed or get another vector, so that the graph is made anew meanwhile
            for (int i = 0; i < 800; i++) {
                index.apply(i % 2 == 0 ? new GalleryEdit.Remove(DECLARED, "id" + i, 2000 + i, 2000 + i) : put(DECLARED, "id" + i, 2000 + i, unit(10_000 + i)));
                assertThat(index.search(DECLARED, List.of(unit(i)), 1, 0.999).hits().get(0)).isEmpty();
            }
            // then
            awaitGraph(index, true);
            assertThat(index.size(DECLARED)).isEqualTo(600);
            for (int i = 0; i < 800; i++) {
                assertThat(ids(index.search(DECLARED, List.of(unit(i)), 1, 0.999))).isEmpty();
                assertThat(ids(index.search(DECLARED, List.of(unit(10_000 + i)), 1, 0.999))).isEqualTo(i % 2 == 0 ? List.of() : List.of("id" + i));
            }
        }
    }

    @Test
    void shouldGoBackToExactSearchWhenTheGalleryHasBecomeSmall() {
        try (EmbeddedIndex index = filled(500)) {
            awaitGraph(index, true);
            for (int i = 0; i < 421; i++) {
                index.apply(new GalleryEdit.Remove(DECLARED, "id" + i, 2000 + i, 2000 + i));
            }
            assertThat(index.isApproximate(DECLARED)).isFalse();
            assertThat(ids(index.search(DECLARED, List.of(unit(499)), 1, 0))).containsExactly("id499");
            // and through a graph again when it has grown again
            for (int i = 0; i < 100; i++) {
                index.apply(put(DECLARED, "again" + i, 3000 + i, unit(20_000 + i)));
            }
            awaitGraph(index, true);
            assertThat(ids(index.search(DECLARED, List.of(unit(20_007)), 1, 0))).containsExactly("again7");
        }
    }

    @Test
    void shouldGoOnWithTheGraphThatWasSaved(@TempDir Path folder) throws IOException {
        try (EmbeddedIndex saved = filled(3000); EmbeddedIndex loaded = open(16)) {
            // given a graph in which some entries are gone and some have another vector, complete
            awaitGraph(saved, true);
            for (int i = 0; i < 300; i++) {
                saved.apply(i % 2 == 0 ? new GalleryEdit.Remove(DECLARED, "id" + i, 4000 + i, 4000 + i) : put(DECLARED, "id" + i, 4000 + i, unit(10_000 + i)));
            }
            saved.save(folder, "log", Map.of(0, 5000L), Instant.EPOCH);
            // when
            assertThat(loaded.load(folder, "log", Instant.EPOCH, Duration.ZERO)).contains(Map.of(0, 5000L));
            // then it is searched at once, without linking: most entries lie in it and are found as before
            assertThat(loaded.isApproximate(DECLARED)).isTrue();
            for (int i = 0; i < 3000; i++) {
                List<String> expected = i >= 300 ? List.of("id" + i) : List.of();
                assertThat(ids(loaded.search(DECLARED, List.of(unit(i)), 1, 0.999))).as("id%d", i).isEqualTo(expected);
                if (i < 300) {
                    assertThat(ids(loaded.search(DECLARED, List.of(unit(10_000 + i)), 1, 0.999))).isEqualTo(i % 2 == 0 ? List.of() : List.of("id" + i));
                }
            }
            // and grows on
            for (int i = 20_000; i < 21_000; i++) {
                loaded.apply(put(DECLARED, "new" + i, i, unit(i)));
            }
            for (int i = 20_000; i < 21_000; i++) {
                assertThat(ids(loaded.search(DECLARED, List.of(unit(i)), 1, 0.999))).containsExactly("new" + i);
            }
        }
    }

    @Test
    void shouldLinkAnewWhereTheSavedGraphIsOfOtherSettings(@TempDir Path folder) throws IOException {
        try (EmbeddedIndex saved = filled(500);
             EmbeddedIndex denser = new EmbeddedIndex(GalleryModels.same(new GalleryModel("test@1#000000000000", DIMENSION)), List.of(DECLARED),
                     new EmbeddedIndexSettings(EXACT_MAX, 10_000, 24, 100, 16));
             EmbeddedIndex exact = new EmbeddedIndex(GalleryModels.same(new GalleryModel("test@1#000000000000", DIMENSION)), List.of(DECLARED))) {
            awaitGraph(saved, true);
            saved.save(folder, "log", Map.of(0, 500L), Instant.EPOCH);
            // when, then
            assertThat(denser.load(folder, "log", Instant.EPOCH, Duration.ZERO)).isPresent();
            awaitGraph(denser, true);
            assertThat(ids(denser.search(DECLARED, List.of(unit(7)), 1, 0.9))).containsExactly("id7");
            assertThat(exact.load(folder, "log", Instant.EPOCH, Duration.ZERO)).isPresent();
            assertThat(exact.isApproximate(DECLARED)).isFalse();
            assertThat(ids(exact.search(DECLARED, List.of(unit(7)), 1, 0.9))).containsExactly("id7");
        }
    }

    @Test
    void shouldScanWhereAFilterLeavesTooFewOfTheCandidates() {
        try (EmbeddedIndex index = filled(2000); EmbeddedIndex exact = new EmbeddedIndex(GalleryModels.same(new GalleryModel("test@1#000000000000", DIMENSION)), List.of())) {
            awaitGraph(index, true);
            for (int i = 0; i < 2000; i++) {
                exact.apply(new GalleryEdit.Put(DECLARED, "id" + i, i + 1, i + 1, "label" + i % 50, "{\"n\":" + i + "}", unit(i)));
            }
            for (String filter : List.of("n < 3", "n in [1999, 5]", "n < 0", "n == 77 or n == 1500")) {
                for (int seed = 3000; seed < 3010; seed++) {
                    GalleryQuery query = new GalleryQuery(DECLARED, List.of(unit(seed)), 5, -1, Optional.of(AttributeFilter.parse(filter)), false);
                    assertThat(index.search(query)).isEqualTo(exact.search(query));
                }
            }
        }
    }

    @Test
    void shouldFindAsManyLabelsAsThereAreThroughTheGraph() {
        try (EmbeddedIndex index = filled(2000)) {
            awaitGraph(index, true);
            GallerySearch search = index.search(new GalleryQuery(DECLARED, List.of(unit(5000)), 60, -1, Optional.empty(), true));
            assertThat(search.hits().get(0)).hasSize(50);
            assertThat(search.hits().get(0)).extracting(GallerySearch.Hit::label).doesNotHaveDuplicates();
        }
    }

    @Test
    void shouldShowEachSearchOneEpochWhileTheGraphGrowsAndIsRenewed() throws Exception {
        // given a thousand far entries and eight near ones, of which the writer, at epoch e, gives one the label e
        int edits = 3000;
        try (EmbeddedIndex index = filled(1000)) {
            float[] near = unit(-1);
            for (int e = 1; e <= 8; e++) {
                index.apply(new GalleryEdit.Put(DECLARED, "near" + e % 8, 1000 + e, 1000 + e, String.valueOf(e), "{}", near));
            }
            CountDownLatch started = new CountDownLatch(2);
            ExecutorService searchers = Executors.newFixedThreadPool(2);
            try {
                List<Future<Integer>> searches = new ArrayList<>();
                for (int t = 0; t < 2; t++) {
                    searches.add(searchers.submit(() -> {
                        int seen = 0;
                        started.countDown();
                        long epoch;
                        do {
                            GallerySearch search = index.search(DECLARED, List.of(near), 8, 0.999);
                            epoch = search.epoch() - 1000;
                            List<String> expected = IntStream.rangeClosed((int) epoch - 7, (int) epoch).mapToObj(String::valueOf).toList();
                            assertThat(search.hits().get(0)).extracting(GallerySearch.Hit::label).containsExactlyInAnyOrderElementsOf(expected);
                            seen++;
                        } while (epoch < edits);
                        return seen;
                    }));
                }
                started.await();
                for (int e = 9; e <= edits; e++) {
                    index.apply(new GalleryEdit.Put(DECLARED, "near" + e % 8, 1000 + e, 1000 + e, String.valueOf(e), "{}", near));
                }
                for (Future<Integer> search : searches) {
                    assertThat(search.get()).isPositive();
                }
            } finally {
                searchers.shutdownNow();
            }
        }
    }

    @Test
    void shouldRecallNearlyAllOfDescriptorLikeDataAtTheShippedSettings() {
        // given 4,000 vectors of 128 dimensions made of 32 hidden ones and a little noise, as embedders give them
        int dimension = 128;
        Random random = new Random(7);
        float[][] hidden = new float[32][];
        for (int i = 0; i < hidden.length; i++) {
            hidden[i] = TestVectors.of(TestVectors.Kind.NOISE, dimension, random);
        }
        EntryTable table = new EntryTable(dimension);
        HnswGraph graph = new HnswGraph(dimension, EmbeddedIndexSettings.DEFAULT);
        for (int i = 0; i < 4000; i++) {
            float[] vector = descriptor(hidden, random);
            StoredEntry entry = new StoredEntry("id" + i, "l", "{}", i, vector);
            table.put(entry, Quantised.stored(vector));
            graph.link(List.of(entry));
        }
        // when
        GalleryQuery query = new GalleryQuery("g", IntStream.range(0, 300).mapToObj(i -> descriptor(hidden, random)).toList(), 5, -1);
        List<TopHits> exact = ExactScan.search(table, query);
        List<TopHits> found = new ApproximateSearch(table, new GraphKeeper.Growing(graph), EmbeddedIndexSettings.DEFAULT.hnswEfSearch()).search(query);
        // then
        int same = 0;
        for (int q = 0; q < exact.size(); q++) {
            List<GallerySearch.Hit> expected = exact.get(q).bestFirst();
            same += (int) found.get(q).bestFirst().stream().filter(expected::contains).count();
        }
        assertThat(same / (5.0 * exact.size())).isGreaterThanOrEqualTo(0.98);
    }

    private static float[] descriptor(float[][] hidden, Random random) {
        float[] vector = new float[hidden[0].length];
        for (float[] direction : hidden) {
            double weight = random.nextGaussian();
            for (int d = 0; d < vector.length; d++) {
                vector[d] += (float) (weight * direction[d]);
            }
        }
        return TestVectors.near(UnitVectors.of(vector, vector.length), 0.1, random);
    }
}
