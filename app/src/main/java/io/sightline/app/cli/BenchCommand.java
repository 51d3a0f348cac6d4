package io.sightline.app.cli;

import io.sightline.app.bench.LatencyBench;
import io.sightline.app.bench.Statistics;
import io.sightline.app.bench.ThroughputBench;
import io.sightline.app.bench.TracingBench;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sightline bench}. */
@Command(name = "bench", description = "Benchmarks; docs/performance.md says how to read them.", subcommands = {BenchCommand.Throughput.class, BenchCommand.Latency.class, BenchCommand.Tracing.class, OverloadBenchCommand.class, ReplayBenchCommand.class, GalleryBenchCommand.class})
final class BenchCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no benchmark given (expected: throughput, latency, tracing, overload, replay or gallery)");
    }

    @Command(name = "throughput", description = "Images a second from topic to topic, and the same stages in a bare loop, alternately.")
    static final class Throughput implements Callable<Integer> {
        private static final int MIB = 1 << 20;
        @Mixin
        private CommonOptions common;
        @Spec
        private CommandSpec spec;
        @Mixin
        private final RoundOptions measured = new RoundOptions(500);

        @Override
        public Integer call() throws Exception {
            Logging.quiet();
            measured.check();
            var out = spec.commandLine().getOut();
            ThroughputBench.Result result = new ThroughputBench(common.config(Map.of()), demoPictures(), measured.images(), measured.rounds(), out).run();
            out.printf(Locale.ROOT, "throughput: threads=%d images=%d bare=%.1f pipeline=%.1f ratio=%.3f min=%.3f max=%.3f cpu_ratio=%.3f resident_mib=%d%n", result.threads(), result.images(),
                    result.bareRate(), result.pipelineRate(), result.ratio(), result.ratios().stream().mapToDouble(r -> r).min().orElseThrow(),
                    result.ratios().stream().mapToDouble(r -> r).max().orElseThrow(), result.cpuRatio(), result.residentBytes() / MIB);
            out.flush();
            return 0;
        }
    }

    @Command(name = "latency", description = "One caller over HTTP, and the same stages called without HTTP and Kafka, picture by picture in turns.")
    static final class Latency implements Callable<Integer> {
        @Mixin
        private CommonOptions common;
        @Spec
        private CommandSpec spec;
        @Option(names = "--calls", defaultValue = "1000", description = "calls measured (default: ${DEFAULT-VALUE})")
        private int calls;
        @Option(names = "--warm-up", defaultValue = "3000", description = "calls before those: the JIT compiler is busy for about a minute (default: ${DEFAULT-VALUE})")
        private int warmUp;

        @Override
        public Integer call() throws Exception {
            Logging.quiet();
            if (calls < 1) {
                throw new ParameterException(spec.commandLine(), "--calls: " + calls + " (expected: at least 1)");
            }
            if (warmUp < 0) {
                throw new ParameterException(spec.commandLine(), "--warm-up: " + warmUp + " (expected: at least 0)");
            }
            LatencyBench.Result result = new LatencyBench(common.config(Map.of("bridge.port", "0")), demoPictures(), warmUp, calls).run();
            var out = spec.commandLine().getOut();
            out.printf(Locale.ROOT, "latency: calls=%d http %s bare %s worker %s added %s%n", calls, quantiles(result.http()), quantiles(result.bare()), quantiles(result.worker()), quantiles(result.added()));
            out.flush();
            return 0;
        }

        private static String quantiles(List<Double> values) {
            return String.format(Locale.ROOT, "p50=%.2f p99=%.2f ms;", Statistics.percentile(values, 50), Statistics.percentile(values, 99));
        }
    }

    @Command(name = "tracing", description = "Images a second from topic to topic with the tracer and without it, alternately.")
    static final class Tracing implements Callable<Integer> {
        @Mixin
        private CommonOptions common;
        @Spec
        private CommandSpec spec;
        @Mixin
        private final RoundOptions measured = new RoundOptions(200);

        @Override
        public Integer call() throws Exception {
            Logging.quiet();
            measured.check();
            var out = spec.commandLine().getOut();
            TracingBench.Result result = new TracingBench(common.config(Map.of()), demoPictures(), measured.images(), measured.rounds(), out).run();
            out.printf(Locale.ROOT, "tracing: images=%d with=%.1f without=%.1f ratio=%.3f cpu_ratio=%.3f counting_us=%.2f window_ms=%.3f scrape_ms=%.3f%n", measured.images(), Statistics.median(result.with()),
                    Statistics.median(result.without()), Statistics.median(result.ratios()), Statistics.median(result.cpuRatios()), result.countingUs(), result.windowMs(), result.scrapeMs());
            out.flush();
            return 0;
        }
    }

    static Path demoPictures() {
        return Path.of(System.getProperty("sightline.home", "")).toAbsolutePath().resolve("models/demo");
    }
}
