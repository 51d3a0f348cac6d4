package io.sightline.processors.stage;

/** An item was given to a stage that is closed, or was still waiting when the stage's time to drain ran out. */
public final class StageClosedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StageClosedException(String stage) {
        super("stage " + stage + ": closed (expected: open)");
    }
}
