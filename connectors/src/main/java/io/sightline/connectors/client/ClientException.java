package io.sightline.connectors.client;

/** The server could not be asked. The message is one sentence for the person at the terminal. */
public final class ClientException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ClientException(String message, Throwable cause) {
        super(message, cause);
    }
}
