package io.sightline.processors.tracer;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.TracerWindow;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PipelineTracerTextTest {
    private static final Instant END = Instant.parse("2021-11-04T13:38:52.507Z");
    private static final Map<String, Double> LATENCIES = Map.of("ave", 11.52941186736475, ".50", 11.492, ".60", 11.658, ".70", 11.95, ".80", 12.251,
            ".90", 12.736, ".95", 13.21, ".99", 13.987);

    @Test
    void shouldWriteTheBlockOfTheManualByteForByte() {
        // given the window that the Paddle manual shows
        TracerWindow arcFace = stage("ArcFace", 135.4579597902098, 0.9921311188811189, 3.9232132867132865, 0.12166258741258741, 0.9898286713286714,
                0.9643989520087675, 0, 0);
        TracerReport report = new TracerReport(List.of(arcFace), total(573, 57.3, 0.9982547993019197, List.of("394")), List.of());
        // when
        String block = new PipelineTracerText(ZoneOffset.UTC, 10).block(report);
        // then (its time stamps creep a few milliseconds from line to line; ours stand still)
        assertThat(block).isEqualTo(ManualBlock.TEXT.replaceAll("(?m)^(.{20})\\d{3}", "$1507"));
    }

    @Test
    void shouldChainTheStagesInTheChannels() {
        // given
        TracerReport report = new TracerReport(List.of(stage("decode", 0, 0, 0, 0, 0, 1, 3, 256), stage("detect", 0, 0, 0, 0, 0, 1, 17, 64)),
                total(2, 0.2, 0, List.of("a", "b-2")), List.of());
        // when
        String block = new PipelineTracerText(ZoneId.of("Asia/Shanghai"), 1).block(report);
        // then
        assertThat(block).endsWith("""
                2021-11-04 21:38:52,507 \tchl0(In: ['@DAGExecutor'], Out: ['decode']) size[3/256]
                2021-11-04 21:38:52,507 \tchl1(In: ['decode'], Out: ['detect']) size[17/64]
                2021-11-04 21:38:52,507 \tchl2(In: ['detect'], Out: ['@DAGExecutor']) size[0/0]
                """);
        assertThat(block).contains("\tError req[a, b-2]\n", "\tQuery count[2]\n", "\tQPS[0.2 q/s]\n", "\tSucc[0.0]\n");
    }

    @Test
    void shouldLeaveOutWhatHadNothingToDoAsTheReferenceDoes() {
        // given a stage without items and a window without requests
        TracerWindow idle = stage("decode", 0, 0, 0, 0, 0, 1, 0, 256);
        idle.put(idle.getSchema().getField("count").pos(), 0L);
        TracerReport report = new TracerReport(List.of(idle), total(0, 0, 1, List.of()), List.of());
        // when, then
        assertThat(new PipelineTracerText(ZoneOffset.UTC, 2).block(report)).isEqualTo("""
                2021-11-04 13:38:52,507 Channel (server worker num[2]):
                2021-11-04 13:38:52,507 \tchl0(In: ['@DAGExecutor'], Out: ['decode']) size[0/256]
                2021-11-04 13:38:52,507 \tchl1(In: ['decode'], Out: ['@DAGExecutor']) size[0/0]
                """);
    }

    @Test
    void shouldPutATitleBeforeABlockOfTheFile() {
        TracerReport report = new Tracer("w", new VirtualClock(END)).window();
        PipelineTracerText text = new PipelineTracerText(ZoneOffset.UTC, 1);

        assertThat(text.titledBlock(report)).isEqualTo("2021-11-04 13:38:52,507 ==================== TRACER ======================\n" + text.block(report));
    }

    @Test
    void shouldBeReadableByARegularExpressionMadeOfTheManualsExample() {
        // given what a tracer really measured
        Tracer tracer = new Tracer("w", new VirtualClock(END));
        tracer.stage("ArcFace").batch(new long[] {123_456}, 1_234, 567_890, 12, 0);
        tracer.requests().started();
        tracer.requests().ended("394", "p", 1_000_000, ErrorCode.INFERENCE);
        String block = new PipelineTracerText(ZoneOffset.UTC, 10).block(tracer.window());
        Pattern manuals = ManualBlock.pattern(ManualBlock.TEXT);
        // when, then: theirs reads ours, line by line and as a whole, and one made of ours reads theirs
        assertThat(block).matches(manuals);
        assertThat(ManualBlock.TEXT).matches(manuals).matches(ManualBlock.pattern(block));
        List<Pattern> lines = ManualBlock.TEXT.lines().map(ManualBlock::pattern).toList();
        assertThat(block.lines()).hasSize(lines.size()).allMatch(line -> lines.stream().anyMatch(pattern -> pattern.matcher(line).matches()));
    }

    @Test
    void shouldNotBeReadableWhereTheFormIsAnother() {
        // the pattern is not so loose that anything passes
        assertThat(ManualBlock.TEXT.replace(" ms]", "ms]")).doesNotMatch(ManualBlock.pattern(ManualBlock.TEXT));
        assertThat(ManualBlock.TEXT.replace("\t\t.99", "\t.99")).doesNotMatch(ManualBlock.pattern(ManualBlock.TEXT));
        assertThat(ManualBlock.TEXT.replace("'ArcFace'", "ArcFace")).doesNotMatch(ManualBlock.pattern(ManualBlock.TEXT));
    }

    private static TracerWindow stage(String name, double in, double prep, double midp, double postp, double out, double idle, int queued, int capacity) {
        return new TracerWindow("w", name, END, END, 1L, 0L, 1.0, 1.0, in, prep, midp, postp, out, idle, LATENCIES, queued, capacity, 1L, List.of(), 1, 0.5);
    }

    private static TracerWindow total(long count, double qps, double success, List<String> errorIds) {
        return new TracerWindow("w", "total", END, END, count, 0L, qps, success, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, LATENCIES, 0, 0, 0L, errorIds, 0, 0.0);
    }
}
