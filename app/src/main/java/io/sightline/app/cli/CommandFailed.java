package io.sightline.app.cli;

/** A command can't do its work; the message is for the operator and says what would help. */
public final class CommandFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CommandFailed(String message) {
        super(message);
    }
}
