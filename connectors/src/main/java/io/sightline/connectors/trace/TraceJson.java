package io.sightline.connectors.trace;

import com.fasterxml.jackson.core.JsonGenerator;
import io.sightline.connectors.results.ResultJson;
import io.sightline.schemas.TracerWindow;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** Tracer windows as JSON: one form for the bridge and the command line. */
public final class TraceJson {
    private TraceJson() {
    }

    /** Writes the window's fields under their names on the topic, times as milliseconds, as one object; the request ids of errors stay out. */
    public static void window(TracerWindow window, JsonGenerator json) throws IOException {
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
        json.writeNumberField("lanes", window.getLanes());
        ResultJson.number("lane_busy", window.getLaneBusy(), json);
        json.writeEndObject();
    }
}
