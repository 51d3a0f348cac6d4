package io.sightline.processors.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
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
    void shouldForgetItsGalleriesWhenClosed() {
        EmbeddedIndex index = new EmbeddedIndex(GalleryModels.same(new GalleryModel("test@1#000000000000", DIMENSION)), List.of("g"));
        index.close();
        assertThat(index.galleries()).isEmpty();
    }
}
