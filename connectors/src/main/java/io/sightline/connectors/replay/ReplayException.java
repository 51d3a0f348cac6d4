package io.sightline.connectors.replay;

/** A replay that can't go on, or not begin; the message says what was seen, what was expected, and what would help. What is done stays done. */
public final class ReplayException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ReplayException(String message) {
        super(message);
    }

    ReplayException(String message, Throwable cause) {
        super(message, cause);
    }
}
