package io.sightline.processors.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightline.processors.gallery.EmbeddedIndex;
import io.sightline.processors.gallery.GalleryEdit;
import io.sightline.processors.gallery.GalleryModel;
import io.sightline.processors.gallery.GalleryModels;
import io.sightline.processors.gallery.GallerySearch;
import io.sightline.processors.stage.BatchClock;
import io.sightline.processors.stage.StageResult;
import io.sightline.schemas.ErrorCode;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LookupFunctionTest {
    private static final float[] EAST = {1, 0};
    private static final float[] NORTH = {0, 1};
    private final EmbeddedIndex index = new EmbeddedIndex(GalleryModels.same(new GalleryModel("test@1#000000000000", 2)), List.of("empty"));
    private final LookupFunction lookup = new LookupFunction(index);

    @BeforeEach
    void fill() {
        index.apply(new GalleryEdit.Put("g", "east", 1, 1, "East", "{}", EAST));
        index.apply(new GalleryEdit.Put("g", "north", 2, 2, "North", "{}", NORTH));
        index.apply(new GalleryEdit.Put("h", "elsewhere", 9, 9, "Elsewhere", "{}", EAST));
    }

    @Test
    void shouldAnswerEachRequestOfAMixedBatchInOrder() {
        // given requests of several galleries, sizes and thresholds
        List<LookupRequest> batch = List.of(
                new LookupRequest("g", List.of(EAST, NORTH), 1, 0.5),
                new LookupRequest("h", List.of(EAST), 1, 0.5),
                new LookupRequest("g", List.of(), 1, 0.5),
                new LookupRequest("g", List.of(NORTH), 2, -1),
                new LookupRequest("g", List.of(NORTH), 1, 0.5),
                new LookupRequest("empty", List.of(NORTH), 1, 0.5));
        // when
        List<StageResult<GallerySearch>> results = lookup.apply(batch, new BatchClock());
        // then
        assertThat(results).extracting(LookupFunctionTest::text).containsExactly("g@2 [east] [north]", "h@9 [elsewhere]", "g@2", "g@2 [north, east]",
                "g@2 [north]", "empty@0 []");
    }

    @Test
    void shouldRejectOnlyTheRequestsOfAnUnknownGallery() {
        List<StageResult<GallerySearch>> results = lookup.apply(List.of(
                new LookupRequest("nowhere", List.of(EAST), 1, 0), new LookupRequest("g", List.of(EAST), 1, 0.5)), new BatchClock());
        assertThat(results.get(0)).isEqualTo(StageResult.rejected(ErrorCode.BAD_INPUT, "gallery: 'nowhere' (expected: one of empty, g, h)"));
        assertThat(text(results.get(1))).isEqualTo("g@2 [east]");
    }

    @Test
    void shouldRejectOnlyTheRequestWhoseEmbeddingIsNotFinite() {
        List<StageResult<GallerySearch>> results = lookup.apply(List.of(
                new LookupRequest("g", List.of(EAST, new float[] {Float.NaN, 1}), 1, 0.5), new LookupRequest("g", List.of(EAST), 1, 0.5)), new BatchClock());
        assertThat(results.get(0)).isEqualTo(StageResult.rejected(ErrorCode.INFERENCE, "embedding: not finite (expected: finite numbers)"));
        assertThat(text(results.get(1))).isEqualTo("g@2 [east]");
    }

    private static String text(StageResult<GallerySearch> result) {
        GallerySearch search = ((StageResult.Accepted<GallerySearch>) result).value();
        StringBuilder text = new StringBuilder(search.gallery() + "@" + search.epoch());
        search.hits().forEach(hits -> text.append(' ').append(hits.stream().map(GallerySearch.Hit::id).toList()));
        return text.toString();
    }
}
