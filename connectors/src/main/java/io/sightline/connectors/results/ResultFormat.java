package io.sightline.connectors.results;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Forms of a file of results. */
public enum ResultFormat {
    /** JSON lines: the fields of an answer of /v1/recognitions, and completed_at_ms. Nothing is lost. */
    JSONL(".jsonl"),
    /** An Avro object container file of RecognitionResult. Nothing is lost. */
    AVRO(".avro"),
    /** A flat row a result (docs/replay.md has the columns), for spreadsheets. Can't be read back. */
    CSV(".csv");

    private final String extension;

    ResultFormat(String extension) {
        this.extension = extension;
    }

    /** With its dot. */
    public String extension() {
        return extension;
    }

    /** By the end of the file's name; empty where it says nothing. */
    public static Optional<ResultFormat> ofName(Path file) {
        String name = file.getFileName() == null ? "" : file.getFileName().toString().toLowerCase(Locale.ROOT);
        for (ResultFormat format : values()) {
            if (name.endsWith(format.extension)) {
                return Optional.of(format);
            }
        }
        return Optional.empty();
    }
}
