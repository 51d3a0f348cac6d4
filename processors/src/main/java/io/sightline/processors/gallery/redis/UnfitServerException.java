package io.sightline.processors.gallery.redis;

/** The server can't hold galleries this way, however long one waits. */
public final class UnfitServerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnfitServerException(String message) {
        super(message);
    }
}
