package io.sightline.app.top;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sightline.connectors.trace.WorkerTrace;
import io.sightline.schemas.TracerWindow;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopTextTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:25Z");
    private static final Map<String, Long> LAG = Map.of("sightline.requests", 17L, "sightline.gallery", 0L);
    private final TopText text = new TopText(ZoneOffset.UTC);

    @Test
    void shouldShowAllStagesOfAllWorkersWithTheirNumbers() {
        List<String> lines = plain(view(worker("one", 5, 3), worker("two", 5, 0)));

        assertThat(lines.get(0)).isEqualTo("sightline top  12:00:25  here  workers: 2  lag: sightline.gallery 0, sightline.requests 17");
        assertThat(lines.get(2)).isEqualTo("one");
        assertThat(lines.get(3)).isEqualTo("  requests 400 in 10 s  QPS 40.0  success 99.2%  errors 3  in flight 12  latency ms: ave 9.50  p50 9.00  p90 12.00  p95 13.00  p99 120");
        assertThat(columns(lines.get(4))).startsWith("STAGE", "ITEMS/s", "ERRORS", "IN").endsWith("QUEUE", "BATCH", "LANES", "BUSY");
        assertThat(columns(lines.get(5))).containsExactly("detect", "40.0", "3", "0.25", "1.50", "8.00", "0.50", "0.13", "30.0%", "9.00", "12.00", "120", "60/64", "4.0", "1.50/2");
        // a stage that had nothing to do has no times
        assertThat(columns(lines.get(6))).containsExactly("lookup", "0.0", "0", "-", "-", "-", "-", "-", "100%", "-", "-", "-", "0/64", "-", "0.00/2");
        assertThat(lines).hasSize(13).contains("two");
    }

    @ParameterizedTest
    @CsvSource({"25, false", "26, true"}) // twice the window of 10 s, and 5 s more
    void shouldMarkAWorkerWhoseNextWindowIsOverdue(int ageS, boolean stale) {
        TopView view = view(worker("one", ageS, 0));

        assertThat(plain(view).stream().anyMatch(line -> line.startsWith("one  STALE: its last window ended " + ageS + " s ago"))).isEqualTo(stale);
        assertThat(view.isFresh()).isEqualTo(!stale);
    }

    @Test
    void shouldFitWhateverSizeTheTerminalHas() {
        TopView view = view(worker("one", 5, 3), worker("two", 500, 0));
        int all = text.lines(view).size();
        for (int rows : new int[] {0, 1, 2, all - 1, all, all + 1}) {
            for (int columns : new int[] {1, 20, 80, 300}) {
                List<String> screen = text.screen(view, columns, rows, true);
                assertThat(screen).hasSizeLessThanOrEqualTo(rows);
                assertThat(screen).allSatisfy(line -> assertThat(line.replaceAll("\u001b\\[[0-9;]*m", "")).hasSizeLessThanOrEqualTo(columns));
            }
        }
        assertThat(text.screen(view, 80, all, false)).hasSize(all).noneMatch(line -> line.contains("more lines"));
        assertThat(text.screen(view, 80, all - 1, false)).hasSize(all - 1).last().isEqualTo("… 2 more lines");
    }

    @Test
    void shouldColourOnlyWhereAskedAndSwitchItOffAtEachLinesEnd() {
        TopView view = view(worker("one", 500, 3));
        assertThat(text.screen(view, 200, 50, false)).noneMatch(line -> line.contains("\u001b"));
        assertThat(text.screen(view, 200, 50, true)).anyMatch(line -> line.startsWith("\u001b[31;1mone  STALE")).filteredOn(line -> line.contains("\u001b")).allMatch(line -> line.endsWith("\u001b[0m"));
    }

    @Test
    void shouldLetNoNameMoveTheCursor() {
        assertThat(plain(view(worker("a\u001b[2Jb\r\nc", 5, 0)))).contains("a?[2Jb??c");
    }

    @Test
    void shouldSayWhyThereIsNothingToShow() {
        assertThat(plain(new TopView(NOW, "here", List.of(), Map.of(), Optional.of("it is away")))).containsExactly("sightline top  12:00:25  here  workers: 0  lag: ?", "it is away");
        assertThat(plain(new TopView(NOW, "here", List.of(), LAG, Optional.empty()))).element(1).isEqualTo("no worker has written a window in the last ten minutes");
    }

    @Test
    void shouldWaitForAFreshWindowAndPrintIt() throws Exception {
        Deque<TopView> views = new ArrayDeque<>(List.of(new TopView(NOW, "here", List.of(), Map.of(), Optional.empty()), view(worker("one", 500, 0)), view(worker("one", 5, 0))));
        StringWriter out = new StringWriter();

        TopView shown = new Top(() -> views.size() > 1 ? views.poll() : views.peek()).once(false, Duration.ofSeconds(60), new PrintWriter(out));

        assertThat(shown.isFresh()).isTrue();
        assertThat(out.toString()).startsWith("sightline top").doesNotContain("STALE");
        assertThat(views).hasSize(1);
    }

    @Test
    void shouldPrintWhatThereIsWhereNoWindowComesInTime() throws Exception {
        StringWriter out = new StringWriter();
        TopView shown = new Top(() -> view(worker("one", 500, 2))).once(true, Duration.ofMillis(1), new PrintWriter(out));

        assertThat(shown.isFresh()).isFalse();
        JsonNode json = new JsonMapper().readTree(out.toString());
        assertThat(out.toString().indexOf('\n')).isEqualTo(out.toString().length() - 1);
        assertThat(json.at("/workers/0/stale").booleanValue()).isTrue();
        assertThat(json.at("/workers/0/instance").asText()).isEqualTo("one");
        assertThat(json.at("/workers/0/total/errors").asInt()).isEqualTo(2);
        assertThat(json.at("/workers/0/stages/0/stage").asText()).isEqualTo("detect");
        assertThat(json.at("/workers/0/stages/0/lane_busy").asDouble()).isEqualTo(0.75);
        assertThat(json.at("/lag/sightline.requests").asLong()).isEqualTo(17);
        assertThat(json.has("trouble")).isFalse();
    }

    @Test
    void shouldKeepWithinTheScreenWithManyWorkers() {
        TopView view = view(IntStream.range(0, 64).mapToObj(i -> worker("w" + i, 5, 0)).toArray(WorkerTrace[]::new));
        assertThat(text.screen(view, 120, 40, true)).hasSize(40).last().asString().contains("more lines");
    }

    private List<String> plain(TopView view) {
        return text.screen(view, Integer.MAX_VALUE, Integer.MAX_VALUE, false);
    }

    private static String[] columns(String line) {
        return line.trim().split("\\s+");
    }

    private static TopView view(WorkerTrace... workers) {
        return new TopView(NOW, "here", List.of(workers), LAG, Optional.empty());
    }

    private static WorkerTrace worker(String name, long ageS, long errors) {
        Instant end = NOW.minusSeconds(ageS);
        return new WorkerTrace(name, List.of(window(name, "detect", end, 400, errors, 0.3, 60), window(name, "lookup", end, 0, 0, 1, 0)), List.of(
                window(name, "total", end.minusSeconds(10), 1, 0, 1, 0), window(name, "total", end, 400, errors, 1, 12)));
    }

    private static TracerWindow window(String worker, String stage, Instant end, long count, long errors, double idle, int queue) {
        return new TracerWindow(worker, stage, end.minusSeconds(10), end, count, errors, count / 10.0, count == 0 ? 1 : 1 - (double) errors / count, 0.25, 1.5, 8.0, 0.5, 0.125, idle,
                Map.of("ave", 9.5, ".50", 9.0, ".90", 12.0, ".95", 13.0, ".99", 120.4), queue, 64, count / 4, List.of(), 2, count == 0 ? 0.0 : 0.75);
    }
}
