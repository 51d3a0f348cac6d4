package io.sightline.processors.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The scan has to give exactly what scoring every entry in float gives. */
class ExactScanTest {
    private static final List<String> FILTERS = List.of("n < 3", "n == 1 or s == 'x'", "not n < 9", "s == 'none has this'");

    @ParameterizedTest
    @EnumSource(TestVectors.Kind.class)
    void shouldFindBitForBitWhatScoringEveryEntryFinds(TestVectors.Kind kind) {
        for (int dimension : new int[] {1, 2, 3, 19, 64, 127, 128, 130, 513}) {
            // given near ones, equal ones and others
            Random random = new Random(dimension);
            EntryTable table = new EntryTable(dimension);
            for (int i = 0; i < 1500; i++) {
                float[] vector = random.nextInt(3) == 0 && table.size() > 0 ? similar(table, random) : TestVectors.of(kind, dimension, random);
                put(table, i, vector, random);
            }
            // when, then
            for (int round = 0; round < 8; round++) {
                List<float[]> queries = new ArrayList<>();
                for (int q = 0; q < 5; q++) {
                    queries.add(q == 0 ? table.entry(random.nextInt(table.size())).vector() : similar(table, random));
                }
                check(table, new GalleryQuery("g", queries, 1 + random.nextInt(30), threshold(table, queries.get(1), random), filter(random), random.nextBoolean()));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(TestVectors.Kind.class)
    void shouldFindTheSameWhereMostBlocksAreLeftAfterHalfOfTheDimensions(TestVectors.Kind kind) {
        // given several blocks, more dimensions than are scanned whole, and for each query some near ones
        int dimension = 150;
        Random random = new Random(31);
        EntryTable table = new EntryTable(dimension);
        for (int i = 0; i < 3 * QuantisedBlock.MAX_SLOTS; i++) {
            put(table, i, random.nextInt(5) == 0 && i > 0 ? similar(table, random) : TestVectors.of(kind, dimension, random), random);
        }
        // when, then
        for (int round = 0; round < 10; round++) {
            List<float[]> queries = List.of(similar(table, random), TestVectors.of(kind, dimension, random), similar(table, random));
            check(table, new GalleryQuery("g", queries, 1 + random.nextInt(6), random.nextBoolean() ? -1 : 0.5, filter(random), random.nextBoolean()));
        }
    }

    @Test
    void shouldFindNothingInAnEmptyTableAndEverythingInOneOfManyDimensions() {
        assertThat(ExactScan.search(new EntryTable(5), new GalleryQuery("g", List.of(new float[] {1, 0, 0, 0, 0}), 3, -1)).get(0).bestFirst()).isEmpty();
        // given
        Random random = new Random(4096);
        EntryTable table = new EntryTable(4096);
        for (int i = 0; i < 70; i++) {
            put(table, i, TestVectors.of(TestVectors.Kind.values()[i % TestVectors.Kind.values().length], 4096, random), random);
        }
        // when, then
        check(table, new GalleryQuery("g", table.entries().stream().map(StoredEntry::vector).toList(), 5, -1));
    }

    @Test
    void shouldFindWhatIsNearInTheSecondHalfOfTheDimensionsAlone() {
        // given a block of entries at 0.78 to the query, one of far ones, and in the next one entry at 0.8 that has nothing in its first half
        int dimension = 160;
        int middle = Quantised.middle(dimension);
        float[] query = new float[dimension];
        query[0] = 0.6f;
        query[dimension - 1] = 0.8f;
        float[] target = new float[dimension];
        target[dimension - 1] = 1;
        EntryTable table = new EntryTable(dimension);
        for (int i = 0; i < 3 * QuantisedBlock.MAX_SLOTS; i++) {
            float[] vector = new float[dimension];
            vector[i < QuantisedBlock.MAX_SLOTS ? 0 : 1] = 0.78f;
            vector[dimension - 1] = i < QuantisedBlock.MAX_SLOTS ? 0.39f : 0;
            vector[2 + i % (middle - 2)] = (float) Math.sqrt(1 - vector[0] * vector[0] - vector[1] * vector[1] - vector[dimension - 1] * vector[dimension - 1]);
            StoredEntry entry = new StoredEntry("id" + i, "l", "{}", i, i == 2 * QuantisedBlock.MAX_SLOTS + 7 ? target : UnitVectors.of(vector, dimension));
            table.put(entry, Quantised.stored(entry.vector()));
        }
        // when, then
        check(table, new GalleryQuery("g", List.of(query), 1, -1));
        assertThat(ExactScan.search(table, new GalleryQuery("g", List.of(query), 1, -1)).get(0).bestFirst()).extracting(GallerySearch.Hit::id)
                .containsExactly("id" + (2 * QuantisedBlock.MAX_SLOTS + 7));
    }

    /** None, any, or a score just as it is published. */
    private static double threshold(EntryTable table, float[] query, Random random) {
        return switch (random.nextInt(3)) {
            case 0 -> -1;
            case 1 -> random.nextDouble();
            default -> PublishedScore.of(table.entry(random.nextInt(table.size())).score(query));
        };
    }

    private static Optional<AttributeFilter> filter(Random random) {
        return random.nextBoolean() ? Optional.empty() : Optional.of(AttributeFilter.parse(FILTERS.get(random.nextInt(FILTERS.size()))));
    }

    private static float[] similar(EntryTable table, Random random) {
        float[] vector = table.entry(random.nextInt(table.size())).vector();
        return random.nextInt(4) == 0 ? vector.clone() : TestVectors.near(vector, Math.pow(10, -random.nextInt(8)), random);
    }

    private static void put(EntryTable table, int i, float[] vector, Random random) {
        String attributes = random.nextInt(4) == 0 ? "{}" : "{\"n\":" + random.nextInt(10) + ",\"s\":\"" + (random.nextBoolean() ? "x" : "y") + "\"}";
        table.put(new StoredEntry("id" + i, "label" + random.nextInt(40), attributes, i, vector), Quantised.stored(vector));
    }

    private static void check(EntryTable table, GalleryQuery query) {
        List<List<GallerySearch.Hit>> hits = ExactScan.search(table, query).stream().map(TopHits::bestFirst).toList();
        for (int q = 0; q < query.vectors().size(); q++) {
            assertThat(hits.get(q)).as("%s", query).isEqualTo(plain(table, query, query.vectors().get(q)));
        }
    }

    private static List<GallerySearch.Hit> plain(EntryTable table, GalleryQuery query, float[] vector) {
        List<GallerySearch.Hit> all = new ArrayList<>();
        for (StoredEntry entry : table.entries()) {
            float score = ExactScore.of(vector, entry.vector());
            if (PublishedScore.reaches(score, query.threshold()) && (query.filter().isEmpty() || entry.matches(query.filter().get()))) {
                all.add(new GallerySearch.Hit(entry.id(), entry.label(), entry.attributes(), score));
            }
        }
        all.sort(Comparator.comparingDouble(GallerySearch.Hit::score).reversed().thenComparing(GallerySearch.Hit::id));
        List<String> labels = new ArrayList<>();
        if (query.distinctLabels()) {
            all.removeIf(hit -> labels.contains(hit.label()) || !labels.add(hit.label()));
        }
        return all.stream().limit(query.topK()).map(h -> new GallerySearch.Hit(h.id(), h.label(), h.attributes(), Math.max(-1, Math.min(1, h.score())))).toList();
    }

    @ParameterizedTest
    @CsvSource({"1,63", "1,64", "1,65", "3,2047", "3,2048", "3,2049", "5,4097"})
    void shouldFindEachEntryOnEachSideOfABlocksEdge(int dimension, int count) {
        // given as many different vectors
        EntryTable table = new EntryTable(dimension + 2);
        Random random = new Random(count);
        for (int i = 0; i < count; i++) {
            put(table, i, TestVectors.of(TestVectors.Kind.NOISE, dimension + 2, random), random);
        }
        // when, then
        List<float[]> own = table.entries().stream().map(StoredEntry::vector).toList();
        List<TopHits> found = ExactScan.search(table, new GalleryQuery("g", own, 1, 0));
        for (int i = 0; i < count; i++) {
            assertThat(found.get(i).bestFirst()).extracting(GallerySearch.Hit::id).containsExactly("id" + i);
        }
    }

    @Test
    void shouldAnswerTheSameWhereverTheEntriesLie() {
        // given the same entries in two orders, one table with removals between
        int dimension = 40;
        Random random = new Random(4);
        Map<String, float[]> vectors = new TreeMap<>();
        for (int i = 0; i < 3000; i++) {
            vectors.put("id" + i, TestVectors.of(TestVectors.Kind.NOISE, dimension, random));
        }
        EntryTable straight = new EntryTable(dimension);
        vectors.forEach((id, vector) -> straight.put(new StoredEntry(id, id, "{}", 1, vector), Quantised.stored(vector)));
        EntryTable shuffled = new EntryTable(dimension);
        List<String> ids = new ArrayList<>(vectors.keySet());
        Collections.shuffle(ids, random);
        for (String id : ids) {
            float[] other = TestVectors.of(TestVectors.Kind.FLAT, dimension, random);
            shuffled.put(new StoredEntry("gone" + id, id, "{}", 1, other), Quantised.stored(other));
            shuffled.put(new StoredEntry(id, id, "{}", 1, vectors.get(id)), Quantised.stored(vectors.get(id)));
        }
        ids.forEach(id -> assertThat(shuffled.remove("gone" + id)).isTrue());
        // when, then alone in one and in company in the other
        List<float[]> queries = random.ints(40).mapToObj(seed -> TestVectors.of(TestVectors.Kind.NOISE, dimension, new Random(seed))).toList();
        List<TopHits> together = ExactScan.search(shuffled, new GalleryQuery("g", queries, 7, -1));
        for (int q = 0; q < queries.size(); q++) {
            assertThat(ExactScan.search(straight, new GalleryQuery("g", List.of(queries.get(q)), 7, -1)).get(0).bestFirst()).isEqualTo(together.get(q).bestFirst());
        }
    }
}
