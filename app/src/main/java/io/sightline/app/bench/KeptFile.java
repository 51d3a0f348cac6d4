package io.sightline.app.bench;

import io.sightline.processors.gallery.EmbeddedIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What keeping an embedded index in a file takes; all -1: an index of another kind.
 *
 * @param writeS seconds until it is on the disk
 * @param readS seconds until a new index searches as the old one did; the file's pages are in memory by then
 * @param bytes of the file
 */
public record KeptFile(double writeS, double readS, long bytes) {
    static final KeptFile NONE = new KeptFile(-1, -1, -1);
    private static final String LOG = "bench";
    private static final double NS = 1e9;

    /**
     * Writes the index, closes it and reads it again.
     *
     * @param again opens an empty one of the same kind
     * @return {@link #NONE}: an index of another kind, untouched
     */
    static KeptFile measure(BenchedIndex.Opened opened, Supplier<BenchedIndex.Opened> again) throws IOException, InterruptedException {
        if (!(opened.index() instanceof EmbeddedIndex index)) {
            return NONE;
        }
        Path folder = Files.createTempDirectory("sightline-bench-gallery");
        try {
            long start = System.nanoTime();
            index.save(folder, LOG, Map.of(0, 0L), Instant.now());
            double writeS = (System.nanoTime() - start) / NS;
            long bytes = bytes(folder);
            opened.close(); // the heap holds one
            try (BenchedIndex.Opened read = again.get()) {
                start = System.nanoTime();
                ((EmbeddedIndex) read.index()).load(folder, LOG, Instant.now(), Duration.ofDays(1)).orElseThrow(() -> new IOException(folder + ": could not be read again, see the warning"));
                read.awaitReady();
                return new KeptFile(writeS, (System.nanoTime() - start) / NS, bytes);
            }
        } finally {
            DeleteFolder.delete(folder);
        }
    }

    private static long bytes(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        }
    }
}
