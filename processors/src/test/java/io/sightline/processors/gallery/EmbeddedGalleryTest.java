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
    void shouldIgnoreAnEditAtAnOffsetThatWasThere() {
        EmbeddedGallery gallery = new EmbeddedGallery("g", 2);
        gallery.remove(new GalleryEdit.Remove("g", "a", 5, 5));
        gallery.put(new GalleryEdit.Put("g", "a", 6, 6, "new", "{}", EAST), EAST);
        gallery.put(new GalleryEdit.Put("g", "a", 4, 4, "old", "{}", EAST), EAST);
        gallery.put(new GalleryEdit.Put("g", "a", 6, 6, "again", "{}", EAST), EAST);
        assertThat(gallery.search(new GalleryQuery("g", List.of(EAST), 5, 0)).hits().get(0)).extracting(GallerySearch.Hit::label).containsExactly("new");
    }

    @Test
    void shouldReplaceAVectorWhenAnOldEditWasEmbeddedAnew() {
        EmbeddedGallery gallery = new EmbeddedGallery("g", 2);
        gallery.put(new GalleryEdit.Put("g", "a", 6, 6, "first model", "{}", EAST), EAST);
        gallery.put(new GalleryEdit.Put("g", "a", 6, 7, "second model", "{}", EAST), new float[] {0, 1});
        assertThat(gallery.search(new GalleryQuery("g", List.of(EAST), 5, -1)).hits().get(0)).extracting(GallerySearch.Hit::score).containsExactly(0.0);
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
