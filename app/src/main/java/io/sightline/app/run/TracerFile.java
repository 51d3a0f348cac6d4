package io.sightline.app.run;

import io.sightline.app.config.SightlineConfig;
import io.sightline.processors.tracer.PipelineTracerText;
import io.sightline.processors.tracer.TracerReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.ZoneId;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends each window's block to a file, {@code PipelineServingLogs/pipeline.tracer} by default, where scripts made for Paddle Serving look
 * for it. The file is opened for each block, so that it may be moved or deleted by others; before it would grow over its limit it is
 * renamed. Where it can't be written recognition goes on, and the log says so once. Owner: the trace reporter's thread.
 */
public final class TracerFile implements Consumer<TracerReport> {
    private static final Logger LOG = LoggerFactory.getLogger(TracerFile.class);

    private final Path file;
    private final long maxBytes;
    private final int maxOld;
    private final PipelineTracerText text;
    private boolean failing;

    /**
     * @param maxBytes of the file; a block that is larger stands alone in it
     * @param maxOld renamed files kept
     */
    TracerFile(Path file, long maxBytes, int maxOld, PipelineTracerText text) {
        this.file = file.toAbsolutePath();
        this.maxBytes = maxBytes;
        this.maxOld = maxOld;
        this.text = text;
    }

    /** As the section {@code tracer} says; does nothing where it names no file. */
    public static Consumer<TracerReport> of(SightlineConfig config) {
        PipelineTracerText text = new PipelineTracerText(ZoneId.systemDefault(), config.worker().streamThreads());
        return config.tracer().path().<Consumer<TracerReport>>map(file -> new TracerFile(file, config.tracer().maxFileBytes(), config.tracer().maxOldFiles(), text)).orElse(report -> { });
    }

    @Override
    public void accept(TracerReport report) {
        byte[] block = text.titledBlock(report).getBytes(StandardCharsets.UTF_8);
        try {
            Files.createDirectories(file.getParent());
            if (Files.exists(file) && Files.size(file) + block.length > maxBytes) {
                roll();
            }
            Files.write(file, block, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            failing = false;
        } catch (IOException e) {
            if (!failing) {
                LOG.warn("tracer.file: {} can't be written ({}); recognition goes on without it, and it is tried again with each window", file, e.toString());
            }
            failing = true;
        }
    }

    private void roll() throws IOException {
        for (int number = maxOld; number > 0; number--) {
            Path from = number == 1 ? file : old(number - 1);
            if (Files.exists(from)) {
                Files.move(from, old(number), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.deleteIfExists(file);
    }

    private Path old(int number) {
        return file.resolveSibling(file.getFileName() + "." + number);
    }
}
