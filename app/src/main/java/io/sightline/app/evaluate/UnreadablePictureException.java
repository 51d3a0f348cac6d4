package io.sightline.app.evaluate;

/** A picture that the product would reject; the message says why. */
final class UnreadablePictureException extends Exception {
    private static final long serialVersionUID = 1L;

    UnreadablePictureException(String message) {
        super(message);
    }
}
