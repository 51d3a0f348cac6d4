package io.sightline.connectors.bridge.hub;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.sightline.connectors.bridge.JsonBody;
import io.sightline.connectors.bridge.call.Calls;
import io.sightline.connectors.bridge.call.Dialect;
import io.sightline.connectors.bridge.call.HttpProblem;
import io.sightline.connectors.bridge.call.Problems;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.RequestLimits;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * PaddleHub Serving's dialect: {@code POST /predict/{module}}, answered with HTTP 200 and a status of its own in the JSON: 000 done, 101
 * not done, 111 no such module, 112 not JSON. Thread-safe; bodies are read on blocking threads.
 */
public final class HubDialect implements Dialect {
    private static final String PATH = "/predict/";

    private final HubSettings settings;
    private final Map<String, HubModule> modules;

    /** @param modules those served */
    public HubDialect(HubSettings settings, Collection<HubModule> modules) {
        this.settings = settings;
        this.modules = modules.stream().collect(Collectors.toUnmodifiableMap(HubModule::name, Function.identity()));
    }

    @Override
    public String name() {
        return "paddle-hub";
    }

    @Override
    public Set<Integer> ports() {
        return settings.port().map(Set::of).orElse(Set.of());
    }

    @Override
    public void addTo(ServerBuilder server, Calls calls) {
        // All methods: else another one's refusal would not be ours. The body is bounded by who reads it.
        server.route().path(PATH + "{module}").maxRequestLength(0).build((ctx, http) -> serve(ctx, http, calls));
    }

    private HttpResponse serve(ServiceRequestContext ctx, HttpRequest http, Calls calls) {
        if (http.method() != HttpMethod.POST) {
            return answer(ResponseHeaders.builder(HttpStatus.METHOD_NOT_ALLOWED).set(HttpHeaderNames.ALLOW, "POST").build(),
                    HubAnswer.refused(HubAnswer.FAILED, "method: " + http.method() + " (expected: POST)")).toHttpResponse();
        }
        String name = ctx.pathParam("module");
        HubModule module = modules.get(name);
        if (module == null) {
            return ok(HubAnswer.refused(HubAnswer.NO_MODULE, "Module " + name + " is not available."));
        }
        try {
            Calls.checkPlain(http.headers());
            calls.admission().check();
        } catch (HttpProblem e) {
            return refusal(e);
        }
        return calls.serve(ctx, http, new Calls.Body("body", settings.maxBodyBytes(), true), bytes -> begin(calls, module, bytes), json -> ok(json), HubDialect::refusal);
    }

    /** The answer to be. */
    private CompletableFuture<byte[]> begin(Calls calls, HubModule module, byte[] bytes) {
        PredictBody body;
        try {
            body = PredictBody.parse(bytes, settings.maxImages(), calls.limits());
        } catch (InvalidRequestException e) {
            return JsonBody.isJson(bytes) ? CompletableFuture.failedFuture(e) : CompletableFuture.completedFuture(HubAnswer.refused(HubAnswer.NOT_JSON, e.getMessage()));
        }
        long begin = System.nanoTime();
        CompletableFuture<List<RecognitionResult>> results = calls.recogniseAll(body.requests(module.pipeline()));
        CompletableFuture<byte[]> answer = results.thenApply(all -> HubAnswer.of(module, all, (System.nanoTime() - begin) / 1e9));
        // Whoever gives the answer up gives the requests up.
        answer.whenComplete((json, error) -> results.cancel(false));
        return answer;
    }

    private static HttpResponse refusal(Throwable error) {
        return ok(HubAnswer.refused(HubAnswer.FAILED, Problems.of(error).getMessage()));
    }

    private static HttpResponse ok(byte[] json) {
        return answer(ResponseHeaders.of(HttpStatus.OK), json).toHttpResponse();
    }

    private static AggregatedHttpResponse answer(ResponseHeaders headers, byte[] json) {
        return AggregatedHttpResponse.of(headers.toBuilder().contentType(MediaType.JSON).build(), HttpData.wrap(json));
    }

    @Override
    public Optional<AggregatedHttpResponse> refusal(String path, HttpProblem problem) {
        if (!path.startsWith(PATH)) {
            return Optional.empty();
        }
        String message = problem.status().equals(HttpStatus.NOT_FOUND) ? "path: '" + RequestLimits.shown(path) + "' (expected: " + PATH + "{module})" : problem.getMessage();
        return Optional.of(answer(ResponseHeaders.of(problem.status()), HubAnswer.refused(HubAnswer.FAILED, message)));
    }
}
