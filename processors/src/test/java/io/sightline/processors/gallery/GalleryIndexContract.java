package io.sightline.processors.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every gallery index has to do. A subclass gives the index; an approximate one may give another {@link #scoreTolerance}. */
@Timeout(60)
abstract class GalleryIndexContract {
    static final int DIMENSION = 19;
    static final String DECLARED = "declared";

    private GalleryIndex index;

    /** A new, empty index of {@link #DIMENSION} dimensions with the gallery {@link #DECLARED}. */
    abstract GalleryIndex open();

    double scoreTolerance() {
        return 1e-5;
    }

    @BeforeEach
    void openIndex() {
        index = open();
    }

    @AfterEach
    void closeIndex() {
        index.close();
    }

    @Test
    void shouldHaveDeclaredGalleriesWhenNothingWasPutIntoThem() {
        assertThat(index.contains(DECLARED)).isTrue();
        assertThat(index.galleries()).containsExactly(DECLARED);
        assertThat(index.size(DECLARED)).isZero();
        assertThat(index.epoch(DECLARED)).isZero();
        assertThat(index.search(DECLARED, List.of(unit(1)), 5, -1)).isEqualTo(new GallerySearch(DECLARED, 0, List.of(List.of())));
    }

    @Test
    void shouldNameTheKnownGalleriesWhenAskedForAnother() {
        assertThat(index.contains("nowhere")).isFalse();
        assertThat(index.size("nowhere")).isZero();
        assertThat(index.epoch("nowhere")).isZero();
        assertThatThrownBy(() -> index.search("nowhere", List.of(unit(1)), 1, 0)).isInstanceOf(UnknownGalleryException.class)
                .hasMessage("gallery: 'nowhere' (expected: one of declared)");
    }

    @Test
    void shouldMakeAGalleryWhenItsFirstEntryIsPut() {
        index.apply(put("new", "a", 1, unit(1)));
        assertThat(index.galleries()).isEqualTo(Set.of(DECLARED, "new"));
        assertThat(index.size("new")).isEqualTo(1);
    }

    @Test
    void shouldFindAnEntryWithItsLabelAndAttributes() {
        // given
        index.apply(new GalleryEdit.Put(DECLARED, "a/b", 7, 7, "Oat drink", "{\"price\":2}", unit(1)));
        // when
        GallerySearch search = index.search(DECLARED, List.of(unit(1)), 1, 0.9);
        // then
        assertThat(search.gallery()).isEqualTo(DECLARED);
        assertThat(search.epoch()).isEqualTo(7);
        assertThat(search.hits()).singleElement().satisfies(hits -> assertThat(hits).singleElement().satisfies(hit -> {
            assertThat(hit.id()).isEqualTo("a/b");
            assertThat(hit.label()).isEqualTo("Oat drink");
            assertThat(hit.attributes()).isEqualTo("{\"price\":2}");
            assertThat(hit.score()).isCloseTo(1, within(scoreTolerance()));
        }));
    }

    @Test
    void shouldGiveCosinesWhateverTheLengthOfThePutVector() {
        float[] vector = unit(1);
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] *= -250;
        }
        index.apply(put(DECLARED, "a", 1, vector));
        assertThat(index.search(DECLARED, List.of(unit(1)), 1, -1).hits().get(0).get(0).score()).isCloseTo(-1, within(scoreTolerance()));
    }

    @Test
    void shouldOrderEqualScoresByTheirIds() {
        // given twenty entries with the same vector, put in no order
        List<String> ids = new ArrayList<>(List.of("b", "a", "k", "10", "9", "z", "Z", "m", "c", "d", "e", "f", "g", "h", "i", "j", "l", "n", "o", "p"));
        Collections.shuffle(ids, new Random(3));
        for (int i = 0; i < ids.size(); i++) {
            index.apply(put(DECLARED, ids.get(i), i + 1, unit(1)));
        }
        Collections.sort(ids);
        // when, then the smallest ids are the best, for each k
        for (int k : new int[] {1, 2, 7, 20, 100}) {
            assertThat(index.search(DECLARED, List.of(unit(1)), k, 0).hits().get(0)).extracting(GallerySearch.Hit::id)
                    .containsExactlyElementsOf(ids.subList(0, Math.min(k, ids.size())));
        }
    }

    @Test
    void shouldReplaceAnEntryWhenItsIdIsPutAgain() {
        index.apply(put(DECLARED, "a", 1, unit(1)));
        index.apply(new GalleryEdit.Put(DECLARED, "a", 2, 2, "new label", "{}", unit(2)));
        assertThat(index.size(DECLARED)).isEqualTo(1);
        assertThat(index.epoch(DECLARED)).isEqualTo(2);
        assertThat(index.search(DECLARED, List.of(unit(1)), 5, 0.99).hits().get(0)).isEmpty();
        assertThat(index.search(DECLARED, List.of(unit(2)), 5, 0.99).hits().get(0)).extracting(GallerySearch.Hit::label).containsExactly("new label");
    }

    @Test
    void shouldNotFindAnEntryWhenItWasRemoved() {
        index.apply(put(DECLARED, "a", 1, unit(1)));
        index.apply(put(DECLARED, "b", 2, unit(1)));
        index.apply(new GalleryEdit.Remove(DECLARED, "a", 3, 3));
        assertThat(index.size(DECLARED)).isEqualTo(1);
        assertThat(index.epoch(DECLARED)).isEqualTo(3);
        assertThat(index.search(DECLARED, List.of(unit(1)), 5, -1).hits().get(0)).extracting(GallerySearch.Hit::id).containsExactly("b");
    }

    @Test
    void shouldTakeTheRemovalOfWhatIsNotThere() {
        index.apply(new GalleryEdit.Remove("other", "a", 3, 3));
        assertThat(index.contains("other")).isTrue();
        assertThat(index.size("other")).isZero();
        assertThat(index.epoch("other")).isEqualTo(3);
    }

    @Test
    void shouldIgnoreOldEditsOfAnIdWhenTheyAreReplayed() {
        // given
        List<GalleryEdit> log = List.of(put(DECLARED, "a", 1, unit(1)), put(DECLARED, "b", 2, unit(2)), put(DECLARED, "a", 3, unit(3)),
                new GalleryEdit.Remove(DECLARED, "b", 4, 4));
        log.forEach(index::apply);
        // when the log comes again, one edit at a time, then nothing old comes back
        for (GalleryEdit edit : log) {
            index.apply(edit);
            assertThat(index.epoch(DECLARED)).isEqualTo(4);
            assertThat(index.search(DECLARED, List.of(unit(3)), 5, 0.99).hits().get(0)).extracting(GallerySearch.Hit::id).containsExactly("a");
            assertThat(index.size(DECLARED)).isEqualTo(1);
        }
    }

    @Test
    void shouldTakeAnOlderEditOfAnotherIdWhenALogWasCompacted() {
        index.apply(new GalleryEdit.Put(DECLARED, "b", 6, 1, "l", "{}", unit(2)));
        index.apply(new GalleryEdit.Put(DECLARED, "a", 5, 2, "l", "{}", unit(1)));
        assertThat(index.size(DECLARED)).isEqualTo(2);
        assertThat(index.epoch(DECLARED)).isEqualTo(6);
    }

    @Test
    void shouldTakeAnIdAgainWhenItWasRemoved() {
        index.apply(put(DECLARED, "a", 1, unit(1)));
        index.apply(new GalleryEdit.Remove(DECLARED, "a", 2, 2));
        index.apply(put(DECLARED, "a", 3, unit(2)));
        assertThat(index.search(DECLARED, List.of(unit(2)), 1, 0.99).hits().get(0)).hasSize(1);
    }

    static List<float[]> badVectors() {
        float[] nan = unit(1);
        nan[3] = Float.NaN;
        float[] infinite = unit(1);
        infinite[DIMENSION - 1] = Float.NEGATIVE_INFINITY;
        return List.of(new float[0], new float[DIMENSION], Arrays.copyOf(unit(1), DIMENSION - 1), Arrays.copyOf(unit(1), DIMENSION + 1), nan, infinite);
    }

    @ParameterizedTest
    @MethodSource("badVectors")
    void shouldRefuseVectorsThatHaveNoDirectionHere(float[] vector) {
        assertThatThrownBy(() -> index.apply(put(DECLARED, "a", 1, vector))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("vector: .* \\(expected: .*\\)");
        assertThat(index.size(DECLARED)).isZero();
        assertThat(index.epoch(DECLARED)).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1})
    void shouldRefuseToFindFewerThanOne(int topK) {
        assertThatThrownBy(() -> index.search(DECLARED, List.of(unit(1)), topK, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldRefuseAQueryOfAnotherDimension() {
        assertThatThrownBy(() -> index.search(DECLARED, List.of(new float[DIMENSION + 1]), 1, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldTellTheEpochWhenThereIsNoQuery() {
        index.apply(put(DECLARED, "a", 9, unit(1)));
        assertThat(index.search(DECLARED, List.of(), 1, 0)).isEqualTo(new GallerySearch(DECLARED, 9, List.of()));
    }

    @Test
    void shouldFindWhatLiesExactlyOnTheThreshold() {
        float[] axis = new float[DIMENSION];
        axis[0] = 1;
        float[] half = new float[DIMENSION];
        half[0] = 0.5f;
        half[1] = (float) Math.sqrt(0.75);
        index.apply(put(DECLARED, "a", 1, axis));
        double score = index.search(DECLARED, List.of(half), 1, -1).hits().get(0).get(0).score();
        assertThat(index.search(DECLARED, List.of(half), 1, score).hits().get(0)).hasSize(1);
        assertThat(index.search(DECLARED, List.of(half), 1, Math.nextUp((float) score)).hits().get(0)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldAnswerLikeThePlainestSearchAfterAnyEdits(long seed) {
        // given random edits over few ids: replaced, removed and put again
        Random random = new Random(seed);
        NaiveGallery naive = new NaiveGallery();
        int ids = 1 + random.nextInt(700);
        int epoch = 0;
        for (int round = 0; round < 4; round++) {
            for (int i = 0; i < 500; i++) {
                String id = "id" + random.nextInt(ids);
                GalleryEdit edit = random.nextInt(4) == 0 ? new GalleryEdit.Remove(DECLARED, id, ++epoch, epoch) : put(DECLARED, id, ++epoch, randomVector(random));
                index.apply(edit);
                naive.apply(edit);
            }
            // when
            List<float[]> queries = random.ints(1 + random.nextInt(9)).mapToObj(GalleryIndexContract::unit).toList();
            int topK = 1 + random.nextInt(20);
            double threshold = random.nextDouble() - 0.5;
            GallerySearch search = index.search(DECLARED, queries, topK, threshold);
            // then
            assertThat(search.epoch()).isEqualTo(naive.epoch());
            assertThat(index.size(DECLARED)).isEqualTo(naive.size());
            for (int q = 0; q < queries.size(); q++) {
                List<GallerySearch.Hit> expected = naive.search(queries.get(q), topK, threshold);
                List<GallerySearch.Hit> hits = search.hits().get(q);
                assertThat(hits).extracting(GallerySearch.Hit::id).containsExactlyElementsOf(expected.stream().map(GallerySearch.Hit::id).toList());
                for (int i = 0; i < hits.size(); i++) {
                    assertThat(hits.get(i).score()).isCloseTo(expected.get(i).score(), within(scoreTolerance()));
                }
            }
        }
    }

    @Test
    void shouldAnswerAQueryTheSameAloneAndInCompany() {
        Random random = new Random(11);
        for (int i = 0; i < 1000; i++) {
            index.apply(put(DECLARED, "id" + i, i + 1, randomVector(random)));
        }
        List<float[]> queries = random.ints(33).mapToObj(GalleryIndexContract::unit).toList();
        List<List<GallerySearch.Hit>> together = index.search(DECLARED, queries, 10, -1).hits();
        for (int q = 0; q < queries.size(); q++) {
            assertThat(index.search(DECLARED, List.of(queries.get(q)), 10, -1).hits().get(0)).isEqualTo(together.get(q));
        }
    }

    @Test
    void shouldShowEachSearchOneEpochWhileAWriterWrites() throws Exception {
        // given three searchers; the writer puts, at epoch e, the label e on entry e % 8
        int edits = 4000;
        CountDownLatch started = new CountDownLatch(3);
        ExecutorService searchers = Executors.newFixedThreadPool(3);
        try {
            List<Future<Integer>> searches = new ArrayList<>();
            for (int t = 0; t < 3; t++) {
                searches.add(searchers.submit(() -> {
                    int seen = 0;
                    started.countDown();
                    long epoch;
                    do {
                        GallerySearch search = index.search(DECLARED, List.of(unit(1), unit(1)), 8, -1);
                        epoch = search.epoch();
                        checkEpoch(search);
                        seen++;
                    } while (epoch < edits);
                    return seen;
                }));
            }
            started.await();
            // when
            for (int e = 1; e <= edits; e++) {
                index.apply(new GalleryEdit.Put(DECLARED, "id" + e % 8, e, e, String.valueOf(e), "{}", unit(1)));
            }
            // then
            for (Future<Integer> search : searches) {
                assertThat(search.get()).isPositive();
            }
        } finally {
            searchers.shutdownNow();
        }
    }

    private static void checkEpoch(GallerySearch search) {
        List<String> expected = new ArrayList<>();
        for (long e = Math.max(1, search.epoch() - 7); e <= search.epoch(); e++) {
            expected.add(String.valueOf(e));
        }
        for (List<GallerySearch.Hit> hits : search.hits()) {
            assertThat(hits).extracting(GallerySearch.Hit::label).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    static GalleryEdit.Put put(String gallery, String id, long epoch, float[] vector) {
        return new GalleryEdit.Put(gallery, id, epoch, epoch, "label of " + id, "{}", vector);
    }

    static float[] unit(int seed) {
        return UnitVectors.of(randomVector(new Random(seed)), DIMENSION);
    }

    private static float[] randomVector(Random random) {
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return vector;
    }
}
