package io.sightline.processors.stage;

/**
 * A stage met an error that the JVM may not survive (memory, linkage), or what it works with (a model's session, a GPU) does not work and could not be
 * made anew: nothing is known about its items, and it takes no more.
 */
public final class StageBrokenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StageBrokenException(String stage, Throwable cause) {
        super("stage " + stage + ": broken by " + cause, cause);
    }
}
