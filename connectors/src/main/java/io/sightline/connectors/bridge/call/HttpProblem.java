package io.sightline.connectors.bridge.call;

import com.linecorp.armeria.common.HttpStatus;
import io.sightline.schemas.ErrorCode;

/** An answer other than a result. The message is one sentence for the caller: what was seen, what was expected. */
public final class HttpProblem extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient HttpStatus status;
    private final ErrorCode code;

    public HttpProblem(HttpStatus status, ErrorCode code, String message) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
    }

    /** A fault of the request's. */
    public HttpProblem(HttpStatus status, String message) {
        this(status, ErrorCode.BAD_INPUT, message);
    }

    public HttpStatus status() {
        return status;
    }

    public ErrorCode code() {
        return code;
    }
}
