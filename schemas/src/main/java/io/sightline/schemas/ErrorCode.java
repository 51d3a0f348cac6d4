package io.sightline.schemas;

/**
 * Error numbers of results, dead letters and HTTP answers. They are Paddle Serving's (its {@code CustomExceptionCode} and
 * {@code ChannelDataErrcode}), so that existing clients read them right; 50..99 are free for the product there and hold our own.
 */
public enum ErrorCode {
    OK(0),
    /** More is asked than can be taken on now: try again later. */
    OVERLOADED(50),
    /** The edit is in the log, but the gallery has all the entries that the index takes: it can't be found. */
    GALLERY_FULL(51),
    NOT_IMPLEMENTED(3000),
    /** The service is shutting down. */
    CLOSED(3001),
    NO_SERVICE(3002),
    INIT(3003),
    CONFIGURATION(4000),
    /** The request itself is at fault. */
    BAD_INPUT(5000),
    TIMEOUT(6000),
    TYPE(7000),
    RPC_PACKAGE(8000),
    /** A model could not be run on the request, or there was no memory for its picture: of the service's stages, not the request's fault. */
    INFERENCE(9000),
    UNKNOWN(10000);

    private final int number;

    ErrorCode(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    /** True where the request is at fault (its result is REJECTED), false where the service is (FAILED). */
    public boolean requestsFault() {
        return switch (this) {
            case GALLERY_FULL, BAD_INPUT, TYPE, RPC_PACKAGE, NOT_IMPLEMENTED, NO_SERVICE -> true;
            default -> false;
        };
    }

    /** The code of that number, {@link #UNKNOWN} where there is none. */
    public static ErrorCode of(int number) {
        for (ErrorCode code : values()) {
            if (code.number == number) {
                return code;
            }
        }
        return UNKNOWN;
    }
}
