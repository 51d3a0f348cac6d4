package io.sightline.processors.gallery;

/** The server behind an index has lost what was in a gallery (restarted empty, flushed): it has to be rebuilt from the log. */
public final class IndexLostException extends IndexUnavailableException {
    private static final long serialVersionUID = 1L;
    private final String gallery;

    /** @param reason what was there, and what was expected */
    public IndexLostException(String gallery, String reason) {
        super("gallery " + gallery + ": " + reason, null);
        this.gallery = gallery;
    }

    public String gallery() {
        return gallery;
    }
}
