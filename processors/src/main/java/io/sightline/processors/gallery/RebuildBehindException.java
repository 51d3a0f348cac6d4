package io.sightline.processors.gallery;

/** A new generation can't be switched to: the gallery has had edits that it lacks. It needs more of the log; nothing is lost. */
public final class RebuildBehindException extends IndexUnavailableException {
    private static final long serialVersionUID = 1L;

    public RebuildBehindException(String message) {
        super(message, null);
    }
}
