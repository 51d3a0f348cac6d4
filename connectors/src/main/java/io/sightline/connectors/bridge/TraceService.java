package io.sightline.connectors.bridge;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.sightline.connectors.bridge.call.HttpProblem;
import io.sightline.connectors.trace.RecentTrace;
import io.sightline.connectors.trace.WorkerTrace;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.request.InvalidRequestException;
import java.util.List;
import java.util.Optional;

/** What the workers' tracers measured lately, as JSON. Thread-safe. */
final class TraceService implements HttpService {
    private final Optional<RecentTrace> trace;

    TraceService(Optional<RecentTrace> trace) {
        this.trace = trace;
    }

    @Override
    public HttpResponse serve(ServiceRequestContext ctx, HttpRequest http) {
        try {
            PercentText.parameters(ctx.query(), List.of());
            return Answers.json(HttpStatus.OK, TraceJson.bytes(System.currentTimeMillis(), workers()));
        } catch (HttpProblem | InvalidRequestException e) {
            return Answers.problem("", e);
        }
    }

    private List<WorkerTrace> workers() {
        RecentTrace there = trace.orElseThrow(() -> new HttpProblem(HttpStatus.SERVICE_UNAVAILABLE, ErrorCode.NO_SERVICE, "trace: not read here (expected: a bridge that reads the topic trace)"));
        there.trouble().ifPresent(trouble -> {
            throw new HttpProblem(HttpStatus.SERVICE_UNAVAILABLE, ErrorCode.INIT, trouble);
        });
        return there.workers();
    }
}
