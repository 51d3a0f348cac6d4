package io.sightline.processors.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EmbeddedIndexTest extends GalleryIndexContract {
    @Override
    GalleryIndex open() {
        return new EmbeddedIndex(GalleryModels.same(new GalleryModel("test@1#000000000000", DIMENSION)), List.of(DECLARED));
    }

    @Test
    void shouldRefuseADimensionUnderOne() {
        assertThatThrownBy(() -> new EmbeddedIndex(GalleryModels.same(new GalleryModel("test@1#000000000000", 0)), List.of())).hasMessage("dimension: 0 (expected: >= 1)");
    }

    @Test
    void shouldHoldMoreThanABlockOfEntries() {
        // given one entry more than two blocks hold
        int count = 2 * VectorBlock.SLOTS + 1;
        try (EmbeddedIndex index = new EmbeddedIndex(GalleryModels.same(new GalleryModel("test@1#000000000000", DIMENSION)), List.of())) {
            IntStream.range(0, count).forEach(i -> index.apply(put("g", "id" + i, i + 1, unit(i))));
            // when, then each is found
            assertThat(index.size("g")).isEqualTo(count);
            for (int i = 0; i < count; i++) {
                assertThat(index.search("g", List.of(unit(i)), 1, 0.999).hits().get(0)).extracting(GallerySearch.Hit::id).containsExactly("id" + i);
            }
        }
    }

    @Test
    void shouldUseTheSlotsOfRemovedEntriesAgain() {
        // given a full block of which all is removed
        EmbeddedGallery gallery = new EmbeddedGallery("g", DIMENSION);
        long epoch = 0;
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < VectorBlock.SLOTS; i++) {
                gallery.put(put("g", "round" + round + "-" + i, ++epoch, unit(i)), unit(i));
            }
            // then no second block is ever taken
            assertThat(gallery.size()).isEqualTo(VectorBlock.SLOTS);
            assertThat(gallery.capacity()).isEqualTo(VectorBlock.SLOTS);
            for (int i = 0; i < VectorBlock.SLOTS; i++) {
                gallery.remove(new GalleryEdit.Remove("g", "round" + round + "-" + i, ++epoch, epoch));
            }
        }
        assertThat(gallery.size()).isZero();
    }

    @Test
    void shouldForgetItsGalleriesWhenClosed() {
        EmbeddedIndex index = new EmbeddedIndex(GalleryModels.same(new GalleryModel("test@1#000000000000", DIMENSION)), List.of("g"));
        index.close();
        assertThat(index.galleries()).isEmpty();
    }
}
