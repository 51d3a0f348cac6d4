package io.sightline.schemas.request;

import io.sightline.schemas.ErrorCode;

/** A request that is at fault itself. The message names what was seen and what was expected: {@code top_k: 0 (expected: 1..100)}. */
public final class InvalidRequestException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final ErrorCode code;

    public InvalidRequestException(ErrorCode code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    public InvalidRequestException(String message) {
        this(ErrorCode.BAD_INPUT, message);
    }

    public ErrorCode code() {
        return code;
    }
}
