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
    @ValueSource(doubles = {0.1, 0.3, 0.6, 0.7, 1 / 3.0, -0.1, -0.7, 0, 1, 0.9999, -0.9999})
    void shouldLoseNoScoreThatIsPublishedAsTheThreshold(double threshold) {
        // given scores around where they begin to be published as at least the threshold
        int taken = 0;
        float score = (float) (threshold - 0.00005);
        for (int i = 0; i < 3000; i++) {
            score = Math.nextDown(score);
        }
        for (int i = 0; i < 6000; i++) {
            // when
            score = Math.nextUp(score);
            boolean reaches = Math.round(score * 10_000.0) / 10_000.0 >= threshold;
            TopHits top = new TopHits(new GalleryQuery("g", List.of(), 1, threshold));
            top.offer(new StoredEntry("a", "l", "{}", 1, new float[0]), score);
            // then
            assertThat(top.bestFirst()).as("%s", score).hasSize(reaches ? 1 : 0);
            assertThat(!reaches || score >= top.floor()).as("floor %s under %s", top.floor(), score).isTrue();
            taken += reaches ? 1 : 0;
        }
        assertThat(taken).as("both sides of the edge").isBetween(threshold == 1 / 3.0 ? 0 : 1, 5999);
    }

    @Test
    void shouldFindAnOppositeVectorWhoseProductIsRoundedBelowMinusOne() {
        TopHits top = new TopHits(new GalleryQuery("g", List.of(), 2, -1));
        top.offer(new StoredEntry("a", "l", "{}", 1, new float[0]), -1.0000001f);
        assertThat(top.bestFirst()).extracting(GallerySearch.Hit::score).containsExactly(-1.0);
    }
}
