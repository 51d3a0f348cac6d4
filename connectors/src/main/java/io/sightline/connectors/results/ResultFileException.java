package io.sightline.connectors.results;

import java.nio.file.Path;

/** A file of results that can't be read or written; the message names the file, the place in it, what was seen and what was expected. */
public final class ResultFileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param problem where, what was seen, what was expected */
    ResultFileException(Path file, String problem, Throwable cause) {
        super(file + ": " + problem, cause);
    }
}
