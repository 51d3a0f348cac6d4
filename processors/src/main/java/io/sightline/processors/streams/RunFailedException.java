package io.sightline.processors.streams;

/**
 * The service itself could not work on a record (a stage is closed, memory ran out): nothing is known about the record, so it must not
 * be committed. Stops the stream thread; the record is fetched again.
 */
public final class RunFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public RunFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
