package io.sightline.processors.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedGalleryTest {
    private static final float[] EAST = {1, 0};

    @Test
    void shouldForgetTheOldestRemovalWhenThereIsOneTooMany() {
        // given as many removals as are remembered, and one over
        EmbeddedGallery gallery = new EmbeddedGallery("g", 2);
        for (int i = 0; i <= 10_000; i++) {
            gallery.remove(new GalleryEdit.Remove("g", "id" + i, 100 + i));
        }
        // when the additions of the oldest two come again
        gallery.put(new GalleryEdit.Put("g", "id0", 1, "l", "{}", EAST), EAST);
        gallery.put(new GalleryEdit.Put("g", "id1", 2, "l", "{}", EAST), EAST);
        // then only the forgotten one comes back
        assertThat(gallery.search(List.of(EAST), 5, 0).hits().get(0)).extracting(GallerySearch.Hit::id).containsExactly("id0");
        assertThat(gallery.epoch()).isEqualTo(10_100);
    }

    @Test
    void shouldForgetARemovalWhenTheIdIsPutAgain() {
        EmbeddedGallery gallery = new EmbeddedGallery("g", 2);
        gallery.remove(new GalleryEdit.Remove("g", "a", 5));
        gallery.put(new GalleryEdit.Put("g", "a", 6, "new", "{}", EAST), EAST);
        gallery.put(new GalleryEdit.Put("g", "a", 4, "old", "{}", EAST), EAST);
        assertThat(gallery.search(List.of(EAST), 5, 0).hits().get(0)).extracting(GallerySearch.Hit::label).containsExactly("new");
    }

    @Test
    void shouldReplaceAVectorWhenAnEditOfTheSameEpochWasEmbeddedAnew() {
        EmbeddedGallery gallery = new EmbeddedGallery("g", 2);
        gallery.put(new GalleryEdit.Put("g", "a", 6, "first model", "{}", EAST), EAST);
        gallery.put(new GalleryEdit.Put("g", "a", 6, "second model", "{}", EAST), new float[] {0, 1});
        assertThat(gallery.search(List.of(EAST), 5, -1).hits().get(0)).extracting(GallerySearch.Hit::score).containsExactly(0.0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 191, 192, 193})
    void shouldScoreAllSlotsForAnyDimension(int dimension) {
        // given
        Random random = new Random(dimension);
        VectorBlock block = new VectorBlock(dimension);
        float[][] vectors = new float[VectorBlock.SLOTS][dimension];
        for (int slot = 0; slot < VectorBlock.SLOTS; slot++) {
            for (int d = 0; d < dimension; d++) {
                vectors[slot][d] = (float) random.nextGaussian();
            }
            block.set(slot, vectors[slot]);
        }
        float[] query = vectors[17];
        // when
        float[] scores = new float[VectorBlock.SLOTS];
        block.score(query, scores);
        // then
        for (int slot = 0; slot < VectorBlock.SLOTS; slot++) {
            double expected = 0;
            for (int d = 0; d < dimension; d++) {
                expected += (double) query[d] * vectors[slot][d];
            }
            assertThat((double) scores[slot]).isCloseTo(expected, within(1e-3));
        }
    }

    @Test
    void shouldScoreEqualVectorsEquallyInEverySlot() {
        VectorBlock block = new VectorBlock(193);
        float[] vector = new float[193];
        for (int d = 0; d < vector.length; d++) {
            vector[d] = (float) Math.sin(d);
        }
        for (int slot = 0; slot < VectorBlock.SLOTS; slot++) {
            block.set(slot, vector);
        }
        float[] scores = new float[VectorBlock.SLOTS];
        block.score(vector, scores);
        for (float score : scores) {
            assertThat(score).isEqualTo(scores[0]);
        }
    }
}
