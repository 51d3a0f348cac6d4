package io.sightline.app.broker;

/** The embedded broker can't start; the message says why and what would help. */
public final class BrokerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrokerException(String message, Throwable cause) {
        super(message, cause);
    }
}
