package io.sightline.connectors.bridge;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import io.sightline.connectors.bridge.call.HttpProblem;
import io.sightline.connectors.bridge.call.Problems;
import io.sightline.connectors.bridge.store.StoredAnswer;
import io.sightline.connectors.results.ResultJson;
import io.sightline.schemas.RecognitionResult;

/** Results and problems as HTTP answers: which status stands for what is decided in Problems. */
final class Answers {
    /** Overload passes in less; clients should not all come back at once though. */
    private static final int RETRY_AFTER_SECONDS = 1;

    private Answers() {
    }

    static HttpResponse result(RecognitionResult result) {
        return aggregated(Problems.status(result), ResultJson.toBytes(result)).toHttpResponse();
    }

    /** An answer that is not a result. */
    static HttpResponse json(HttpStatus status, byte[] json) {
        return aggregated(status, json).toHttpResponse();
    }

    /** What a recognition came to, to be kept. @param result null where there is none, but an error */
    static StoredAnswer stored(String requestId, RecognitionResult result, Throwable error) {
        if (error == null) {
            return new StoredAnswer(Problems.status(result), ResultJson.toBytes(result));
        }
        HttpProblem problem = Problems.of(requestId, error);
        return new StoredAnswer(problem.status(), ResultJson.error(requestId, problem.status().isClientError(), problem.code(), problem.getMessage()));
    }

    static HttpResponse problem(String requestId, Throwable error) {
        return aggregatedProblem(requestId, Problems.of(requestId, error)).toHttpResponse();
    }

    static AggregatedHttpResponse aggregatedProblem(String requestId, HttpProblem problem) {
        boolean callersFault = problem.status().isClientError();
        return aggregated(problem.status(), ResultJson.error(requestId, callersFault, problem.code(), problem.getMessage()));
    }

    static AggregatedHttpResponse aggregated(HttpStatus status, byte[] json) {
        ResponseHeadersBuilder headers = ResponseHeaders.builder(status).contentType(MediaType.JSON_UTF_8);
        if (status.equals(HttpStatus.SERVICE_UNAVAILABLE)) {
            headers.setInt(HttpHeaderNames.RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        return AggregatedHttpResponse.of(headers.build(), HttpData.wrap(json));
    }
}
