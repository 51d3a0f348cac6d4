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
import io.sightline.connectors.trace.WorkerTrace;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.TracerWindow;
import io.sightline.schemas.request.InvalidRequestException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

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
            json.writeStartObject();
            json.writeStringField("stage", window.getStage());
            json.writeNumberField("window_start_ms", window.getWindowStartMs().toEpochMilli());
            json.writeNumberField("window_end_ms", window.getWindowEndMs().toEpochMilli());
            json.writeNumberField("count", window.getCount());
            json.writeNumberField("errors", window.getErrors());
            ResultJson.number("qps", window.getQps(), json);
            ResultJson.number("success", window.getSuccess(), json);
            ResultJson.number("in_ms", window.getInMs(), json);
            ResultJson.number("prep_ms", window.getPrepMs(), json);
            ResultJson.number("midp_ms", window.getMidpMs(), json);
            ResultJson.number("postp_ms", window.getPostpMs(), json);
            ResultJson.number("out_ms", window.getOutMs(), json);
            ResultJson.number("idle", window.getIdle(), json);
            json.writeObjectFieldStart("latency_ms");
            for (Map.Entry<String, Double> latency : new TreeMap<>(window.getLatencyMs()).entrySet()) {
                ResultJson.number(latency.getKey(), latency.getValue(), json);
            }
            json.writeEndObject();
            json.writeNumberField("queue_size", window.getQueueSize());
            json.writeNumberField("queue_capacity", window.getQueueCapacity());
            json.writeNumberField("batches", window.getBatches());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
