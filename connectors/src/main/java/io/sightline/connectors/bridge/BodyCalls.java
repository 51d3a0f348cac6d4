package io.sightline.connectors.bridge;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.sightline.connectors.bridge.call.Admission;
import io.sightline.connectors.bridge.call.ByteBudget;
import io.sightline.connectors.bridge.call.Calls;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.request.RequestLimits;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/** {@link Calls} in the forms of the native dialect: its kinds of bodies, its answers to what goes wrong. */
final class BodyCalls {
    private final Calls calls;

    BodyCalls(Calls calls) {
        this.calls = calls;
    }

    /** No body but that of JSON lines is read further than this: an image in base64 with the fields beside it. */
    static long maxJsonBytes(RequestLimits limits) {
        return Calls.maxJsonBytes(limits, 1);
    }

    private long maxBytes(BodyKind kind) {
        return switch (kind.form()) {
            case IMAGE -> calls.limits().maxImageBytes();
            case PARTS -> calls.limits().maxImageBytes() + MultipartBody.MAX_OVERHEAD_BYTES;
            case JSON, JSON_LINES -> maxJsonBytes(calls.limits());
        };
    }

    ByteBudget budget() {
        return calls.budget();
    }

    Admission admission() {
        return calls.admission();
    }

    /**
     * A call with a body.
     *
     * @param work begins the work; on the event loop, but for JSON, which takes its time to read
     * @param answer made of what came of it
     */
    <R> HttpResponse serve(ServiceRequestContext ctx, HttpRequest http, String requestId, BodyKind kind, Function<byte[], CompletableFuture<R>> work, Function<R, HttpResponse> answer) {
        return serve(ctx, http, requestId, body(kind, false), work, answer);
    }

    /** How a body of that kind is read. @param slow true: it takes its time also where it is no JSON */
    Calls.Body body(BodyKind kind, boolean slow) {
        return new Calls.Body(kind.json() ? "body" : "image", maxBytes(kind), slow || kind.json());
    }

    /** As above, of a body read in that way. */
    <R> HttpResponse serve(ServiceRequestContext ctx, HttpRequest http, String requestId, Calls.Body body, Function<byte[], CompletableFuture<R>> work, Function<R, HttpResponse> answer) {
        return calls.serve(ctx, http, body, work, answer, error -> Answers.problem(requestId, error));
    }

    /** As above, of work that goes on though the call ends: it holds what the body has of the budget. */
    <R> HttpResponse serveHeld(ServiceRequestContext ctx, HttpRequest http, String requestId, Calls.Body body, BiFunction<byte[], ByteBudget.Share, CompletableFuture<R>> work,
            Function<R, HttpResponse> answer) {
        return calls.serveHeld(ctx, http, body, work, answer, error -> Answers.problem(requestId, error));
    }

    /** As {@link Calls#recognise}. */
    CompletableFuture<RecognitionResult> recognise(RecognitionRequest request) {
        return calls.recognise(request);
    }

    /** A call without a body. */
    <R> HttpResponse serve(ServiceRequestContext ctx, String requestId, Supplier<CompletableFuture<R>> work, Function<R, HttpResponse> answer) {
        return calls.serve(ctx, work, answer, error -> Answers.problem(requestId, error));
    }
}
