package io.sightline.app.top;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightline.connectors.trace.WorkerTrace;
import io.sightline.schemas.TracerWindow;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class TopViewTest {
    private static final Instant NOW = Instant.parse("2026-11-21T18:00:12.345Z");

    private static TracerWindow window(String instance, String stage, long count, int waiting, int capacity) {
        return new TracerWindow(instance, stage, NOW.minusMillis(12_345), NOW.minusMillis(2_345), count, 2L, count / 10.0, 0.9, 0.12, 5.4, 48.75, 1.3, 0.04, 0.256,
                Map.of("ave", 55.5, ".50", 54.3, ".95", 80.1, ".99", 1200.25), waiting, capacity, count / 4, List.of());
    }

    @Test
    void shouldShowStagesAsRows() {
        WorkerTrace worker = new WorkerTrace("up", List.of(window("up", "detect", 412, 3, 256), window("up", "embed", 0, 0, 256)), List.of(window("up", "total", 123, 7, 0)));

        assertThat(TopView.text(NOW, List.of(worker), "sightline", OptionalLong.of(12_345))).isEqualTo("""
                sightline top   2026-11-21T18:00:12Z   1 worker   lag 12,345 records (group sightline)

                up   12.3 requests/s, 2 errors, 7 in flight   ave 55.5  p50 54.3  p95 80.1  p99 1200.3 ms   window of 10 s, 2 s ago
                  STAGE                 ITEMS/S    ERR      IN    PREP    MIDP   POSTP     OUT IDLE%     P50     P95     P99  BATCH       QUEUE
                  detect                   41.2      2     0.1     5.4    48.8     1.3     0.0    26    54.3    80.1  1200.3    4.0       3/256
                  embed                     0.0      2     0.1     5.4    48.8     1.3     0.0    26    54.3    80.1  1200.3    0.0       0/256
                """);
    }

    @Test
    void shouldSayWhereNothingIsKnown() {
        assertThat(TopView.text(NOW, List.of(), "g", OptionalLong.empty())).isEqualTo("""
                sightline top   2026-11-21T18:00:12Z   0 workers   lag ? (group g)

                no worker has been heard of in the last ten minutes
                """);
    }

    @Test
    void shouldWriteNothingThatATerminalWouldTakeForACommand() {
        WorkerTrace worker = new WorkerTrace("\u001b[2Jevil", List.of(window("x", "a\u0007\rb", 1, 0, 1)), List.of());
        assertThat(TopView.text(NOW, List.of(worker), "g", OptionalLong.of(0)).lines()).hasSize(5).noneMatch(line -> line.chars().anyMatch(c -> c < ' '));
    }
}
