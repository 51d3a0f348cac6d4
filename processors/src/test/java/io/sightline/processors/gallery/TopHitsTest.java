package io.sightline.processors.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopHitsTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 10, 63, 64, 65, 500, 1000})
    void shouldKeepWhatSortingAllWouldGive(int k) {
        // given scores with many ties
        Random random = new Random(k);
        TopHits top = new TopHits(new GalleryQuery("g", List.of(), k, -0.5));
        List<GallerySearch.Hit> all = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            String id = "id" + random.nextInt(1_000_000);
            float score = random.nextInt(-10, 11) / 10f;
            // when
            if (score >= top.floor()) {
                top.offer(new StoredEntry(id, "l", "{}", i, new float[0]), score);
            }
            if (score >= -0.5) {
                all.add(new GallerySearch.Hit(id, "l", "{}", score));
            }
        }
        // then
        all.sort(Comparator.comparingDouble(GallerySearch.Hit::score).reversed().thenComparing(GallerySearch.Hit::id));
        assertThat(top.bestFirst()).isEqualTo(all.subList(0, Math.min(k, all.size())));
    }

    @Test
    void shouldGiveNoScoreOverOne() {
        TopHits top = new TopHits(new GalleryQuery("g", List.of(), 2, -1));
        top.offer(new StoredEntry("a", "l", "{}", 1, new float[0]), 1.0000001f);
        assertThat(top.bestFirst()).extracting(GallerySearch.Hit::score).containsExactly(1.0);
    }

    @Test
    void shouldFindNothingForANaN() {
        TopHits top = new TopHits(new GalleryQuery("g", List.of(), 2, -1));
        top.offer(new StoredEntry("a", "l", "{}", 1, new float[0]), Float.NaN);
        assertThat(top.bestFirst()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.3, 0.6, 0.7, 1 / 3.0, -0.1, -0.7})
    void shouldNotLoseTheFloatNearestToTheThreshold(double threshold) {
        float above = (float) threshold >= threshold ? (float) threshold : Math.nextUp((float) threshold);
        TopHits top = new TopHits(new GalleryQuery("g", List.of(), 1, threshold));
        assertThat(above).isGreaterThanOrEqualTo(top.floor());
        top.offer(new StoredEntry("a", "l", "{}", 1, new float[0]), Math.nextDown(above));
        assertThat(top.bestFirst()).isEmpty();
        top.offer(new StoredEntry("a", "l", "{}", 1, new float[0]), above);
        assertThat(top.bestFirst()).hasSize(1);
    }
}
