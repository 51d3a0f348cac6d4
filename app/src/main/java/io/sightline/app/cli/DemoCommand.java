package io.sightline.app.cli;

import io.sightline.app.demo.Demo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sightline demo}. */
@Command(name = "demo", description = "Shows the main job on 24 scenes: an embedded Kafka, a gallery of 60 products, recognition, and the score against the truth.")
final class DemoCommand implements Callable<Integer> {
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");
    @Mixin
    private CommonOptions common;
    @Spec
    private CommandSpec spec;
    @Option(names = "--out", paramLabel = "DIR", description = "folder for pictures, results and the broker's data; must be new or empty (default: out/demo-<time>)")
    private Path out;
    @Option(names = "--pictures", paramLabel = "DIR", description = "folder with gallery/ and scenes/ as `sightline synth` writes them (default: models/demo)")
    private Path pictures;

    @Override
    public Integer call() throws Exception {
        Logging.quiet();
        Path home = Path.of(System.getProperty("sightline.home", "")).toAbsolutePath();
        Path folder = out != null ? out.toAbsolutePath() : Path.of("out", "demo-" + LocalDateTime.now().format(STAMP)).toAbsolutePath();
        requireEmpty(folder);
        new Demo(common.config(Map.of()), pictures != null ? pictures : home.resolve("models/demo"), folder, spec.commandLine().getOut()).run();
        return 0;
    }

    private static void requireEmpty(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            try (var files = Files.list(folder)) {
                if (files.findAny().isEmpty()) {
                    return;
                }
            }
        }
        if (Files.exists(folder)) {
            throw new CommandFailed("--out: " + folder + " has something in it (expected: a new or empty folder)");
        }
    }
}
