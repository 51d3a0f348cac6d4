package io.sightline.processors.gallery.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightline.processors.gallery.EmbeddedIndex;
import io.sightline.processors.gallery.GalleryEdit;
import io.sightline.processors.gallery.GalleryIndex;
import io.sightline.processors.gallery.GalleryModel;
import io.sightline.processors.gallery.GalleryModels;
import io.sightline.processors.gallery.GallerySearch;
import io.sightline.processors.gallery.GallerySearch.Hit;
import io.sightline.processors.gallery.UnitVectors;
import io.sightline.processors.gallery.redis.testing.SharedRedis;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How near vector sets come to the exact answer, with vectors like a model's: near a few directions, not noise all over. */
@Timeout(240)
class VectorSetQualityTest {
    private static final int DIMENSION = 128;
    private static final int ENTRIES = 3000;
    private static final int QUERIES = 200;
    private static final int LATENT = 16;
    private static final int K = 10;
    private static final GalleryModels MODELS = GalleryModels.same(new GalleryModel("test@1#000000000000", DIMENSION));

    private final Random random = new Random(1);
    private final float[][] mixing = new float[LATENT][DIMENSION];

    VectorSetQualityTest() {
        for (float[] row : mixing) {
            for (int i = 0; i < DIMENSION; i++) {
                row[i] = (float) random.nextGaussian();
            }
        }
    }

    private float[] vector() {
        float[] vector = new float[DIMENSION];
        for (float[] row : mixing) {
            float weight = (float) random.nextGaussian();
            for (int i = 0; i < DIMENSION; i++) {
                vector[i] += weight * row[i];
            }
        }
        return UnitVectors.of(vector, DIMENSION);
    }

    private static GalleryIndex open(VectorSetSettings.Quantisation quantisation, int exactUpTo) {
        RedisSettings s = SharedRedis.settings();
        VectorSetSettings d = VectorSetSettings.DEFAULT;
        return RedisIndexes.vectorSets(RedisTesting.with(s, new VectorSetSettings(quantisation, d.m(), d.efConstruction(), d.efSearch(), exactUpTo)),
                UUID.randomUUID().toString(), MODELS, List.of());
    }

    private List<GalleryEdit> entries() {
        List<GalleryEdit> edits = new ArrayList<>();
        for (int i = 0; i < ENTRIES; i++) {
            edits.add(new GalleryEdit.Put("g", "id" + i, i + 1, i, "label", "{}", vector()));
        }
        return edits;
    }

    /** Largest errors of a score, and least shares of the true nearest found, seen on an x86 machine, with room to spare. */
    @ParameterizedTest
    @CsvSource({"NONE, 0, 0.000001, 0.97", "NONE, 5000, 0.000001, 1", "Q8, 0, 0.005, 0.9", "Q8, 5000, 0.005, 0.9", "BINARY, 0, 1, 0.2"})
    void shouldComeNearTheExactAnswer(VectorSetSettings.Quantisation quantisation, int exactUpTo, double scoreError, double recall) {
        // given
        List<GalleryEdit> entries = entries();
        List<float[]> queries = new ArrayList<>();
        for (int i = 0; i < QUERIES; i++) {
            queries.add(vector());
        }
        try (GalleryIndex index = open(quantisation, exactUpTo); EmbeddedIndex exact = new EmbeddedIndex(MODELS, List.of())) {
            index.apply(entries);
            exact.apply(entries);
            // when
            GallerySearch found = index.search("g", queries, K, -1);
            GallerySearch truth = exact.search("g", queries, ENTRIES, -1);
            // then
            double worst = 0;
            int hits = 0;
            for (int q = 0; q < QUERIES; q++) {
                Map<String, Double> scores = new HashMap<>();
                truth.hits().get(q).forEach(hit -> scores.put(hit.id(), hit.score()));
                Set<String> nearest = new HashSet<>();
                truth.hits().get(q).subList(0, K).forEach(hit -> nearest.add(hit.id()));
                for (Hit hit : found.hits().get(q)) {
                    worst = Math.max(worst, Math.abs(hit.score() - scores.get(hit.id())));
                    hits += nearest.contains(hit.id()) ? 1 : 0;
                }
            }
            assertThat(worst).isLessThanOrEqualTo(scoreError);
            assertThat(hits / (double) (QUERIES * K)).isGreaterThanOrEqualTo(recall);
        }
    }

    @Test
    void shouldGiveTheSameAnswerEachTime() {
        try (GalleryIndex index = open(VectorSetSettings.Quantisation.NONE, 0)) {
            index.apply(entries());
            List<float[]> queries = List.of(vector(), vector(), vector());
            GallerySearch first = index.search("g", queries, K, -1);
            for (int i = 0; i < 20; i++) {
                assertThat(index.search("g", queries, K, -1)).isEqualTo(first);
            }
            // also without the others' company
            assertThat(index.search("g", queries.subList(1, 2), K, -1).hits().get(0)).isEqualTo(first.hits().get(1));
        }
    }

    @Test
    void shouldKeepIdsAndLabelsOfAnyText() {
        List<String> texts = List.of("a/b/c", "näh", "😀😀", "a b\tc", "{x}", "'quote\"", "x".repeat(200), "é".repeat(200), "*", "a\u0000b");
        List<GalleryEdit> edits = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            edits.add(new GalleryEdit.Put("g", texts.get(i), i + 1, i, texts.get(i), "{\"t\":\"ü😀\"}", vector()));
        }
        try (GalleryIndex index = open(VectorSetSettings.Quantisation.NONE, 100)) {
            index.apply(edits);
            List<Hit> hits = index.search("g", List.of(vector()), 100, -1).hits().get(0);
            assertThat(hits).extracting(Hit::id).containsExactlyInAnyOrderElementsOf(texts);
            assertThat(hits).allSatisfy(hit -> {
                assertThat(hit.label()).isEqualTo(hit.id());
                assertThat(hit.attributes()).isEqualTo("{\"t\":\"ü😀\"}");
            });
            for (int i = 0; i < texts.size(); i++) {
                index.apply(new GalleryEdit.Remove("g", texts.get(i), 100 + i, 100 + i));
            }
            assertThat(index.size("g")).isZero();
        }
    }
}
