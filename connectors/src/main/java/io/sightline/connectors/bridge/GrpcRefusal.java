package io.sightline.connectors.bridge;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import io.sightline.connectors.bridge.call.HttpProblem;

/** A problem as gRPC tells it where no message was answered: HTTP 200, and the status in the headers (its "Trailers-Only"). */
final class GrpcRefusal {
    private GrpcRefusal() {
    }

    static HttpResponse of(HttpProblem problem) {
        return HttpResponse.of(ResponseHeaders.builder(HttpStatus.OK).set(HttpHeaderNames.CONTENT_TYPE, "application/grpc")
                .setInt("grpc-status", status(problem.status())).set("grpc-message", PercentText.encode(problem.getMessage())).build());
    }

    /** As gRPC's own mapping of HTTP statuses has it, but for 429, which it has a better word for. */
    private static int status(HttpStatus status) {
        return switch (status.code()) {
            case 401 -> 16; // UNAUTHENTICATED
            case 403 -> 7; // PERMISSION_DENIED
            case 429 -> 8; // RESOURCE_EXHAUSTED
            case 503 -> 14; // UNAVAILABLE
            default -> status.isClientError() ? 3 : 13; // INVALID_ARGUMENT, INTERNAL
        };
    }
}
