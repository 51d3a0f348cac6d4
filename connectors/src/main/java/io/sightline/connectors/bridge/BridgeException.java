package io.sightline.connectors.bridge;

/** The bridge can't start. The message is for the operator. */
public final class BridgeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BridgeException(String message, Throwable cause) {
        super(message, cause);
    }
}
