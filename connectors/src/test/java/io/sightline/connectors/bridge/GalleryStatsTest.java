package io.sightline.connectors.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sightline.connectors.testing.RawHttp;
import io.sightline.connectors.testing.TestBridge;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What the stats of a gallery say of the index behind them. */
class GalleryStatsTest extends GalleryFixture {
    private final AtomicReference<GalleryIndexState> state = new AtomicReference<>();

    private TestBridge withIndex() throws Exception {
        TestBridge bridge = keep(TestBridge.withCatalogue(broker, topics, TestBridge.settings(10_000, 5_000, 16, 0), new LocalWorker(Map.of(), Optional.of(gallery -> {
            assertThat(gallery).isEqualTo("shop");
            return state.get();
        }))));
        call(bridge, "PUT", ENTRIES + "/1?label=x", new byte[] {1});
        return bridge;
    }

    @Test
    void shouldSayWhatTheIndexHas() throws Exception {
        state.set(new GalleryIndexState(Optional.of(new GalleryIndexState.Counts(3, 17, 2, 4096, 1)), 5, Optional.of("CLOSED"), Optional.empty()));
        RawHttp.Response answer = without(withIndex(), "GET", "/v1/galleries/shop");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("entries").intValue()).isEqualTo(1);
        JsonNode index = answer.json().path("index");
        assertThat(index.toString()).isEqualTo("{\"entries\":3,\"epoch\":17,\"generation\":2,\"memory_bytes\":4096,\"refused\":1,\"stale\":5,\"breaker\":\"CLOSED\",\"trouble\":null}");
        JsonNode documented = OpenApiTest.read().at("/components/schemas/GalleryIndex/properties");
        index.fieldNames().forEachRemaining(field -> assertThat(documented.has(field)).as(field).isTrue());
    }

    @Test
    void shouldSayWhyTheIndexCantBeAsked() throws Exception {
        state.set(new GalleryIndexState(Optional.empty(), 0, Optional.of("OPEN"), Optional.of("redis away")));
        RawHttp.Response answer = without(withIndex(), "GET", "/v1/galleries/shop");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("index").toString()).isEqualTo("{\"stale\":0,\"breaker\":\"OPEN\",\"trouble\":\"redis away\"}");
    }

    @Test
    void shouldSayNothingOfAnIndexWhereThereIsNoWorker() throws Exception {
        TestBridge bridge = catalogued();
        call(bridge, "PUT", ENTRIES + "/1?label=x", new byte[] {1});
        assertThat(without(bridge, "GET", "/v1/galleries/shop").json().has("index")).isFalse();
    }
}
