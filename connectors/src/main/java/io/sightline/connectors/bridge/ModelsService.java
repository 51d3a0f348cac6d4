package io.sightline.connectors.bridge;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.sightline.connectors.results.ResultJson;
import io.sightline.schemas.Lineage;
import io.sightline.schemas.RecognitionResult;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which model each pipeline's stages run, and on which device. The bridge sees topics, never models: it knows what its process's own worker told
 * it at the start, and what the last answer of each pipeline named. Thread-safe.
 */
final class ModelsService implements HttpService {
    /** Most pipelines remembered. */
    static final int MAX_PIPELINES = 1000;

    private final Map<String, PipelineModels> pipelines = new ConcurrentHashMap<>();

    /** @param known by pipeline; may be none */
    ModelsService(Map<String, PipelineModels> known) {
        pipelines.putAll(known);
    }

    /** Remembers what an answer names. @return the answer */
    RecognitionResult seen(RecognitionResult result) {
        Lineage lineage = result.getLineage();
        if (result.getPipeline() != null && lineage != null && !lineage.getModels().isEmpty()
                && (pipelines.containsKey(result.getPipeline()) || pipelines.size() < MAX_PIPELINES)) {
            pipelines.put(result.getPipeline(), new PipelineModels(lineage.getModels(), lineage.getDevices()));
        }
        return result;
    }

    @Override
    public HttpResponse serve(ServiceRequestContext ctx, HttpRequest http) {
        byte[] json = ResultJson.bytes(out -> {
            out.writeStartObject();
            out.writeArrayFieldStart("pipelines");
            for (Map.Entry<String, PipelineModels> pipeline : new TreeMap<>(pipelines).entrySet()) {
                out.writeStartObject();
                out.writeStringField("pipeline", pipeline.getKey());
                out.writeArrayFieldStart("models");
                for (Map.Entry<String, String> model : new TreeMap<>(pipeline.getValue().models()).entrySet()) {
                    out.writeStartObject();
                    out.writeStringField("stage", model.getKey());
                    out.writeStringField("model", model.getValue());
                    out.writeStringField("device", pipeline.getValue().devices().getOrDefault(model.getKey(), ""));
                    out.writeEndObject();
                }
                out.writeEndArray();
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        });
        return Answers.aggregated(HttpStatus.OK, json).toHttpResponse();
    }
}
