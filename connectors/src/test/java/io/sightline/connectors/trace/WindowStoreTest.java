package io.sightline.connectors.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.schemas.TracerWindow;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WindowStoreTest {
    private static final Instant START = Instant.ofEpochMilli(1_800_000_000_000L);
    private final MovableClock clock = new MovableClock();
    private final WindowStore store = new WindowStore(clock);

    private static final class MovableClock extends Clock {
        Instant now = START;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }
    }

    /** A window that begins so many seconds after the start. */
    private static TracerWindow window(String instance, String stage, long fromS, long lengthS, long count) {
        return new TracerWindow(instance, stage, START.plusSeconds(fromS), START.plusSeconds(fromS + lengthS), count, 0L, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, Map.of(".50", 2.0), 0, 0, 0L,
                List.of("a-request"), 0, 0.0);
    }

    private void put(String instance, String stage, long fromS, long count) {
        clock.now = START.plusSeconds(fromS + 10);
        store.put(window(instance, stage, fromS, 10, count));
    }

    @Test
    void shouldKeepTheLastWindowOfEachStageAndTheTotalsInOrder() {
        put("w", "decode", 0, 1);
        put("w", "detect", 0, 2);
        put("w", "total", 0, 3);
        put("w", "decode", 10, 4);
        put("w", "detect", 10, 5);
        put("w", "total", 10, 6);
        assertThat(store.workers()).singleElement().satisfies(worker -> {
            assertThat(worker.instance()).isEqualTo("w");
            assertThat(worker.stages()).extracting(TracerWindow::getStage, TracerWindow::getCount).containsExactly(org.assertj.core.groups.Tuple.tuple("decode", 4L), org.assertj.core.groups.Tuple.tuple("detect", 5L));
            assertThat(worker.totals()).extracting(TracerWindow::getCount).containsExactly(3L, 6L);
            assertThat(worker.totals().get(0).getErrorRequestIds()).isEmpty();
        });
    }

    @Test
    void shouldKeepNoMoreThanSixtyTotals() {
        for (int i = 0; i <= WindowStore.MAX_TOTALS; i++) {
            put("w", "total", i, i);
        }
        assertThat(store.workers().get(0).totals()).hasSize(WindowStore.MAX_TOTALS).first().satisfies(oldest -> assertThat(oldest.getCount()).isEqualTo(1));
    }

    @Test
    void shouldPassOverWindowsThatComeTwiceOrLate() {
        put("w", "decode", 10, 1);
        put("w", "total", 10, 2);
        store.put(window("w", "total", 10, 10, 99));
        store.put(window("w", "total", 0, 10, 99));
        store.put(window("w", "decode", 0, 10, 99));
        assertThat(store.workers().get(0).totals()).extracting(TracerWindow::getCount).containsExactly(2L);
        assertThat(store.workers().get(0).stages()).extracting(TracerWindow::getCount).containsExactly(1L);
    }

    @Test
    void shouldForgetAStageThatTheWorkerNoLongerHas() {
        put("w", "classify", 0, 1);
        put("w", "total", 0, 1);
        put("w", "detect", 10, 1);
        put("w", "total", 10, 1);
        assertThat(store.workers().get(0).stages()).extracting(TracerWindow::getStage).containsExactly("detect");
    }

    @Test
    void shouldForgetAWorkerThatIsNotHeardOfForTenMinutes() {
        put("w", "total", 0, 1);
        clock.now = START.plusSeconds(10).plus(WindowStore.FORGOTTEN_AFTER);
        assertThat(store.workers()).hasSize(1);
        clock.now = clock.now.plusMillis(1);
        assertThat(store.workers()).isEmpty();
    }

    @Test
    void shouldWaitForThreeWindowsWhereTheyAreLonger() {
        clock.now = START.plusSeconds(3600);
        store.put(window("w", "total", 0, 3600, 1));
        clock.now = START.plusSeconds(4 * 3600);
        assertThat(store.workers()).hasSize(1);
        clock.now = clock.now.plusMillis(1);
        assertThat(store.workers()).isEmpty();
    }

    @Test
    void shouldPassOverWindowsFromAnotherTime() {
        store.put(window("old", "total", -3600, 10, 1));
        store.put(window("future", "total", 3600, 10, 1));
        store.put(window("endless", "total", -100_000_000L, 10, 1));
        assertThat(store.workers()).isEmpty();
    }

    @Test
    void shouldLetTheWorkerLongestUnheardOfGiveWayWhenThereIsOneTooMany() {
        for (int i = 0; i <= WindowStore.MAX_WORKERS; i++) {
            put("w" + i, "total", i, 1);
        }
        assertThat(store.workers()).hasSize(WindowStore.MAX_WORKERS).extracting(WorkerTrace::instance).doesNotContain("w0").contains("w1", "w" + WindowStore.MAX_WORKERS);
    }

    @Test
    void shouldKeepNoMoreThanItsNumberOfStages() {
        for (int i = 0; i <= WindowStore.MAX_STAGES; i++) {
            put("w", "s" + i, 0, 1);
        }
        assertThat(store.workers().get(0).stages()).hasSize(WindowStore.MAX_STAGES).extracting(TracerWindow::getStage).doesNotContain("s" + WindowStore.MAX_STAGES);
    }

    @Test
    void shouldRefuseNamesThatAreTooLong() {
        String most = "n".repeat(WindowStore.MAX_NAME);
        put(most, most, 0, 1);
        assertThat(store.workers()).hasSize(1);
        assertThatThrownBy(() -> put(most + "n", "total", 0, 1)).hasMessage("instance and stage: 201 and 5 characters (expected: at most 200)");
        assertThatThrownBy(() -> put("w", most + "n", 0, 1)).hasMessageContaining("(expected: at most 200)");
    }
}
