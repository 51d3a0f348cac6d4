package io.sightline.processors.gallery;

/**
 * The server behind an index can't answer now. Nothing is known about the query or the edit; it is to be tried again. Says nothing
 * against the request.
 */
public class IndexUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public IndexUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
