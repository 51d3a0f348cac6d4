package io.sightline.processors.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.processors.gallery.redis.RedisIndexes;
import io.sightline.processors.gallery.redis.RedisSettings;
import io.sightline.processors.gallery.redis.testing.QueryEngineStandIn;
import io.sightline.processors.gallery.redis.testing.SharedRedis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Galleries as Query Engine indexes, on a stand-in for the engine before a real server: see {@link QueryEngineStandIn} for what that shows. */
class QueryEngineStandInTest extends GalleryIndexContract {
    private final List<QueryEngineStandIn> engines = new ArrayList<>();

    @Override
    GalleryIndex open() {
        RedisSettings server = SharedRedis.settings();
        try {
            engines.add(new QueryEngineStandIn(server.host(), server.port()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return RedisIndexes.queryEngine(RedisSettings.of("127.0.0.1", engines.get(engines.size() - 1).port()), UUID.randomUUID().toString(),
                GalleryModels.same(new GalleryModel("test@1#000000000000", DIMENSION)), List.of(DECLARED));
    }

    @AfterEach
    void closeEngines() throws IOException {
        for (QueryEngineStandIn engine : engines) {
            engine.close();
        }
    }

    @Test
    void shouldSwitchTheAliasAndDropTheOldIndexWhenRebuilt() {
        try (GalleryIndex index = open()) {
            index.apply(put("g", "a", 1, unit(1)));
            assertThat(engines.get(1).indexes()).hasSize(1);
            try (GalleryRebuild rebuild = index.rebuild("g")) {
                rebuild.apply(List.of(put("g", "a", 1, unit(1)), put("g", "b", 2, unit(2))));
                assertThat(engines.get(1).indexes()).hasSize(2);
                rebuild.commit();
            }
            assertThat(index.search("g", List.of(unit(2)), 5, 0.9).hits().get(0)).extracting(GallerySearch.Hit::id).containsExactly("b");
            assertThat(engines.get(1).indexes()).hasSize(1);
            assertThat(engines.get(1).aliases().values()).containsExactlyElementsOf(engines.get(1).indexes().keySet());
            assertThat(index.stats("g").generation()).isEqualTo(2);
            try (GalleryRebuild abandoned = index.rebuild("g")) {
                abandoned.apply(List.of(put("g", "c", 3, unit(3))));
            }
            assertThat(engines.get(1).indexes()).hasSize(1);
            assertThat(index.size("g")).isEqualTo(2);
        }
    }

    @Test
    void shouldSayThatAGalleryIsLostUntilItIsRebuiltWhenItsIndexIsDropped() {
        try (GalleryIndex index = open()) {
            List<GalleryEdit> edits = List.of(put("g", "a", 1, unit(1)), put("g", "b", 2, unit(2)));
            index.apply(edits);
            index.apply(put("other", "x", 3, unit(3)));
            // when the index is gone, and nothing else
            engines.get(1).indexes().keySet().removeIf(name -> name.contains("/g/"));
            // then nothing says that all is well
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> index.search("g", List.of(unit(2)), 5, 0.9)).isInstanceOf(IndexLostException.class);
                assertThatThrownBy(() -> index.stats("g")).isInstanceOf(IndexLostException.class).hasMessage("gallery g: no index there (expected: one)");
                assertThat(index.trouble()).get().asString().contains("gallery g: no index there");
            }
            assertThat(index.size("other")).isEqualTo(1);
            try (GalleryRebuild rebuild = index.rebuild("g")) {
                rebuild.apply(edits);
                rebuild.commit();
            }
            assertThat(index.search("g", List.of(unit(2)), 5, 0.9).hits().get(0)).extracting(GallerySearch.Hit::id).containsExactly("b");
            assertThat(index.size("g")).isEqualTo(2);
            assertThat(index.trouble()).isEmpty();
        }
    }
}
