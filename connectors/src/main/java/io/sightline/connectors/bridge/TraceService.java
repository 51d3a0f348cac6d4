package io.sightline.connectors.bridge;

import com.fasterxml.jackson.core.JsonGenerator;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.sightline.connectors.bridge.call.HttpProblem;
import io.sightline.connectors.results.ResultJson;
import io.sightline.connectors.trace.RecentTrace;
import io.sightline.connectors.trace.TraceJson;
import io.sightline.connectors.trace.WorkerTrace;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.TracerWindow;
import io.sightline.schemas.request.InvalidRequestException;
import java.io.IOException;
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
            return Answers.json(HttpStatus.OK, json(System.currentTimeMillis(), workers()));
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

    static byte[] json(long nowMs, List<WorkerTrace> workers) {
        return ResultJson.bytes(json -> {
            json.writeStartObject();
            json.writeNumberField("now_ms", nowMs);
            json.writeArrayFieldStart("workers");
            for (WorkerTrace worker : workers) {
                json.writeStartObject();
                json.writeStringField("instance", worker.instance());
                windows("totals", worker.totals(), json);
                windows("stages", worker.stages(), json);
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private static void windows(String name, List<TracerWindow> windows, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart(name);
        for (TracerWindow window : windows) {
            TraceJson.window(window, json);
        }
        json.writeEndArray();
    }
}
