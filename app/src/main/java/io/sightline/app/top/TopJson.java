package io.sightline.app.top;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.sightline.connectors.trace.TraceJson;
import io.sightline.connectors.trace.WorkerTrace;
import io.sightline.schemas.TracerWindow;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.TreeMap;

/** A view as one JSON line; windows as {@code /v1/trace} has them. */
final class TopJson {
    private static final JsonFactory JSON = new JsonFactory();

    private TopJson() {
    }

    static String line(TopView view) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeNumberField("now_ms", view.at().toEpochMilli());
            json.writeObjectFieldStart("lag");
            for (var topic : new TreeMap<>(view.lag()).entrySet()) {
                json.writeNumberField(topic.getKey(), topic.getValue());
            }
            json.writeEndObject();
            json.writeArrayFieldStart("workers");
            for (WorkerTrace worker : view.workers()) {
                worker(view, worker, json);
            }
            json.writeEndArray();
            if (view.trouble().isPresent()) {
                json.writeStringField("trouble", view.trouble().get());
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // to memory: does not happen
        }
        return text.toString();
    }

    private static void worker(TopView view, WorkerTrace worker, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("instance", worker.instance());
        json.writeBooleanField("stale", view.isStale(worker));
        if (TopView.last(worker).isPresent()) {
            json.writeFieldName("total");
            TraceJson.window(TopView.last(worker).get(), json);
        }
        json.writeArrayFieldStart("stages");
        for (TracerWindow stage : worker.stages()) {
            TraceJson.window(stage, json);
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
