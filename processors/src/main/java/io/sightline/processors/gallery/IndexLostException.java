package io.sightline.processors.gallery;

/** The server behind an index has lost what was in it (restarted empty, flushed): it has to be rebuilt from the log. */
public final class IndexLostException extends IndexUnavailableException {
    private static final long serialVersionUID = 1L;

    public IndexLostException(String message) {
        super(message, null);
    }
}
