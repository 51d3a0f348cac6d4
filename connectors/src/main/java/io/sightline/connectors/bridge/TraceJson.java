package io.sightline.connectors.bridge;

import com.fasterxml.jackson.core.JsonGenerator;
import io.sightline.connectors.results.ResultJson;
import io.sightline.connectors.trace.WorkerTrace;
import io.sightline.schemas.TracerWindow;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the workers' tracers measured, as {@code /v1/trace} and {@code sightline top --json} write it (docs/openapi.yaml, Trace). */
public final class TraceJson {
    private TraceJson() {
    }

    public static byte[] bytes(long nowMs, List<WorkerTrace> workers) {
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
