package io.sightline.processors.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every gallery index has to do. A subclass gives the index; an approximate one may give another {@link #scoreTolerance}. */
@Timeout(240)
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

    @ParameterizedTest
    @CsvSource({"0.79996, 0.8, true", "0.79994, 0.8, false", "0.79994, 0.7999, true", "0.80004, 0.8, true", "0.80004, 0.80001, false", "0.80006, 0.80001, true",
        "0.99996, 1, true", "0.99994, 1, false", "1, 1, true", "-0.00004, 0, true", "-0.00006, 0, false", "-0.99994, -0.9999, true", "-0.99996, -0.9999, false",
        "-0.99996, -1, true", "-1, -1, true", "-1, -0.99999, false", "1, 1.0001, false"})
    void shouldCompareTheThresholdWithTheScoreAsItIsPublished(double cosine, double threshold, boolean found) {
        index.apply(put("a", 1, "l", "{}", at(cosine)));
        assertThat(found(5, threshold, null, false)).hasSize(found ? 1 : 0);
    }

    @Test
    void shouldFindTheSameVectorAtOneAndTheOppositeOneAtMinusOne() {
        // given vectors whose products with themselves are rounded to either side of 1
        for (int i = 0; i < 100; i++) {
            index.apply(put(DECLARED, "id" + i, i + 1, unit(i)));
        }
        for (int i = 0; i < 100; i++) {
            // when, then
            assertThat(index.search(DECLARED, List.of(unit(i)), 100, 1).hits().get(0)).extracting(GallerySearch.Hit::id).containsExactly("id" + i);
            float[] opposite = unit(i);
            for (int d = 0; d < DIMENSION; d++) {
                opposite[d] = -opposite[d];
            }
            assertThat(index.search(DECLARED, List.of(opposite), 100, -1).hits().get(0)).hasSize(100).extracting(GallerySearch.Hit::id).endsWith("id" + i);
        }
    }

    @Test
    void shouldFindEachHitAgainWhenItsPublishedScoreIsTheThreshold() {
        Random random = new Random(17);
        for (int i = 0; i < 300; i++) {
            index.apply(put(DECLARED, "id" + i, i + 1, randomVector(random)));
        }
        List<GallerySearch.Hit> all = index.search(DECLARED, List.of(unit(1)), 300, -1).hits().get(0);
        assertThat(all).hasSize(300);
        for (int i = 0; i < 300; i += 7) {
            // when
            double threshold = PublishedScore.of(all.get(i).score());
            // then
            assertThat(index.search(DECLARED, List.of(unit(1)), 300, threshold).hits().get(0))
                    .isEqualTo(all.stream().filter(hit -> PublishedScore.of(hit.score()) >= threshold).toList());
        }
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

    // ---- Filters and distinct labels.

    private static GalleryEdit.Put put(String id, long epoch, String label, String attributes, float[] vector) {
        return new GalleryEdit.Put(DECLARED, id, epoch, epoch, label, attributes, vector);
    }

    private List<String> found(int topK, double threshold, String filter, boolean distinctLabels) {
        GalleryQuery query = new GalleryQuery(DECLARED, List.of(unit(1)), topK, threshold, Optional.ofNullable(filter).map(AttributeFilter::parse), distinctLabels);
        return index.search(query).hits().get(0).stream().map(GallerySearch.Hit::id).toList();
    }

    /** At this cosine to {@code unit(1)}, about. */
    private static float[] at(double cosine) {
        float[] to = unit(1);
        float[] other = unit(2);
        double along = 0;
        for (int i = 0; i < DIMENSION; i++) {
            along += to[i] * other[i];
        }
        for (int i = 0; i < DIMENSION; i++) {
            other[i] -= (float) along * to[i];
        }
        other = UnitVectors.of(other, DIMENSION);
        for (int i = 0; i < DIMENSION; i++) {
            to[i] = (float) (cosine * to[i] + Math.sqrt(1 - cosine * cosine) * other[i]);
        }
        return to;
    }

    @Test
    void shouldFindOnlyWhatTheFilterLeaves() {
        // given
        index.apply(List.of(put("a", 1, "l", "{\"price\":1,\"brand\":\"acme\"}", at(0.9)), put("b", 2, "l", "{\"price\":2,\"brand\":\"other\"}", at(0.8)),
                put("c", 3, "l", "{}", at(0.7)), put("d", 4, "l", "{\"price\":4,\"brand\":\"acme\",\"sale\":true}", at(0.6)), put("e", 5, "l", "{\"price\":\"2\"}", at(0.5))));
        // when, then
        assertThat(found(5, -1, null, false)).containsExactly("a", "b", "c", "d", "e");
        assertThat(found(5, -1, "price < 3", false)).containsExactly("a", "b");
        assertThat(found(5, -1, "not price < 2", false)).containsExactly("b", "d");
        assertThat(found(5, -1, "brand == 'acme' and price > 1", false)).containsExactly("d");
        assertThat(found(5, -1, "brand == 'other' or sale == true", false)).containsExactly("b", "d");
        assertThat(found(5, -1, "price in [1, 4]", false)).containsExactly("a", "d");
        assertThat(found(5, -1, "brand != 'acme'", false)).containsExactly("b");
        assertThat(found(5, -1, "colour == 'red'", false)).isEmpty();
        assertThat(found(1, -1, "price >= 2", false)).containsExactly("b");
        assertThat(found(5, 0.7, "brand == 'acme'", false)).containsExactly("a");
    }

    @Test
    void shouldFilterByAttributesHoweverTheyAreWritten() {
        // given the same attributes in several ways
        List<String> ways = List.of("{\"brand\":\"acme/1\",\"n\":5}", "{\"\\u0062rand\":\"acme/1\",\"n\":5}", "{\"brand\":\"\\u0061cme\\/1\",\"n\":5.0}",
                " {\n\"n\" : 0.5E+1 , \"brand\"\t:\"acme/1\" } ", "{\"o\":{\"brand\":\"\\\"}\"},\"brand\":\"acme/1\",\"\\u006e\":5}");
        for (int i = 0; i < ways.size(); i++) {
            index.apply(new GalleryEdit.Put(DECLARED, "way " + i, i + 1, i + 1, "x", ways.get(i), unit(1)));
        }
        index.apply(new GalleryEdit.Put(DECLARED, "other", 9, 9, "x", "{\"brand\":\"other\",\"n\":6}", unit(1)));
        // then
        assertThat(found(100, -1, "brand == \"acme/1\"", false)).containsExactly("way 0", "way 1", "way 2", "way 3", "way 4");
        assertThat(found(100, -1, "n <= 5 and brand != \"other\"", false)).containsExactly("way 0", "way 1", "way 2", "way 3", "way 4");
    }

    @Test
    void shouldFindTheFewThatAFilterLeavesAmongMany() {
        // given a thousand near ones without the attribute, and three far ones with it
        Random random = new Random(21);
        List<GalleryEdit> edits = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            edits.add(put("near" + i, i + 1, "l", "{\"rare\":false}", at(0.9 + 0.0001 * random.nextInt(900))));
        }
        for (int i = 0; i < 3; i++) {
            edits.add(put("far" + i, 1001 + i, "l", "{\"rare\":true}", at(-0.1 - 0.2 * i)));
        }
        index.apply(edits);
        // when, then
        assertThat(found(2, -1, "rare == true", false)).containsExactly("far0", "far1");
        assertThat(found(10, -1, "rare == true", true)).containsExactly("far0");
    }

    @Test
    void shouldGiveOnlyTheBestOfEachLabelWhenLabelsAreToBeDistinct() {
        // given
        index.apply(List.of(put("a1", 1, "a", "{}", at(0.5)), put("a2", 2, "a", "{}", at(0.9)), put("a3", 3, "a", "{}", at(0.7)), put("b1", 4, "b", "{}", at(0.8)),
                put("b2", 5, "b", "{}", at(0.3)), put("c1", 6, "c", "{}", at(0.2))));
        // when, then
        assertThat(found(10, -1, null, true)).containsExactly("a2", "b1", "c1");
        assertThat(found(2, -1, null, true)).containsExactly("a2", "b1");
        assertThat(found(1, -1, null, true)).containsExactly("a2");
        assertThat(found(10, 0.5, null, true)).containsExactly("a2", "b1");
        assertThat(found(3, -1, null, false)).containsExactly("a2", "b1", "a3");
    }

    @Test
    void shouldTakeTheSmallestIdOfEqualOnesOfALabel() {
        index.apply(List.of(put("m", 1, "second", "{}", unit(1)), put("d", 2, "first", "{}", unit(1)), put("x", 3, "second", "{}", unit(1)), put("c", 4, "first", "{}", unit(1))));
        assertThat(found(10, 0, null, true)).containsExactly("c", "m");
        assertThat(found(1, 0, null, true)).containsExactly("c");
    }

    @Test
    void shouldFindAsManyLabelsAsAreAskedForThoughOneLabelHasTheMostAndNearestEntries() {
        List<GalleryEdit> edits = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            edits.add(put("crowd" + i, i + 1, "crowd", "{}", at(0.99 - 0.0001 * i)));
        }
        for (int i = 0; i < 5; i++) {
            edits.add(put("lone" + i, 501 + i, "lone" + i, "{}", at(0.4 - 0.05 * i)));
        }
        index.apply(edits);
        assertThat(found(4, -1, null, true)).containsExactly("crowd0", "lone0", "lone1", "lone2");
    }

    // ---- Generations.

    @Test
    void shouldSearchTheOldGenerationUntilTheNewOneIsCommitted() {
        // given
        index.apply(List.of(put("old", 5, "l", "{}", unit(1))));
        assertThat(index.stats(DECLARED).generation()).isEqualTo(1);
        try (GalleryRebuild rebuild = index.rebuild(DECLARED)) {
            // when it is filled, from offsets and epochs that were there
            rebuild.apply(List.of(new GalleryEdit.Put(DECLARED, "new", 1, 1, "l", "{}", unit(1)), new GalleryEdit.Put(DECLARED, "gone", 2, 2, "l", "{}", unit(1)),
                    new GalleryEdit.Remove(DECLARED, "gone", 3, 3)));
            // then nothing of it is seen
            assertThat(found(5, 0, null, false)).containsExactly("old");
            assertThat(index.epoch(DECLARED)).isEqualTo(5);
            assertThat(index.size(DECLARED)).isEqualTo(1);
            // and when it is committed, only it
            rebuild.readTo(5);
            rebuild.commit();
        }
        assertThat(found(5, 0, null, false)).containsExactly("new");
        assertThat(index.stats(DECLARED)).satisfies(stats -> {
            assertThat(stats.generation()).isEqualTo(2);
            // never back, also where the newest edits were removals that a compacted log has no more
            assertThat(stats.epoch()).isEqualTo(5);
            assertThat(stats.entries()).isEqualTo(1);
        });
        // and edits go on after the offset up to which the log was read
        index.apply(List.of(put("replayed", 5, "l", "{}", unit(1)), put("next", 6, "l", "{}", unit(1))));
        assertThat(found(5, 0, null, false)).containsExactly("new", "next");
    }

    @Test
    void shouldChangeNothingWhenARebuildIsClosedWithoutACommit() {
        index.apply(put("old", 5, "l", "{}", unit(1)));
        try (GalleryRebuild rebuild = index.rebuild(DECLARED)) {
            rebuild.apply(List.of(put("new", 1, "l", "{}", unit(1))));
        }
        assertThat(found(5, 0, null, false)).containsExactly("old");
        assertThat(index.stats(DECLARED).generation()).isEqualTo(1);
        index.apply(put("next", 6, "l", "{}", unit(1)));
        assertThat(found(5, 0, null, false)).containsExactly("next", "old");
    }

    @Test
    void shouldChangeNothingWhenARebuildIsGivenNoEdits() {
        index.apply(put("old", 1, "l", "{}", unit(1)));
        try (GalleryRebuild rebuild = index.rebuild(DECLARED)) {
            rebuild.apply(List.of());
            rebuild.apply(List.of(put("new", 1, "l", "{}", unit(1))));
            rebuild.apply(List.of());
            assertThat(found(5, 0, null, false)).containsExactly("old");
            rebuild.commit();
        }
        assertThat(found(5, 0, null, false)).containsExactly("new");
    }

    @Test
    void shouldCountTheGenerations() {
        index.apply(put("first", 1, "l", "{}", unit(1)));
        for (int generation = 2; generation <= 4; generation++) {
            try (GalleryRebuild rebuild = index.rebuild(DECLARED)) {
                rebuild.apply(List.of(put("in" + generation, 1, "l", "{}", unit(1))));
                rebuild.commit();
            }
            assertThat(index.stats(DECLARED).generation()).isEqualTo(generation);
            assertThat(found(5, 0, null, false)).containsExactly("in" + generation);
        }
    }

    @Test
    void shouldHaveAnEmptyGalleryWhenAnEmptyGenerationIsCommitted() {
        index.apply(put("old", 5, "l", "{}", unit(1)));
        try (GalleryRebuild rebuild = index.rebuild(DECLARED)) {
            rebuild.readTo(5);
            rebuild.commit();
        }
        assertThat(index.contains(DECLARED)).isTrue();
        assertThat(index.size(DECLARED)).isZero();
        assertThat(index.epoch(DECLARED)).isEqualTo(5);
        assertThat(found(5, -1, null, false)).isEmpty();
    }

    @Test
    void shouldMakeAGalleryByItsFirstGeneration() {
        try (GalleryRebuild rebuild = index.rebuild("new")) {
            rebuild.apply(List.of(put("new", "a", 1, unit(1))));
            rebuild.commit();
        }
        assertThat(index.stats("new")).satisfies(stats -> {
            assertThat(stats.generation()).isEqualTo(1);
            assertThat(stats.entries()).isEqualTo(1);
        });
    }

    /** How often {@link #shouldNeverMixTwoGenerationsInOneSearch} switches, and the entries of each generation. */
    int switches() {
        return 40;
    }

    int entriesOfAGeneration() {
        return 8;
    }

    @Test
    void shouldNeverMixTwoGenerationsInOneSearch() throws Exception {
        // given generation g, whose entries have the label g
        int generations = switches() + 1;
        CountDownLatch started = new CountDownLatch(2);
        ExecutorService searchers = Executors.newFixedThreadPool(2);
        try {
            commitGeneration(1);
            List<Future<Integer>> searches = new ArrayList<>();
            for (int t = 0; t < 2; t++) {
                searches.add(searchers.submit(() -> {
                    int last = 0;
                    started.countDown();
                    while (last < generations) {
                        GallerySearch search = index.search(DECLARED, List.of(unit(1), unit(1)), entriesOfAGeneration(), -1);
                        assertThat(search.epoch()).as("never back").isGreaterThanOrEqualTo(last);
                        last = Math.toIntExact(search.epoch());
                        String label = String.valueOf(last);
                        search.hits().forEach(hits -> assertThat(hits).hasSize(entriesOfAGeneration()).allMatch(hit -> hit.label().equals(label)));
                    }
                    return last;
                }));
            }
            started.await();
            // when
            for (int generation = 2; generation <= generations; generation++) {
                commitGeneration(generation);
            }
            // then
            for (Future<Integer> search : searches) {
                assertThat(search.get()).isEqualTo(generations);
            }
        } finally {
            searchers.shutdownNow();
        }
    }

    @Test
    void shouldNotSwitchToAGenerationThatLacksEditsAppliedMeanwhile() {
        index.apply(put("a", 1, "l", "{}", unit(1)));
        try (GalleryRebuild rebuild = index.rebuild(DECLARED)) {
            rebuild.apply(List.of(put("a", 1, "l", "{}", unit(1))));
            // when edits come while it is filled
            index.apply(List.of(put("b", 2, "l", "{}", unit(1)), put("c", 3, "l", "{}", unit(1))));
            // then it has to read on
            assertThatThrownBy(rebuild::commit).isInstanceOf(RebuildBehindException.class).hasMessageContaining(DECLARED);
            assertThat(found(5, 0, null, false)).containsExactly("a", "b", "c");
            assertThat(index.stats(DECLARED).generation()).isEqualTo(1);
            rebuild.apply(List.of(put("b", 2, "l", "{}", unit(1))));
            assertThatThrownBy(rebuild::commit).isInstanceOf(RebuildBehindException.class);
            // and when it has, it may be ahead
            rebuild.apply(List.of(put("c", 3, "l", "{}", unit(1)), put("d", 4, "l", "{}", unit(1))));
            rebuild.commit();
        }
        assertThat(found(5, 0, null, false)).containsExactly("a", "b", "c", "d");
        index.apply(List.of(put("d", 4, "l", "{}", unit(1)), put("e", 5, "l", "{}", unit(1))));
        assertThat(found(5, 0, null, false)).containsExactly("a", "b", "c", "d", "e");
        assertThat(index.epoch(DECLARED)).isEqualTo(5);
    }

    @Test
    void shouldLoseNoEditWhileAnotherThreadRebuilds() throws Exception {
        // given a log: each edit takes the one id that there is, and a label that says which edit it was
        int edits = 1500;
        CountDownLatch rebuiltOnce = new CountDownLatch(1);
        ExecutorService writer = Executors.newSingleThreadExecutor();
        try {
            index.apply(put("a", 1, "1", "{}", unit(1)));
            Future<?> written = writer.submit(() -> {
                for (int i = 2; i <= edits; i++) {
                    if (i == edits / 2) {
                        rebuiltOnce.await(); // an index in memory takes all edits before the first rebuild is over
                    }
                    index.apply(put("a", i, String.valueOf(i), "{}", unit(1)));
                }
                return null;
            });
            long last = 0;
            int rebuilt = 0;
            boolean over = false;
            while (!over) {
                over = written.isDone();
                last = rebuild(edits, last);
                rebuilt++;
                rebuiltOnce.countDown();
            }
            written.get();
            assertThat(rebuilt).isGreaterThan(1);
            assertThat(index.stats(DECLARED).generation()).isEqualTo(rebuilt + 1);
        } finally {
            writer.shutdownNow();
        }
        GallerySearch search = index.search(DECLARED, List.of(unit(1)), 5, -1);
        assertThat(search.epoch()).isEqualTo(edits);
        assertThat(search.hits().get(0)).extracting(GallerySearch.Hit::label).containsExactly(String.valueOf(edits));
    }

    /** Rebuilds up to where the index is, as far as the log goes. @return the epoch afterwards */
    private long rebuild(int edits, long last) {
        try (GalleryRebuild rebuild = index.rebuild(DECLARED)) {
            int from = 1;
            while (true) {
                int to = (int) Math.min(edits, index.epoch(DECLARED) + 1);
                for (int i = from; i <= to; i++) {
                    rebuild.apply(List.of(put("a", i, String.valueOf(i), "{}", unit(1))));
                }
                from = to + 1;
                try {
                    rebuild.commit();
                    break;
                } catch (RebuildBehindException e) {
                    assertThat(to).isLessThan(edits);
                }
            }
        }
        GallerySearch search = index.search(DECLARED, List.of(unit(1)), 5, -1);
        assertThat(search.epoch()).as("never back").isGreaterThanOrEqualTo(last);
        assertThat(search.hits().get(0)).extracting(GallerySearch.Hit::label).containsExactly(String.valueOf(search.epoch()));
        return search.epoch();
    }

    @Test
    void shouldBeRightForItsEpochWhileEditsStreamInAndGenerationsAreSwitched() throws Exception {
        // given a log of additions, replacements and removals, and what each epoch has: labels that say which edit it was
        int edits = 1500;
        List<GalleryEdit> log = new ArrayList<>();
        List<Set<String>> expected = new ArrayList<>(List.of(Set.of()));
        Map<String, String> now = new HashMap<>();
        Random random = new Random(41);
        for (int epoch = 1; epoch <= edits; epoch++) {
            String id = "id" + random.nextInt(40);
            boolean isRemoval = random.nextInt(3) == 0;
            log.add(isRemoval ? new GalleryEdit.Remove(DECLARED, id, epoch, epoch) : put(id, epoch, String.valueOf(epoch), "{}", unit(1)));
            now.compute(id, (key, label) -> isRemoval ? null : String.valueOf(log.size()));
            expected.add(Set.copyOf(now.values()));
        }
        // and its first generation, which a server has from the first edit on
        index.apply(log.subList(0, 1));
        CountDownLatch rebuiltOnce = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<?> written = threads.submit(() -> {
                for (int from = 1; from < edits;) {
                    int to = Math.min(edits, from + 1 + random.nextInt(20));
                    if (from < edits / 2 && to >= edits / 2) {
                        rebuiltOnce.await(); // an index in memory takes all edits before the first rebuild is over
                    }
                    index.apply(log.subList(from, to));
                    from = to;
                }
                return null;
            });
            Future<Integer> rebuilt = threads.submit(() -> {
                int rebuilds = 0;
                for (boolean over = false; !over; rebuilds++) {
                    over = written.isDone();
                    rebuild(log);
                    rebuiltOnce.countDown();
                }
                return rebuilds;
            });
            // when, then
            long last = 0;
            for (boolean over = false; !over;) {
                over = written.isDone() && rebuilt.isDone();
                GallerySearch search = index.search(DECLARED, List.of(unit(1)), 40, -1);
                assertThat(search.epoch()).as("never back").isGreaterThanOrEqualTo(last);
                last = search.epoch();
                assertThat(search.hits().get(0)).as("epoch %d", last).extracting(GallerySearch.Hit::label).containsExactlyInAnyOrderElementsOf(expected.get((int) last));
            }
            written.get();
            assertThat(last).isEqualTo(edits);
            assertThat(rebuilt.get()).isGreaterThan(1);
            assertThat(index.stats(DECLARED).generation()).isEqualTo(rebuilt.get() + 1);
            assertThat(index.size(DECLARED)).isEqualTo(expected.get(edits).size());
        } finally {
            threads.shutdownNow();
        }
    }

    /** From the log's beginning until nothing is lacking; may be an edit ahead. */
    private void rebuild(List<GalleryEdit> log) {
        try (GalleryRebuild rebuild = index.rebuild(DECLARED)) {
            int from = 0;
            while (true) {
                int to = (int) Math.min(log.size(), index.epoch(DECLARED) + 1);
                rebuild.apply(log.subList(from, to));
                from = to;
                try {
                    rebuild.commit();
                    return;
                } catch (RebuildBehindException e) {
                    assertThat(to).isLessThan(log.size());
                }
            }
        }
    }

    private void commitGeneration(int generation) {
        try (GalleryRebuild rebuild = index.rebuild(DECLARED)) {
            for (int i = 0; i < entriesOfAGeneration(); i++) {
                rebuild.apply(List.of(new GalleryEdit.Put(DECLARED, "id" + i, generation, i, String.valueOf(generation), "{}", unit(1))));
            }
            rebuild.commit();
        }
    }

    // ---- Stats, replays, batches.

    @Test
    void shouldTellWhatAGalleryIs() {
        assertThat(index.stats(DECLARED)).satisfies(stats -> {
            assertThat(stats.gallery()).isEqualTo(DECLARED);
            assertThat(stats.entries()).isZero();
            assertThat(stats.epoch()).isZero();
            assertThat(stats.generation()).isEqualTo(1);
        });
        index.apply(List.of(put("a", 3, "l", "{}", unit(1)), put("b", 8, "l", "{}", unit(2)), new GalleryEdit.Remove(DECLARED, "a", 9, 9)));
        assertThat(index.stats(DECLARED)).satisfies(stats -> {
            assertThat(stats.entries()).isEqualTo(1);
            assertThat(stats.epoch()).isEqualTo(9);
            assertThat(stats.model()).startsWith("test@1#");
            assertThat(stats.memoryBytes()).isGreaterThanOrEqualTo(-1);
        });
        assertThatThrownBy(() -> index.stats("nowhere")).isInstanceOf(UnknownGalleryException.class);
    }

    @Test
    void shouldKnowAReplayByItsOffsetAndNotByItsEpoch() {
        // given the log of a gallery embedded anew: old epochs at new offsets
        index.apply(List.of(new GalleryEdit.Put(DECLARED, "a", 10, 100, "first", "{}", unit(1)), new GalleryEdit.Put(DECLARED, "a", 2, 101, "second", "{}", unit(1))));
        assertThat(index.search(DECLARED, List.of(unit(1)), 5, 0).hits().get(0)).extracting(GallerySearch.Hit::label).containsExactly("second");
        // when edits at or below the last offset come, whatever their epoch
        index.apply(List.of(new GalleryEdit.Put(DECLARED, "a", 99, 101, "third", "{}", unit(1)), new GalleryEdit.Remove(DECLARED, "a", 99, 7)));
        // then
        assertThat(index.search(DECLARED, List.of(unit(1)), 5, 0).hits().get(0)).extracting(GallerySearch.Hit::label).containsExactly("second");
        assertThat(index.epoch(DECLARED)).isEqualTo(10);
    }

    @Test
    void shouldKeepTheOffsetsOfGalleriesApart() {
        index.apply(new GalleryEdit.Put(DECLARED, "a", 1, 100, "l", "{}", unit(1)));
        index.apply(new GalleryEdit.Put("other", "a", 1, 5, "l", "{}", unit(1)));
        assertThat(index.size("other")).isEqualTo(1);
    }

    @Test
    void shouldApplyABatchOfSeveralGalleriesInItsOrder() {
        index.apply(List.of(new GalleryEdit.Put("g1", "a", 1, 0, "first", "{}", unit(1)), new GalleryEdit.Put("g2", "a", 2, 1, "l", "{}", unit(2)),
                new GalleryEdit.Put("g1", "b", 3, 2, "l", "{}", unit(3)), new GalleryEdit.Put("g1", "a", 4, 3, "last", "{}", unit(1)),
                new GalleryEdit.Remove("g2", "a", 5, 4), new GalleryEdit.Put("g2", "c", 6, 5, "l", "{}", unit(2)), new GalleryEdit.Remove("g1", "b", 7, 6)));
        assertThat(index.galleries()).containsExactlyInAnyOrder(DECLARED, "g1", "g2");
        assertThat(index.search("g1", List.of(unit(1)), 5, -1)).satisfies(search -> {
            assertThat(search.epoch()).isEqualTo(7);
            assertThat(search.hits().get(0)).extracting(GallerySearch.Hit::label).containsExactly("last");
        });
        assertThat(index.search("g2", List.of(unit(2)), 5, -1)).satisfies(search -> {
            assertThat(search.epoch()).isEqualTo(6);
            assertThat(search.hits().get(0)).extracting(GallerySearch.Hit::id).containsExactly("c");
        });
        index.apply(List.of());
        assertThat(index.epoch("g1")).isEqualTo(7);
    }

    @Test
    void shouldHaveAppliedTheEditsBeforeABadOne() {
        List<GalleryEdit> edits = List.of(put(DECLARED, "a", 1, unit(1)), put(DECLARED, "bad", 2, new float[DIMENSION]), put(DECLARED, "c", 3, unit(3)));
        assertThatThrownBy(() -> index.apply(edits)).isInstanceOf(IllegalArgumentException.class);
        assertThat(found(5, -1, null, false)).containsExactly("a");
        assertThat(index.epoch(DECLARED)).isEqualTo(1);
        // and the rest can follow
        index.apply(edits.subList(2, 3));
        assertThat(index.size(DECLARED)).isEqualTo(2);
    }
}
