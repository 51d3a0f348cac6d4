package io.sightline.connectors.bridge.call;

import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.stream.ClosedStreamException;
import io.sightline.connectors.reply.ReplyException;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.LogKeys;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.request.InvalidRequestException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Failures as problems: which status and number stand for what is decided here, for all dialects. */
public final class Problems {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    private Problems() {
    }

    /** As {@link #of(String, Throwable)}, where the caller's request has no id. */
    public static HttpProblem of(Throwable error) {
        return of("", error);
    }

    /**
     * What a caller is told of a failure: the problem itself, or what stands for a reply that did not come; anything else is a bug and goes to the log.
     *
     * @param requestId for the log
     */
    public static HttpProblem of(String requestId, Throwable error) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        if (cause instanceof HttpProblem problem) {
            return problem;
        }
        if (cause instanceof InvalidRequestException invalid) {
            return new HttpProblem(HttpStatus.BAD_REQUEST, invalid.code(), invalid.getMessage());
        }
        if (cause instanceof ReplyException reply) {
            return new HttpProblem(status(reply.reason()), reply.reason().code(), reply.getMessage());
        }
        if (cause instanceof CancellationException || cause instanceof ClosedStreamException) {
            return new HttpProblem(HttpStatus.CLIENT_CLOSED_REQUEST, ErrorCode.CLOSED, "the caller went away (expected: a caller that waits)"); // nobody reads it
        }
        LOG.atError().addKeyValue(LogKeys.REQUEST_ID, requestId.isEmpty() ? "?" : requestId).setCause(cause).log("a request failed unexpectedly");
        return new HttpProblem(HttpStatus.INTERNAL_SERVER_ERROR, ErrorCode.UNKNOWN, "the bridge failed on this request (" + cause.getClass().getSimpleName() + "); its log says more");
    }

    /** What a caller is told of a result that is not recognised. */
    public static HttpProblem of(RecognitionResult result) {
        return new HttpProblem(status(result), ErrorCode.of(result.getErrNo()), result.getErrMsg());
    }

    public static HttpStatus status(RecognitionResult result) {
        if (result.getStatus() == RecognitionStatus.RECOGNISED) {
            return HttpStatus.OK;
        }
        return switch (ErrorCode.of(result.getErrNo())) {
            case TIMEOUT -> HttpStatus.GATEWAY_TIMEOUT;
            case OVERLOADED, CLOSED, INIT -> HttpStatus.SERVICE_UNAVAILABLE;
            default -> result.getStatus() == RecognitionStatus.REJECTED ? HttpStatus.BAD_REQUEST : HttpStatus.INTERNAL_SERVER_ERROR;
        };
    }

    private static HttpStatus status(ReplyException.Reason reason) {
        return switch (reason) {
            case OVERLOADED, UNAVAILABLE, CLOSED -> HttpStatus.SERVICE_UNAVAILABLE;
            case TIMEOUT -> HttpStatus.GATEWAY_TIMEOUT;
            case DUPLICATE -> HttpStatus.CONFLICT;
            case TOO_LARGE -> HttpStatus.REQUEST_ENTITY_TOO_LARGE;
            case UNREADABLE -> HttpStatus.INTERNAL_SERVER_ERROR;
        };
    }
}
