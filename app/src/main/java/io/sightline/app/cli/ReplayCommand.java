package io.sightline.app.cli;

import io.sightline.app.config.SightlineConfig;
import io.sightline.app.replay.ReplayPage;
import io.sightline.app.replay.ReplayScreen;
import io.sightline.connectors.dataset.Dataset;
import io.sightline.connectors.dataset.DatasetOptions;
import io.sightline.connectors.replay.Replay;
import io.sightline.connectors.replay.ReplayException;
import io.sightline.connectors.replay.ReplayReport;
import io.sightline.connectors.replay.ReplaySettings;
import io.sightline.connectors.results.ResultFormat;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.Registries;
import io.sightline.schemas.wire.SchemaRegistry;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sightline replay}. */
@Command(name = "replay", description = {"Sends a whole dataset through a running Sightline and writes a result for each picture into a file. Stopped or killed, the same command goes on.",
    "Exit status 0 once every picture has its result, whatever that is; 1 where it stopped before."})
final class ReplayCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;
    @Mixin
    private CommonOptions common;
    @Mixin
    private KafkaOptions kafka;
    @Mixin
    private RequestOptions request;
    @Parameters(arity = "1..*", paramLabel = "PATH", description = "folders, pictures, label files (path TAB label), .csv, .jsonl, .tar, .tar.gz, .zip")
    private List<Path> paths;
    @Option(names = "--image-folder", description = "the first folder below PATH, or in the archive, is the label")
    private boolean imageFolder;
    @Option(names = "--root", paramLabel = "DIR", description = "what paths in lists are relative to (default: the list's folder)")
    private Path root;
    @Option(names = {"-o", "--out"}, paramLabel = "FILE", description = "file for the results; its state is beside it, in FILE.state (default: out/replay-<name of PATH>.jsonl)")
    private Path out;
    @Option(names = "--format", paramLabel = "FORMAT", description = "jsonl, avro or csv (default: by the end of --out, else jsonl)")
    private ResultFormat format;
    @Option(names = "--in-order", description = "results in the order of the pictures")
    private boolean inOrder;
    @Option(names = "--rate", paramLabel = "N", description = "at most so many pictures a second (default: as many as can be)")
    private Double rate;
    @Option(names = "--concurrency", paramLabel = "N", defaultValue = "256", description = "pictures under way at a time, 1..100000 (default: ${DEFAULT-VALUE})")
    private int concurrency;
    @Option(names = "--limit", paramLabel = "N", description = "only the first N pictures, with --shuffle any N")
    private Integer limit;
    @Option(names = "--shuffle", description = "in an order drawn from --seed")
    private boolean shuffle;
    @Option(names = "--seed", paramLabel = "N", defaultValue = "0", description = "of --shuffle: the same seed gives the same order (default: ${DEFAULT-VALUE})")
    private long seed;
    @Option(names = "--name", paramLabel = "NAME", description = "the run's name: request ids are NAME-0000001 and so on, by the picture's place in the dataset (default: made up)")
    private String name;
    @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "120", description = "longest time without one result (default: ${DEFAULT-VALUE})")
    private int timeoutSeconds;
    @Option(names = "--restart", description = "throw away what an earlier run left in --out, and begin anew")
    private boolean restart;
    @Option(names = "--report", paramLabel = "FILE", description = "a page of the results with pictures and boxes, HTML in one file")
    private Path report;
    @Option(names = "--report-limit", paramLabel = "N", defaultValue = "200", description = "most pictures on that page, 1..5000 (default: ${DEFAULT-VALUE})")
    private int reportLimit;

    @Override
    public Integer call() throws Exception {
        Logging.quiet();
        ReplaySettings settings = settings();
        if (report != null && settings.format() == ResultFormat.CSV) {
            throw new ParameterException(spec.commandLine(), "--report: with results as csv (expected: jsonl or avro, which can be read back)");
        }
        if (reportLimit < 1 || reportLimit > 5000) {
            throw new ParameterException(spec.commandLine(), "--report-limit: " + reportLimit + " (expected: 1..5000)");
        }
        SightlineConfig config = kafka.applyTo(common.config(Map.of()));
        Topics topics = new Topics(config.topics().prefix());
        PrintWriter err = spec.commandLine().getErr();
        try (Dataset dataset = Dataset.open(paths, new DatasetOptions(imageFolder, Optional.ofNullable(root))); SchemaRegistry registry = Registries.open(config.schemaRegistry(), topics)) {
            dataset.warnings().forEach(warning -> err.println("sightline: " + warning));
            ReplayReport done;
            try (ReplayScreen screen = new ReplayScreen(err)) {
                done = new Replay(settings.withKafka(config.kafka()), topics, registry, dataset, screen).run();
            } catch (ReplayException e) {
                throw new CommandFailed(e.getMessage());
            }
            if (report != null) {
                new ReplayPage(done, dataset.items(), config.limits(), reportLimit).write(settings.out(), report);
            }
            print(done, settings);
            return 0;
        }
    }

    private ReplaySettings settings() {
        ResultFormat chosen = format != null ? format : out == null ? ResultFormat.JSONL : ResultFormat.ofName(out).orElse(ResultFormat.JSONL);
        Path file = out != null ? out : Path.of("out", "replay-" + nameOf(paths.get(0)) + chosen.extension());
        try {
            return new ReplaySettings(Map.of("bootstrap.servers", ""), request.options(), file, chosen, inOrder, concurrency, rate == null ? OptionalDouble.empty() : OptionalDouble.of(rate),
                    limit == null ? OptionalInt.empty() : OptionalInt.of(limit), shuffle ? OptionalLong.of(seed) : OptionalLong.empty(), Optional.ofNullable(name),
                    Duration.ofSeconds(timeoutSeconds), restart);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
        }
    }

    private static String nameOf(Path path) {
        String name = String.valueOf(path.toAbsolutePath().normalize().getFileName());
        return name.replaceAll("(?i)(\\.tar)?\\.[a-z0-9]+$", "").replaceAll("[^A-Za-z0-9._-]", "_");
    }

    private void print(ReplayReport done, ReplaySettings settings) {
        PrintWriter screen = spec.commandLine().getOut();
        done.lines().forEach(screen::println);
        screen.println();
        screen.println("results:     " + settings.out());
        if (report != null) {
            screen.println("report:      " + report);
        }
        screen.printf(Locale.ROOT, "replay: run=%s results=%d recognised=%d rejected=%d failed=%d unreadable=%d now=%d seconds=%.1f rate=%.1f prediction_ms=%.2f p50_ms=%.2f p99_ms=%.2f recall_at_1=%.3f recall_at_5=%.3f%n",
                done.run().name(), done.results(), done.recognised(), done.rejected(), done.failed(), done.unreadable(), done.run().now(), done.run().seconds(), done.run().rate(),
                done.predictionMs(), done.prediction().p50(), done.prediction().p99(), done.recallAt1(), done.recallAt5());
        screen.flush();
    }
}
