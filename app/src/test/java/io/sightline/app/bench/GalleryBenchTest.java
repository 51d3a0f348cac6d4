package io.sightline.app.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.processors.gallery.EmbeddedIndexSettings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GalleryBenchTest {
    private static final BenchedIndex.Settings SHIPPED = new BenchedIndex.Settings(EmbeddedIndexSettings.DEFAULT, Optional.empty());

    @Test
    void shouldMakeTheSameVectorsOfUnitLengthEachTime() {
        DescriptorData data = new DescriptorData(48, 1000);
        for (int i : new int[] {0, 1, 999}) {
            assertThat(data.entry(i)).isEqualTo(new DescriptorData(48, 1000).entry(i));
            double squares = 0;
            for (float component : data.entry(i)) {
                squares += component * component;
            }
            assertThat(squares).isBetween(0.9999, 1.0001);
        }
        assertThat(data.entry(1)).isNotEqualTo(data.entry(2)).isNotEqualTo(data.query(1));
    }

    @Test
    void shouldCountWhatOfTheBestWasFound() {
        List<List<String>> truth = List.of(List.of("a", "b", "c", "d", "e"), List.of("f", "g", "h", "i", "j"));
        assertThat(GalleryBench.recall(truth, truth, 5)).isEqualTo(1);
        List<List<String>> found = List.of(List.of("b", "a", "x", "d", "e"), List.of("f"));
        assertThat(GalleryBench.recall(found, truth, 1)).isEqualTo(0.5);
        assertThat(GalleryBench.recall(found, truth, 5)).isEqualTo(0.5);
    }

    @Test
    void shouldRefuseAnIndexItDoesNotKnow() {
        assertThatThrownBy(() -> GalleryBench.checkNames(List.of("embedded", "nowhere"))).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("--index: 'nowhere' (expected: of embedded, hnsw, vector_set, vector_set_q8, vector_set_binary, query_engine)");
    }

    @Test
    void shouldAskForAServerWhereAnIndexNeedsOne() {
        assertThatThrownBy(() -> BenchedIndex.ALL.get("vector_set").open(16, 1, SHIPPED)).hasMessage("--redis: not given (expected: HOST:PORT of a Redis server that may be filled)");
        assertThat(HostPort.parse("::1:6379")).isEqualTo(new HostPort("::1", 6379));
        for (String text : List.of("", "host", ":1", "h:", "h:65536", "h:x")) {
            assertThatThrownBy(() -> HostPort.parse(text)).isInstanceOf(IllegalArgumentException.class).hasMessage("'" + text + "' (expected: HOST:PORT)");
        }
    }

    @Test
    void shouldMeasureEachIndexAtEachSize() throws Exception {
        StringWriter screen = new StringWriter();
        List<GalleryBench.Row> rows = new GalleryBench(16, List.of(1, 2), 0.02, SHIPPED, new PrintWriter(screen)).run(List.of("hnsw", "embedded"), List.of(600, 300));
        assertThat(rows).extracting(row -> row.index() + " " + row.entries()).containsExactly("embedded 300", "hnsw 300", "embedded 600", "hnsw 600");
        assertThat(rows).allSatisfy(row -> {
            assertThat(row.perSecond().keySet()).containsExactly(1, 2);
            assertThat(row.perSecond().values()).allMatch(rate -> rate > 0);
            assertThat(row.p99Ms()).isGreaterThanOrEqualTo(row.p50Ms());
            assertThat(row.file().bytes()).isGreaterThan(row.entries() * 16L * Float.BYTES);
            assertThat(row.recallAt5()).isBetween(row.index().equals("embedded") ? 1.0 : 0.9, 1.0);
        });
        assertThat(screen.toString()).contains("hnsw: 600 entries");
    }
}
