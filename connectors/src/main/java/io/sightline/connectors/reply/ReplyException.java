package io.sightline.connectors.reply;

import io.sightline.schemas.ErrorCode;

/** Why a call has no answer. The message is one sentence for the caller. Without a stack trace: overload makes many of these. */
public final class ReplyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What went wrong, each with the error number it is told by. */
    public enum Reason {
        /** More calls wait than may: try again later. Nothing was sent. */
        OVERLOADED(ErrorCode.OVERLOADED),
        /** No answer came in time. The request may have been processed, or may be dropped by the worker. */
        TIMEOUT(ErrorCode.TIMEOUT),
        /** A call with this request id waits already. Nothing was sent. */
        DUPLICATE(ErrorCode.BAD_INPUT),
        /** Kafka can't be reached, or not yet. The request was not acknowledged by Kafka. */
        UNAVAILABLE(ErrorCode.INIT),
        /** This side is shutting down. */
        CLOSED(ErrorCode.CLOSED),
        /** The request is larger than Kafka takes. */
        TOO_LARGE(ErrorCode.BAD_INPUT),
        /** An answer came that can't be read. */
        UNREADABLE(ErrorCode.UNKNOWN);

        private final ErrorCode code;

        Reason(ErrorCode code) {
            this.code = code;
        }

        public ErrorCode code() {
            return code;
        }
    }

    private final Reason reason;

    public ReplyException(Reason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
