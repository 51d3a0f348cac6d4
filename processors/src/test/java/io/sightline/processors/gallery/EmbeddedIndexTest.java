package io.sightline.processors.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmbeddedIndexTest extends GalleryIndexContract {
    @Override
    GalleryIndex open() {
        return new EmbeddedIndex(GalleryModels.same(new GalleryModel("test@1#000000000000", DIMENSION)), List.of(DECLARED));
    }

    @Override
    int switches() {
        return 100;
    }

    @Override
    int entriesOfAGeneration() {
        return 300;
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

    private static EmbeddedIndex limited(int maxEntries) {
        return new EmbeddedIndex(GalleryModels.same(new GalleryModel("test@1#000000000000", DIMENSION)), List.of("g"),
                new EmbeddedIndexSettings(250_000, maxEntries, 16, 100, 128));
    }

    @Test
    void shouldNotTakeOneEntryMoreThanAllowed() {
        try (EmbeddedIndex index = limited(3)) {
            // given a full gallery
            index.apply(List.of(put("g", "a", 1, unit(1)), put("g", "b", 2, unit(2)), put("g", "c", 3, unit(3))));
            // when one more comes, then it is passed over, but not its place in the log
            index.apply(put("g", "d", 4, unit(4)));
            assertThat(index.size("g")).isEqualTo(3);
            assertThat(index.epoch("g")).isEqualTo(4);
            assertThat(index.stats("g").refused()).isEqualTo(1);
            assertThat(index.refusal("g", 4)).contains("gallery 'g': full, one entry more than 3 (expected: at most that, max_entries); the edit is kept and listed, but can't be found");
            assertThat(index.refusal("g", 3)).isEmpty();
            assertThat(index.refusal("g", 5)).isEmpty();
            // and known ones are still replaced
            index.apply(put("g", "a", 5, unit(4)));
            assertThat(index.search("g", List.of(unit(4)), 5, 0.99).hits().get(0)).extracting(GallerySearch.Hit::id).containsExactly("a");
            // and there is room again when one goes
            index.apply(List.of(new GalleryEdit.Remove("g", "b", 6, 6), put("g", "e", 7, unit(5))));
            assertThat(index.size("g")).isEqualTo(3);
        }
    }

    @Test
    void shouldTakeWhatWasRefusedWhenItIsBuiltAnewAfterARemoval() {
        try (EmbeddedIndex index = limited(2)) {
            List<GalleryEdit> log = List.of(put("g", "a", 1, unit(1)), put("g", "b", 2, unit(2)), put("g", "c", 3, unit(3)), new GalleryEdit.Remove("g", "a", 4, 4));
            index.apply(log);
            assertThat(index.refusal("g", 3)).isPresent();
            assertThat(index.search("g", List.of(unit(3)), 5, 0.99).hits().get(0)).isEmpty();
            // when: what a compacted log has left
            try (GalleryRebuild rebuild = index.rebuild("g")) {
                rebuild.apply(log.subList(1, 4));
                rebuild.commit();
            }
            // then
            assertThat(index.search("g", List.of(unit(3)), 5, 0.99).hits().get(0)).extracting(GallerySearch.Hit::id).containsExactly("c");
            assertThat(index.refusal("g", 3)).isEmpty();
            assertThat(index.stats("g").refused()).isZero();
        }
    }

    @Test
    void shouldKnowTheLatestRefusalsOnly() {
        try (EmbeddedIndex index = limited(1)) {
            int last = EmbeddedGallery.REFUSALS_KNOWN + 2;
            for (int epoch = 1; epoch <= last; epoch++) {
                index.apply(put("g", "id" + epoch, epoch, unit(1)));
            }
            assertThat(index.refusal("g", 2)).as("one more than are known").isEmpty();
            assertThat(index.refusal("g", 3)).isPresent();
            assertThat(index.refusal("g", last)).isPresent();
            assertThat(index.stats("g").refused()).isEqualTo(EmbeddedGallery.REFUSALS_KNOWN + 1);
        }
    }

    @Test
    void shouldGiveMemoryBackWhenAGenerationIsReplaced() {
        try (EmbeddedIndex index = limited(1000)) {
            for (int i = 0; i < 1000; i++) {
                index.apply(put("g", "id" + i, i + 1, unit(i)));
            }
            long before = index.stats("g").memoryBytes();
            try (GalleryRebuild rebuild = index.rebuild("g")) {
                rebuild.apply(List.of(put("g", "a", 1, unit(1))));
                rebuild.readTo(1000);
                rebuild.commit();
            }
            assertThat(index.stats("g").memoryBytes()).isLessThan(before / 4);
        }
    }

    @ParameterizedTest
    @CsvSource({"-1,1,16,100,128,exact_max_entries: -1 (expected: 0..10000000)", "0,0,16,100,128,max_entries: 0 (expected: 1..10000000)",
        "10000001,1,16,100,128,exact_max_entries: 10000001 (expected: 0..10000000)", "0,10000001,16,100,128,max_entries: 10000001 (expected: 1..10000000)",
        "0,1,3,100,128,hnsw_m: 3 (expected: 4..64)", "0,1,65,100,128,hnsw_m: 65 (expected: 4..64)", "0,1,16,7,128,hnsw_ef_construction: 7 (expected: 8..1000)",
        "0,1,16,1001,128,hnsw_ef_construction: 1001 (expected: 8..1000)", "0,1,16,100,7,hnsw_ef_search: 7 (expected: 8..10000)",
        "0,1,16,100,10001,hnsw_ef_search: 10001 (expected: 8..10000)"})
    void shouldRefuseSettingsOutOfTheirRange(int exact, int max, int m, int construction, int search, String message) {
        assertThatThrownBy(() -> new EmbeddedIndexSettings(exact, max, m, construction, search)).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }
}
