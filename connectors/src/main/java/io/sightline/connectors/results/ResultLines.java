package io.sightline.connectors.results;

import io.sightline.schemas.RecognitionResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NoSuchElementException;

/** Results of a file of JSON lines. Empty lines are passed over. */
final class ResultLines implements ResultReader {
    private final Path file;
    private final JsonLines lines;
    private RecognitionResult next;

    ResultLines(Path file) {
        this.file = file;
        try {
            this.lines = new JsonLines(Files.newInputStream(file));
        } catch (IOException e) {
            throw ResultFiles.unreadable(file, e);
        }
    }

    @Override
    public boolean hasNext() {
        try {
            while (next == null) {
                byte[] line = lines.next();
                if (line == null) {
                    return false;
                }
                if (!isBlank(line)) {
                    next = ResultParser.parse(line);
                }
            }
            return true;
        } catch (IllegalArgumentException e) {
            throw new ResultFileException(file, "line " + Math.max(1, lines.number()) + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw ResultFiles.unreadable(file, e);
        }
    }

    @Override
    public RecognitionResult next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        RecognitionResult result = next;
        next = null;
        return result;
    }

    /** Bytes up to the end of the last line read. */
    long position() {
        return lines.position();
    }

    /** Whether the last line read had a line end. */
    boolean whole() {
        return lines.whole();
    }

    private static boolean isBlank(byte[] line) {
        for (byte b : line) {
            if (b != ' ' && b != '\t' && b != '\r') {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        try {
            lines.close();
        } catch (IOException e) {
            throw ResultFiles.unreadable(file, e);
        }
    }
}
