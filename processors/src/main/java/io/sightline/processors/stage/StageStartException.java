package io.sightline.processors.stage;

/** A stage could not start: one of its lanes' functions could not be made. The cause says why. */
public final class StageStartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StageStartException(String stage, Throwable cause) {
        super("stage " + stage + ": can't start: " + cause.getMessage(), cause);
    }
}
