package io.sightline.processors.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class EmbeddedGalleryTest {
    private static final float[] EAST = {1, 0};

    @Test
    void shouldIgnoreAnEditAtAnOffsetThatWasThere() {
        EmbeddedGallery gallery = new EmbeddedGallery("g", 2, EmbeddedIndexSettings.DEFAULT, Runnable::run);
        gallery.remove(new GalleryEdit.Remove("g", "a", 5, 5));
        gallery.put(new GalleryEdit.Put("g", "a", 6, 6, "new", "{}", EAST), EAST);
        gallery.put(new GalleryEdit.Put("g", "a", 4, 4, "old", "{}", EAST), EAST);
        gallery.put(new GalleryEdit.Put("g", "a", 6, 6, "again", "{}", EAST), EAST);
        assertThat(gallery.search(new GalleryQuery("g", List.of(EAST), 5, 0)).hits().get(0)).extracting(GallerySearch.Hit::label).containsExactly("new");
    }

    @Test
    void shouldReplaceAVectorWhenAnOldEditWasEmbeddedAnew() {
        EmbeddedGallery gallery = new EmbeddedGallery("g", 2, EmbeddedIndexSettings.DEFAULT, Runnable::run);
        gallery.put(new GalleryEdit.Put("g", "a", 6, 6, "first model", "{}", EAST), EAST);
        gallery.put(new GalleryEdit.Put("g", "a", 6, 7, "second model", "{}", EAST), new float[] {0, 1});
        assertThat(gallery.search(new GalleryQuery("g", List.of(EAST), 5, -1)).hits().get(0)).extracting(GallerySearch.Hit::score).containsExactly(0.0);
    }
}
