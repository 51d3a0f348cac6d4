package io.sightline.connectors.bridge;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.HttpResponseException;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.RequestTimeoutException;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.sightline.connectors.bridge.call.Dialect;
import io.sightline.connectors.bridge.call.HttpProblem;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.request.RequestLimits;
import java.util.List;
import java.util.Optional;

/** Gives Armeria's own refusals (unknown method, broken HTTP, too large) the JSON form of all our answers. */
final class ErrorAnswers implements ServerErrorHandler {
    private final int maxImageBytes;
    private final List<Dialect> dialects;

    ErrorAnswers(RequestLimits limits, List<Dialect> dialects) {
        this.maxImageBytes = limits.maxImageBytes();
        this.dialects = List.copyOf(dialects);
    }

    /** For requests no route takes: 405 where the path is right, else 404. */
    HttpResponse unrouted(ServiceRequestContext ctx) {
        HttpStatus status = ApiRoute.at(path(ctx.request().headers())).isEmpty() ? HttpStatus.NOT_FOUND : HttpStatus.METHOD_NOT_ALLOWED;
        return render(ctx.request().headers(), status, null).toHttpResponse();
    }

    /** A call not let in, in the form of its dialect. */
    HttpResponse refused(RequestHeaders headers, HttpProblem problem) {
        if (headers.get(HttpHeaderNames.CONTENT_TYPE, "").startsWith("application/grpc")) {
            return GrpcRefusal.of(problem);
        }
        return dialects.stream().flatMap(dialect -> dialect.refusal(path(headers), problem).stream()).findFirst().orElseGet(() -> Answers.aggregatedProblem("", problem)).toHttpResponse();
    }

    @Override
    public HttpResponse onServiceException(ServiceRequestContext ctx, Throwable cause) {
        if (cause instanceof HttpResponseException given) {
            return given.httpResponse();
        }
        if (cause instanceof HttpStatusException status) {
            return render(ctx.request().headers(), status.httpStatus(), null).toHttpResponse();
        }
        if (cause instanceof RequestTimeoutException) {
            return Answers.problem("", new HttpProblem(HttpStatus.GATEWAY_TIMEOUT, ErrorCode.TIMEOUT, "no answer in time (expected: a worker that keeps up)"));
        }
        return Answers.problem("", cause);
    }

    @Override
    public AggregatedHttpResponse onProtocolViolation(ServiceConfig config, RequestHeaders headers, HttpStatus status, String description, Throwable cause) {
        return render(headers, status, description);
    }

    @Override
    public AggregatedHttpResponse renderStatus(ServiceRequestContext ctx, ServiceConfig config, RequestHeaders headers, HttpStatus status, String description, Throwable cause) {
        return render(headers, status, description);
    }

    private AggregatedHttpResponse render(RequestHeaders headers, HttpStatus status, String description) {
        List<ApiRoute> routes = headers == null ? List.of() : ApiRoute.at(path(headers));
        String message;
        if (status.equals(HttpStatus.METHOD_NOT_ALLOWED) && !routes.isEmpty()) {
            message = "method: " + headers.method() + " (expected: " + ApiRoute.allowed(routes) + ")";
        } else if (status.equals(HttpStatus.NOT_FOUND) && headers != null) {
            message = "path: '" + RequestLimits.shown(path(headers)) + "' (expected: one of " + ApiRoute.paths() + ")";
        } else if (status.equals(HttpStatus.REQUEST_ENTITY_TOO_LARGE)) {
            message = "body: too large (expected: an image of at most " + maxImageBytes + " bytes)";
        } else if (description == null || description.isBlank()) {
            message = "request: " + status.reasonPhrase() + " (expected: HTTP as docs/openapi.yaml describes it)";
        } else {
            message = "request: " + RequestLimits.shown(description) + " (expected: HTTP as docs/openapi.yaml describes it)";
        }
        ErrorCode code = status.isClientError() ? ErrorCode.BAD_INPUT : ErrorCode.UNKNOWN;
        HttpProblem problem = new HttpProblem(status, code, message);
        Optional<AggregatedHttpResponse> others = headers == null || !routes.isEmpty() ? Optional.empty() : dialects.stream().flatMap(dialect -> dialect.refusal(path(headers), problem).stream()).findFirst();
        if (others.isPresent()) {
            return others.get();
        }
        AggregatedHttpResponse answer = Answers.aggregatedProblem("", problem);
        if (routes.isEmpty() || !status.equals(HttpStatus.METHOD_NOT_ALLOWED)) {
            return answer;
        }
        return AggregatedHttpResponse.of(answer.headers().withMutations(h -> h.set(HttpHeaderNames.ALLOW, ApiRoute.allowed(routes))), answer.content());
    }

    /** The path as it was sent, without the query. */
    static String path(RequestHeaders headers) {
        String path = headers.path();
        int query = path.indexOf('?');
        return query < 0 ? path : path.substring(0, query);
    }
}
