package io.sightline.app.hub;

/** {@code hub serving} was asked for something that can't be; the message says what was seen and what was expected. */
public final class HubServingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public HubServingException(String message) {
        super(message);
    }
}
