package io.sightline.connectors.bridge;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import io.sightline.connectors.reply.ReplyException;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.request.InvalidRequestException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Results and problems as HTTP answers: which status stands for what is decided here and nowhere else. */
final class Answers {
    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);
    /** Overload passes in less; clients should not all come back at once though. */
    private static final int RETRY_AFTER_SECONDS = 1;

    private Answers() {
    }

    static HttpResponse result(RecognitionResult result) {
        return aggregated(status(result), ResultJson.toBytes(result)).toHttpResponse();
    }

    private static HttpStatus status(RecognitionResult result) {
        if (result.getStatus() == RecognitionStatus.RECOGNISED) {
            return HttpStatus.OK;
        }
        ErrorCode code = ErrorCode.of(result.getErrNo());
        return switch (code) {
            case TIMEOUT -> HttpStatus.GATEWAY_TIMEOUT;
            case OVERLOADED, CLOSED, INIT -> HttpStatus.SERVICE_UNAVAILABLE;
            default -> result.getStatus() == RecognitionStatus.REJECTED ? HttpStatus.BAD_REQUEST : HttpStatus.INTERNAL_SERVER_ERROR;
        };
    }

    /** For results that are the answer to something else than a recognition. */
    static HttpProblem problemOf(RecognitionResult result) {
        return new HttpProblem(status(result), ErrorCode.of(result.getErrNo()), result.getErrMsg());
    }

    /** An answer that is not a result. */
    static HttpResponse json(HttpStatus status, byte[] json) {
        return aggregated(status, json).toHttpResponse();
    }

    static HttpResponse problem(String requestId, Throwable error) {
        return aggregatedProblem(requestId, problemOf(error)).toHttpResponse();
    }

    static AggregatedHttpResponse aggregatedProblem(String requestId, HttpProblem problem) {
        boolean callersFault = problem.status().isClientError();
        return aggregated(problem.status(), ResultJson.error(requestId, callersFault, problem.code(), problem.getMessage()));
    }

    static HttpProblem problemOf(Throwable error) {
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
        if (cause instanceof CancellationException) {
            return new HttpProblem(HttpStatus.CLIENT_CLOSED_REQUEST, ErrorCode.CLOSED, "the caller went away (expected: a caller that waits)"); // nobody reads it
        }
        LOG.error("a request failed unexpectedly", cause);
        return new HttpProblem(HttpStatus.INTERNAL_SERVER_ERROR, ErrorCode.UNKNOWN, "the bridge failed on this request (" + cause.getClass().getSimpleName() + "); its log says more");
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

    static AggregatedHttpResponse aggregated(HttpStatus status, byte[] json) {
        ResponseHeadersBuilder headers = ResponseHeaders.builder(status).contentType(MediaType.JSON_UTF_8);
        if (status.equals(HttpStatus.SERVICE_UNAVAILABLE)) {
            headers.setInt(HttpHeaderNames.RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        return AggregatedHttpResponse.of(headers.build(), HttpData.wrap(json));
    }
}
