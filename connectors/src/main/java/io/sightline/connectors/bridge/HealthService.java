package io.sightline.connectors.bridge;

import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.HttpService;
import io.sightline.connectors.bridge.call.Readiness;
import io.sightline.connectors.results.ResultJson;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The small answers: /healthz, /readyz, and what / tells programs. */
final class HealthService {
    private HealthService() {
    }

    static HttpService alive() {
        byte[] json = ResultJson.bytes(out -> {
            out.writeStartObject();
            out.writeStringField("status", "alive");
            out.writeEndObject();
        });
        return (ctx, req) -> Answers.aggregated(HttpStatus.OK, json).toHttpResponse();
    }

    static HttpService links() {
        byte[] json = ResultJson.bytes(out -> {
            out.writeStartObject();
            out.writeStringField("service", "sightline");
            out.writeObjectFieldStart("links");
            out.writeStringField("recognise", "POST " + ApiRoute.RECOGNITIONS.path());
            out.writeStringField("galleries", "GET " + ApiRoute.GALLERIES.path());
            out.writeStringField("models", "GET " + ApiRoute.MODELS.path());
            out.writeStringField("trace", "GET " + ApiRoute.TRACE.path());
            out.writeStringField("health", "GET " + ApiRoute.HEALTHZ.path());
            out.writeStringField("ready", "GET " + ApiRoute.READYZ.path());
            out.writeStringField("metrics", "GET " + ApiRoute.METRICS.path());
            out.writeEndObject();
            out.writeEndObject();
        });
        return (ctx, req) -> Answers.aggregated(HttpStatus.OK, json).toHttpResponse();
    }

    /** @param asked on event loops, must not block */
    static HttpService ready(Supplier<Map<String, Readiness>> asked, BooleanSupplier draining) {
        return (ctx, req) -> {
            Map<String, Readiness> components = asked.get();
            boolean ready = components.values().stream().allMatch(Readiness::ready);
            byte[] json = ResultJson.bytes(out -> {
                out.writeStartObject();
                out.writeStringField("status", draining.getAsBoolean() ? "draining" : ready ? "ready" : "not_ready");
                out.writeObjectFieldStart("components");
                for (Map.Entry<String, Readiness> component : components.entrySet()) {
                    out.writeObjectFieldStart(component.getKey());
                    out.writeBooleanField("ready", component.getValue().ready());
                    out.writeStringField("detail", component.getValue().detail());
                    out.writeEndObject();
                }
                out.writeEndObject();
                out.writeEndObject();
            });
            return Answers.aggregated(ready ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE, json).toHttpResponse();
        };
    }
}
