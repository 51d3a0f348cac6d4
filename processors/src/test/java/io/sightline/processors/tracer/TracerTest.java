package io.sightline.processors.tracer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.TracerWindow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TracerTest {
    private static final long MS = 1_000_000;
    private final VirtualClock clock = new VirtualClock(Instant.parse("2021-11-04T13:38:42.507Z"));
    private final Tracer tracer = new Tracer("worker-1", clock);

    @Test
    void shouldGiveMeansOverTheWindowsItems() {
        // given a batch of two and a batch of one
        StageMeter meter = tracer.stage("detect");
        meter.attach(state(3, 0, 2), 64, 2);
        meter.batch(new long[] {2 * MS, 4 * MS}, 1 * MS, 8 * MS, 2 * MS, 0);
        meter.batch(new long[] {6 * MS}, 4 * MS, 20 * MS, 2 * MS, 1);
        meter.out(6 * MS);
        meter.busy(37 * MS);
        // when
        clock.advance(Duration.ofSeconds(10));
        TracerReport report = tracer.window();
        // then
        TracerWindow window = report.stages().get(0);
        assertThat(window.getInstance()).isEqualTo("worker-1");
        assertThat(window.getStage()).isEqualTo("detect");
        assertThat(window.getWindowStartMs()).isEqualTo("2021-11-04T13:38:42.507Z");
        assertThat(window.getWindowEndMs()).isEqualTo("2021-11-04T13:38:52.507Z");
        assertThat(window.getCount()).isEqualTo(3);
        assertThat(window.getErrors()).isEqualTo(1);
        assertThat(window.getBatches()).isEqualTo(2);
        assertThat(window.getQps()).isEqualTo(0.3);
        assertThat(window.getSuccess()).isCloseTo(2 / 3.0, within(1e-12));
        assertThat(window.getInMs()).isEqualTo(4);
        assertThat(window.getPrepMs()).isEqualTo(2);
        assertThat(window.getMidpMs()).isEqualTo(12);
        assertThat(window.getPostpMs()).isEqualTo(2);
        assertThat(window.getOutMs()).isEqualTo(2);
        assertThat(window.getIdle()).isCloseTo(1 - 16.0 / 22, within(1e-12));
        assertThat(window.getLatencyMs()).containsEntry(".50", 15.007).containsEntry(".99", 32.015);
        assertThat(window.getQueueSize()).isEqualTo(3);
        assertThat(window.getQueueCapacity()).isEqualTo(64);
        StageWindow counts = report.counts().get(0);
        assertThat(counts.meanBatch()).isEqualTo(1.5);
        assertThat(counts.busyRatio(10_000)).isCloseTo(0.00185, within(1e-12));
    }

    @Test
    void shouldStartAgainAtZeroWhenAWindowWasTaken() {
        // given
        tracer.stage("decode").batch(new long[] {MS}, MS, MS, MS, 1);
        tracer.stage("decode").skipped(4);
        tracer.requests().started();
        tracer.requests().ended("r1", "p", MS, ErrorCode.TIMEOUT);
        clock.advance(Duration.ofSeconds(10));
        tracer.window();
        // when
        clock.advance(Duration.ofSeconds(10));
        TracerReport report = tracer.window();
        // then
        assertThat(report.all()).hasSize(2).allSatisfy(window -> {
            assertThat(window.getCount()).isZero();
            assertThat(window.getErrors()).isZero();
            assertThat(window.getSuccess()).isEqualTo(1);
            assertThat(window.getIdle()).isEqualTo(1);
            assertThat(window.getErrorRequestIds()).isEmpty();
            assertThat(window.getLatencyMs()).containsEntry(".99", 0.0);
            assertThat(window.getWindowStartMs()).isEqualTo("2021-11-04T13:38:52.507Z");
        });
        assertThat(report.counts().get(0).skipped()).isZero();
        assertThat(report.counts().get(0).meanBatch()).isZero();
        assertThat(report.counts().get(0).busyRatio(0)).isZero();
    }

    @Test
    void shouldCountWholeRequests() {
        // given four requests: one ended well, one badly, one was given up, one is on its way
        IntStream.range(0, 4).forEach(i -> tracer.requests().started());
        tracer.requests().ended("good", "p", 10 * MS, ErrorCode.OK);
        tracer.requests().ended("bad", "p", 20 * MS, ErrorCode.BAD_INPUT);
        tracer.requests().abandoned();
        clock.advance(Duration.ofSeconds(1));
        // when
        TracerWindow total = tracer.window().total();
        // then
        assertThat(total.getStage()).isEqualTo("total");
        assertThat(total.getCount()).isEqualTo(2);
        assertThat(total.getErrors()).isEqualTo(1);
        assertThat(total.getQps()).isEqualTo(2);
        assertThat(total.getSuccess()).isEqualTo(0.5);
        assertThat(total.getErrorRequestIds()).containsExactly("bad");
        assertThat(total.getLatencyMs()).containsEntry("ave", 15.0);
        assertThat(total.getQueueSize()).isEqualTo(1);
    }

    @Test
    void shouldKeepNoMoreThan100IdsOfErrors() {
        for (int i = 0; i < RequestMeter.MAX_ERROR_IDS + 1; i++) {
            tracer.requests().started();
            tracer.requests().ended("r" + i, "p", MS, ErrorCode.INFERENCE);
        }
        TracerWindow total = tracer.window().total();
        assertThat(total.getErrors()).isEqualTo(101);
        assertThat(total.getErrorRequestIds()).hasSize(100).startsWith("r0").endsWith("r99");
    }

    @Test
    void shouldGiveTheSameMeterWhenAStageIsAskedForAgain() {
        StageMeter decode = tracer.stage("decode");
        tracer.stage("detect");
        assertThat(tracer.stage("decode")).isSameAs(decode);
        assertThat(tracer.window().stages()).extracting(TracerWindow::getStage).containsExactly("decode", "detect");
    }

    @Test
    void shouldNotDivideByZeroWhenTheClockDidNotMove() {
        tracer.stage("decode").batch(new long[] {0}, 0, 0, 0, 0);
        TracerWindow window = tracer.window().stages().get(0);
        assertThat(window.getQps()).isEqualTo(1000);
        assertThat(window.getIdle()).isEqualTo(1);
    }

    @Test
    void shouldLoseNoItemWhenWindowsAreTakenWhileLanesCount() throws Exception {
        // given four lanes that count
        StageMeter meter = tracer.stage("busy");
        List<Thread> lanes = Stream.generate(() -> new Thread(() -> {
            for (int i = 0; i < 5000; i++) {
                meter.batch(new long[] {7, 7}, 11, 13, 17, 1);
                tracer.requests().started();
                tracer.requests().ended("r", "p", 100, i % 2 == 0 ? ErrorCode.INFERENCE : ErrorCode.OK);
            }
        })).limit(4).toList();
        lanes.forEach(Thread::start);
        // when windows are taken meanwhile
        List<TracerReport> reports = new ArrayList<>();
        while (lanes.stream().anyMatch(Thread::isAlive)) {
            reports.add(tracer.window());
        }
        reports.add(tracer.window());
        // then the windows hold all of it, and each window is consistent in itself
        assertThat(reports.stream().mapToLong(report -> report.counts().get(0).count()).sum()).isEqualTo(40_000);
        assertThat(reports.stream().mapToLong(report -> report.total().getCount()).sum()).isEqualTo(20_000);
        assertThat(reports.stream().mapToLong(report -> report.total().getErrors()).sum()).isEqualTo(10_000);
        assertThat(reports).allSatisfy(report -> {
            StageWindow window = report.counts().get(0);
            assertThat(window.inNs()).isEqualTo(window.count() * 7);
            assertThat(window.errors()).isEqualTo(window.batches());
        });
    }

    @Test
    void shouldCountFromTheStartWhateverWindowsAreTaken() {
        // given two batches, a window taken between them
        StageMeter meter = tracer.stage("detect");
        meter.attach(state(3, 1_500 * MS, 1), 64, 2);
        meter.batch(new long[] {500 * MS, 500 * MS}, 1 * MS, 8 * MS, 1 * MS, 1);
        tracer.window();
        meter.batch(new long[] {0}, 1 * MS, 0, 0, 0);
        meter.out(4 * MS);
        meter.busy(11 * MS);
        meter.skipped(2);
        // when
        StageReading reading = tracer.read().get(0);
        // then
        assertThat(reading.stage()).isEqualTo("detect");
        assertThat(List.of(reading.items(), reading.errors(), reading.skipped())).containsExactly(3.0, 1.0, 2.0);
        assertThat(reading.phaseSeconds()).isEqualTo(Map.of("in", 1.0, "prep", 0.003, "midp", 0.016, "postp", 0.002, "out", 0.004));
        assertThat(reading.busySeconds()).isEqualTo(0.011);
        assertThat(reading.oldestSeconds()).isEqualTo(1.5);
        assertThat(List.of(reading.waiting(), reading.capacity(), reading.lanes(), reading.lanesAlive())).containsExactly(3, 64, 2, 1);
        assertThat(reading.batchItems().counts()).startsWith(1L, 1L, 0L);
        assertThat(reading.latencySeconds().upperBounds().get(0)).isEqualTo(0.001);
        assertThat(reading.latencySeconds().counts().get(0)).as("a bound is within its bucket").isOne();
        assertThat(reading.latencySeconds().sum()).isCloseTo(1.021, within(1e-9));
        // and reading changes nothing
        assertThat(tracer.read().get(0)).isEqualTo(reading);
        assertThat(tracer.window().counts().get(0).count()).isOne();
    }

    @Test
    void shouldCountRequestsByPipelineAndReason() {
        IntStream.range(0, 4).forEach(i -> tracer.requests().started());
        tracer.requests().ended("a", "shelf", 70_000 * MS, ErrorCode.OK);
        tracer.requests().ended("b", "shelf", 2 * MS, ErrorCode.TIMEOUT);
        tracer.window();
        tracer.requests().ended("c", null, MS, ErrorCode.BAD_INPUT);

        List<RequestReading> readings = tracer.requests().read();

        assertThat(readings).extracting(RequestReading::pipeline).containsExactly("other", "shelf");
        assertThat(readings.get(0).errors()).containsExactly(Map.entry(ErrorCode.BAD_INPUT, 1.0));
        assertThat(readings.get(1).errors()).containsExactly(Map.entry(ErrorCode.TIMEOUT, 1.0));
        List<Long> counts = readings.get(1).seconds().counts();
        assertThat(counts).hasSize(readings.get(1).seconds().upperBounds().size() + 1);
        assertThat(counts.get(counts.size() - 1)).as("over the last bound").isOne();
        assertThat(tracer.requests().inFlight()).isOne();
    }

    @Test
    void shouldCountPipelinesOverTheLimitTogether() {
        for (int i = 0; i < RequestMeter.MAX_PIPELINES + 2; i++) {
            tracer.requests().started();
            tracer.requests().ended("r", String.format("p%03d", i), MS, ErrorCode.OK);
        }

        List<RequestReading> readings = tracer.requests().read();

        assertThat(readings).hasSize(RequestMeter.MAX_PIPELINES + 1).extracting(RequestReading::pipeline).contains("p099", "other").doesNotContain("p100");
        assertThat(readings.get(0).seconds().counts().get(0)).isEqualTo(2);
    }

    @Test
    void shouldCountNothingWhileItIsTold() {
        // given
        tracer.stage("decode");
        tracer.counting(false);
        // when
        tracer.stage("decode").batch(new long[] {MS}, MS, MS, MS, 0);
        tracer.stage("decode").out(MS);
        tracer.stage("decode").busy(MS);
        tracer.requests().started();
        tracer.requests().ended("a", "p", MS, ErrorCode.TIMEOUT);
        tracer.requests().started();
        tracer.requests().abandoned();
        // then
        assertThat(tracer.read().get(0).items()).isZero();
        assertThat(tracer.read().get(0).phaseSeconds().values()).containsOnly(0.0);
        assertThat(tracer.read().get(0).busySeconds()).isZero();
        assertThat(tracer.requests().read()).isEmpty();
        assertThat(tracer.requests().inFlight()).isZero();
        // and again from here on
        tracer.counting(true);
        tracer.stage("decode").batch(new long[] {MS}, MS, MS, MS, 0);
        tracer.requests().started();
        assertThat(tracer.read().get(0).items()).isOne();
        assertThat(tracer.requests().inFlight()).isOne();
    }

    private static StageState state(int waiting, long oldestNs, int lanesAlive) {
        return new StageState() {
            @Override
            public int queueSize() {
                return waiting;
            }

            @Override
            public long oldestWaitNs() {
                return oldestNs;
            }

            @Override
            public int lanesAlive() {
                return lanesAlive;
            }
        };
    }
}
