package io.sightline.connectors.bridge.inference;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.sightline.connectors.bridge.call.Calls;
import io.sightline.connectors.bridge.call.Dialect;
import io.sightline.connectors.bridge.call.HttpProblem;
import io.sightline.connectors.bridge.call.Problems;
import io.sightline.connectors.bridge.call.Readiness;
import io.sightline.connectors.results.ResultJson;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.RequestLimits;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/**
 * The Open Inference Protocol v2 over HTTP, with Triton's binary tensors. A model is a pipeline, in one version. Errors are
 * {@code {"error": "..."}} with an HTTP status. Thread-safe; bodies are read on blocking threads.
 */
public final class InferenceDialect implements Dialect {
    /** Pipelines have no versions of their own: what they run is in each result's lineage. */
    static final String VERSION = "1";
    private static final String ROOT = "/v2";
    private static final String MODEL = ROOT + "/models/{model}";
    private static final String MODEL_VERSION = MODEL + "/versions/{version}";
    private static final String PATHS = String.join(", ", ROOT, ROOT + "/health/live", ROOT + "/health/ready", MODEL, MODEL + "/ready", MODEL + "/infer");

    private final InferenceSettings settings;
    private final String build;
    private final Set<String> pipelines;

    /** A service behind a path: of one method. */
    private interface Served {
        HttpResponse serve(ServiceRequestContext ctx, HttpRequest http);
    }

    /**
     * @param build version of Sightline
     * @param pipelines those served
     */
    public InferenceDialect(InferenceSettings settings, String build, Collection<String> pipelines) {
        this.settings = settings;
        this.build = build;
        this.pipelines = new TreeSet<>(pipelines);
    }

    @Override
    public String name() {
        return "open-inference-protocol";
    }

    @Override
    public Set<Integer> ports() {
        return Set.of();
    }

    @Override
    public void addTo(ServerBuilder server, Calls calls) {
        route(server, ROOT, HttpMethod.GET, (ctx, http) -> json(HttpStatus.OK, ModelDescription.server(build)));
        route(server, ROOT + "/health/live", HttpMethod.GET, (ctx, http) -> json(HttpStatus.OK, flag("live", true)));
        route(server, ROOT + "/health/ready", HttpMethod.GET, (ctx, http) -> ready(calls));
        for (String path : List.of(MODEL, MODEL_VERSION)) {
            route(server, path, HttpMethod.GET, (ctx, http) -> json(HttpStatus.OK, ModelDescription.model(model(ctx), settings.maxImages())));
            route(server, path + "/ready", HttpMethod.GET, (ctx, http) -> {
                model(ctx);
                return ready(calls);
            });
            route(server, path + "/infer", HttpMethod.POST, (ctx, http) -> infer(calls, ctx, http));
        }
    }

    /** All methods: else another one's refusal would not be ours. The body is bounded by who reads it. */
    private void route(ServerBuilder server, String path, HttpMethod method, Served served) {
        server.route().path(path).maxRequestLength(0).build((ctx, http) -> {
            boolean head = method == HttpMethod.GET && http.method() == HttpMethod.HEAD;
            if (http.method() != method && !head) {
                return problem(new HttpProblem(HttpStatus.METHOD_NOT_ALLOWED, "method: " + http.method() + " (expected: " + method + ")"), method).toHttpResponse();
            }
            try {
                return served.serve(ctx, http);
            } catch (HttpProblem | InvalidRequestException e) {
                return refusal(e);
            }
        });
    }

    private String model(ServiceRequestContext ctx) {
        String model = ctx.pathParam("model");
        String version = ctx.pathParam("version");
        if (!pipelines.contains(model)) {
            throw new HttpProblem(HttpStatus.NOT_FOUND, "model: '" + RequestLimits.shown(model) + "' (expected: one of " + String.join(", ", pipelines) + ")");
        }
        if (version != null && !version.equals(VERSION)) {
            throw new HttpProblem(HttpStatus.NOT_FOUND, "version: '" + RequestLimits.shown(version) + "' of model '" + model + "' (expected: " + VERSION + ")");
        }
        return model;
    }

    private static HttpResponse ready(Calls calls) {
        boolean ready = calls.admission().components().values().stream().allMatch(Readiness::ready);
        return json(ready ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE, flag("ready", ready));
    }

    private static byte[] flag(String name, boolean value) {
        return ResultJson.bytes(json -> {
            json.writeStartObject();
            json.writeBooleanField(name, value);
            json.writeEndObject();
        });
    }

    private HttpResponse infer(Calls calls, ServiceRequestContext ctx, HttpRequest http) {
        String model = model(ctx);
        Calls.checkPlain(http.headers());
        InferBody.Framing framing = InferBody.Framing.of(http.headers());
        calls.admission().check();
        return calls.serve(ctx, http, new Calls.Body("body", settings.maxBodyBytes(), true),
                bytes -> begin(calls, model, InferBody.parse(bytes, framing, settings.maxImages(), calls.limits())), InferenceDialect::tensors, InferenceDialect::refusal);
    }

    private static CompletableFuture<InferAnswer> begin(Calls calls, String model, InferBody body) {
        CompletableFuture<List<RecognitionResult>> results = calls.recogniseAll(body.requests(model));
        CompletableFuture<InferAnswer> answer = results.thenApply(all -> {
            for (int i = 0; i < all.size(); i++) {
                if (all.get(i).getStatus() != RecognitionStatus.RECOGNISED) {
                    HttpProblem problem = Problems.of(all.get(i));
                    throw new HttpProblem(problem.status(), problem.code(), (all.size() == 1 ? "" : "image[" + i + "]: ") + problem.getMessage());
                }
            }
            return InferAnswer.of(model, body, all);
        });
        // Whoever gives the answer up gives the requests up.
        answer.whenComplete((tensors, error) -> results.cancel(false));
        return answer;
    }

    private static HttpResponse tensors(InferAnswer answer) {
        ResponseHeadersBuilder headers = ResponseHeaders.builder(HttpStatus.OK);
        if (answer.jsonBytes() < answer.body().length) {
            headers.contentType(MediaType.OCTET_STREAM).setInt(InferBody.Framing.HEADER, answer.jsonBytes());
        } else {
            headers.contentType(MediaType.JSON);
        }
        return HttpResponse.of(headers.build(), HttpData.wrap(answer.body()));
    }

    private static HttpResponse json(HttpStatus status, byte[] json) {
        return HttpResponse.of(ResponseHeaders.builder(status).contentType(MediaType.JSON).build(), HttpData.wrap(json));
    }

    private static HttpResponse refusal(Throwable error) {
        return problem(Problems.of(error), null).toHttpResponse();
    }

    /** @param allowed for a method that is not; null: it is */
    private static AggregatedHttpResponse problem(HttpProblem problem, HttpMethod allowed) {
        ResponseHeadersBuilder headers = ResponseHeaders.builder(problem.status()).contentType(MediaType.JSON);
        if (problem.status().equals(HttpStatus.SERVICE_UNAVAILABLE)) {
            headers.setInt(HttpHeaderNames.RETRY_AFTER, 1);
        }
        if (allowed != null) {
            headers.set(HttpHeaderNames.ALLOW, allowed == HttpMethod.GET ? "GET, HEAD" : allowed.name());
        }
        return AggregatedHttpResponse.of(headers.build(), HttpData.wrap(ResultJson.bytes(json -> {
            json.writeStartObject();
            json.writeStringField("error", problem.getMessage());
            json.writeEndObject();
        })));
    }

    @Override
    public boolean isOpen(String path) {
        return path.equals("/v2/health/live") || path.equals("/v2/health/ready");
    }

    @Override
    public Optional<AggregatedHttpResponse> refusal(String path, HttpProblem problem) {
        if (!path.equals(ROOT) && !path.startsWith(ROOT + "/")) {
            return Optional.empty();
        }
        boolean unknown = problem.status().equals(HttpStatus.NOT_FOUND);
        return Optional.of(problem(unknown ? new HttpProblem(HttpStatus.NOT_FOUND, "path: '" + RequestLimits.shown(path) + "' (expected: one of " + PATHS + ")") : problem, null));
    }
}
