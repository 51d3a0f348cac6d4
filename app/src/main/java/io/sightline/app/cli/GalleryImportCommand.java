package io.sightline.app.cli;

import io.sightline.app.gallery.GalleryImport;
import io.sightline.app.gallery.ImportOperation;
import io.sightline.app.gallery.ImportReport;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sightline gallery import}. */
@Command(name = "import", description = {"Imports a label file (path TAB label a line, the path is the id) or JSON lines (id, label, attributes, image or image_file or vector, box).",
    "A line that can't be imported is reported and counted; exit status 1 if there was one. Of lines with the same id the last one counts; the others are counted as replaced."})
final class GalleryImportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;
    @Mixin
    private GalleryServer server;
    @Parameters(paramLabel = "FILE", description = "the label file, or JSON lines")
    private Path file;
    @Option(names = "--root", paramLabel = "DIR", description = "what paths of pictures are relative to (default: the file's folder)")
    private Path root;
    @Option(names = "--operation", paramLabel = "OPERATION", defaultValue = "append",
            description = "append: add or replace; new: and remove what is not in the file, if no line failed; remove: remove what is in the file (default: ${DEFAULT-VALUE})")
    private ImportOperation operation;
    @Option(names = "--concurrency", paramLabel = "N", defaultValue = "4", description = "calls at once, 1..64 (default: ${DEFAULT-VALUE})")
    private int concurrency;
    @Option(names = "--wait", paramLabel = "FOR", defaultValue = "accepted", description = "of the last edit, " + GalleryCommand.WAIT)
    private String wait;

    @Override
    public Integer call() throws Exception {
        if (concurrency < 1 || concurrency > 64) {
            throw new ParameterException(spec.commandLine(), "--concurrency: " + concurrency + " (expected: 1..64)");
        }
        long start = System.nanoTime();
        ImportReport report = new GalleryImport(server.client(), server.gallery(), concurrency, wait).run(file, Optional.ofNullable(root), operation);
        PrintWriter err = spec.commandLine().getErr();
        report.failures().forEach(failure -> err.println("sightline: " + failure));
        if (report.notRemoved() > 0) {
            err.println("sightline: " + server.gallery() + ": nothing was removed; entries that are not in the file: " + report.notRemoved()
                    + " (expected: no line fails; mend the file, or --root, and import it again)");
        }
        err.flush();
        PrintWriter out = spec.commandLine().getOut();
        out.printf(Locale.ROOT, "import: gallery=%s added=%d removed=%d failed=%d replaced=%d epoch=%d seconds=%.1f%n", server.gallery(), report.added(), report.removed(), report.failures().size(),
                report.replaced(), report.epoch(), (System.nanoTime() - start) / 1e9);
        out.flush();
        return report.failures().isEmpty() ? 0 : 1;
    }
}
