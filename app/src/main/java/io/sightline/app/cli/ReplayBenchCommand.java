package io.sightline.app.cli;

import io.sightline.app.bench.ReplayBench;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sightline bench replay}. */
@Command(name = "replay", description = "Images a second of a replay, from files to a file of results, and from topic to topic, alternately.")
final class ReplayBenchCommand implements Callable<Integer> {
    @Mixin
    private CommonOptions common;
    @Spec
    private CommandSpec spec;
    @Mixin
    private final RoundOptions measured = new RoundOptions(2000);
    @Option(names = "--concurrency", defaultValue = "256", description = "of the replay: images under way at a time (default: ${DEFAULT-VALUE})")
    private int concurrency;

    @Override
    public Integer call() throws Exception {
        Logging.quiet();
        measured.check();
        var out = spec.commandLine().getOut();
        ReplayBench.Result result = new ReplayBench(common.config(Map.of()), BenchCommand.demoPictures(), measured.images(), measured.rounds(), concurrency, out).run();
        out.printf(Locale.ROOT, "replay: images=%d topics=%.1f replay=%.1f ratio=%.3f min=%.3f max=%.3f%n", result.images(), result.topicRate(), result.replayRate(), result.ratio(),
                result.ratios().stream().mapToDouble(r -> r).min().orElseThrow(), result.ratios().stream().mapToDouble(r -> r).max().orElseThrow());
        out.flush();
        return 0;
    }
}
