package io.sightline.connectors.diff;

import io.sightline.schemas.RecognitionResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Brings the results of two sets together by request id, whatever their number and order: both sets are written to {@link #PARTS} files each by a
 * hash of the id, then part after part is read (a grace hash join). Memory: one part of both sets, encoded; on disk both sets, encoded. Of
 * results with one id in one set the last one counts. For one thread.
 */
public final class ResultJoin implements AutoCloseable {
    static final int PARTS = 128;

    /** Is told of each id that is in A or B. */
    public interface Use {
        /** @param a or b may be empty, not both */
        void of(Optional<RecognitionResult> a, Optional<RecognitionResult> b);
    }

    private final Path folder;
    private final ResultParts a;
    private final ResultParts b;
    private long repeatedInA;
    private long repeatedInB;

    /**
     * @param parent folder for the temporary files, which {@link #close} deletes
     * @throws IllegalArgumentException where nothing can be written there
     */
    public ResultJoin(Path parent) {
        try {
            this.folder = Files.createTempDirectory(parent, "sightline-diff-");
        } catch (IOException e) {
            throw new IllegalArgumentException("temporary folder " + parent + ": " + e + " (expected: a folder that can be written to)", e);
        }
        this.a = new ResultParts(folder, "a");
        this.b = new ResultParts(folder, "b");
    }

    /** @throws IllegalArgumentException where the disk is full */
    public void addA(RecognitionResult result) {
        a.add(result);
    }

    public void addB(RecognitionResult result) {
        b.add(result);
    }

    /** Results of A, repeated ones with them. */
    public long resultsInA() {
        return a.results();
    }

    public long resultsInB() {
        return b.results();
    }

    /** Each id once, always in the same order. Nothing can be added afterwards. */
    public void each(Use use) {
        for (int part = 0; part < PARTS; part++) {
            Map<String, byte[]> left = new TreeMap<>();
            Map<String, byte[]> right = new TreeMap<>();
            repeatedInA += a.read(part, left);
            repeatedInB += b.read(part, right);
            TreeSet<String> ids = new TreeSet<>(left.keySet());
            ids.addAll(right.keySet());
            for (String id : ids) {
                use.of(Optional.ofNullable(left.get(id)).map(a::decode), Optional.ofNullable(right.get(id)).map(b::decode));
            }
        }
    }

    /** Results of A that a later one of A with the same id replaced; known after {@link #each}. */
    public long repeatedInA() {
        return repeatedInA;
    }

    public long repeatedInB() {
        return repeatedInB;
    }

    @Override
    public void close() {
        a.close();
        b.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("temporary folder " + folder + ": can't be deleted, " + e + " (expected: nobody else's)", e);
        }
    }
}
