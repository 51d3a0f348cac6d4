package io.sightline.connectors.bridge;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.sightline.schemas.request.RequestLimits;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What calls have in common: let in before (by {@link Admission#check}), the body read within its limits, the work begun, the answer made
 * on the connection's event loop, and everything given back in the end. A caller who goes away ends the call.
 */
final class BodyCalls {
    /** What the fields beside an image, written as JSON, may take. */
    private static final int JSON_OVERHEAD_BYTES = 512 << 10;

    private final BridgeSettings settings;
    private final RequestLimits limits;
    private final Admission admission;
    private final ByteBudget budget;

    BodyCalls(BridgeSettings settings, RequestLimits limits, Admission admission) {
        this.settings = settings;
        this.limits = limits;
        this.admission = admission;
        this.budget = new ByteBudget(settings.maxBufferedBytes());
    }

    /** No body but that of JSON lines is read further than this: an image in base64 with the fields beside it. */
    static long maxJsonBytes(RequestLimits limits) {
        return (limits.maxImageBytes() + 2L) / 3 * 4 + JSON_OVERHEAD_BYTES;
    }

    private long maxBytes(BodyKind kind) {
        return switch (kind.form()) {
            case IMAGE -> limits.maxImageBytes();
            case PARTS -> limits.maxImageBytes() + MultipartBody.MAX_OVERHEAD_BYTES;
            case JSON, JSON_LINES -> maxJsonBytes(limits);
        };
    }

    ByteBudget budget() {
        return budget;
    }

    Admission admission() {
        return admission;
    }

    /**
     * A call with a body.
     *
     * @param work begins the work; on the event loop, but for JSON, which takes its time to read
     * @param answer made of what came of it
     */
    <R> HttpResponse serve(ServiceRequestContext ctx, HttpRequest http, String requestId, BodyKind kind, Function<byte[], CompletableFuture<R>> work, Function<R, HttpResponse> answer) {
        BodyCollector body = new BodyCollector(kind.json() ? "body" : "image", maxBytes(kind), http.headers().getLong(HttpHeaderNames.CONTENT_LENGTH, -1), budget, settings.bodyTimeoutMs(), ctx.eventLoop());
        CompletableFuture<R> call = new CompletableFuture<>();
        admission.enter(call);
        Executor worker = kind.json() ? ctx.blockingTaskExecutor() : Runnable::run;
        body.collect(http).whenComplete((bytes, error) -> {
            if (error != null) {
                call.completeExceptionally(error);
            } else if (!call.isDone()) {
                worker.execute(() -> begin(call, () -> work.apply(bytes)));
            }
        });
        call.whenComplete((result, error) -> body.release());
        return answered(ctx, requestId, call, answer);
    }

    /** A call without a body. */
    <R> HttpResponse serve(ServiceRequestContext ctx, String requestId, Supplier<CompletableFuture<R>> work, Function<R, HttpResponse> answer) {
        CompletableFuture<R> call = new CompletableFuture<>();
        admission.enter(call);
        begin(call, work);
        return answered(ctx, requestId, call, answer);
    }

    private static <R> void begin(CompletableFuture<R> call, Supplier<CompletableFuture<R>> work) {
        try {
            CompletableFuture<R> reply = work.get();
            reply.whenComplete((result, error) -> {
                if (error == null) {
                    call.complete(result);
                } else {
                    call.completeExceptionally(error);
                }
            });
            call.whenComplete((result, error) -> reply.cancel(false)); // no effect where the reply came first
        } catch (RuntimeException e) {
            call.completeExceptionally(e);
        }
    }

    private static <R> HttpResponse answered(ServiceRequestContext ctx, String requestId, CompletableFuture<R> call, Function<R, HttpResponse> answer) {
        // The caller has gone: nobody waits for the answer any more.
        ctx.whenRequestCancelling().thenAccept(cause -> call.cancel(false));
        return HttpResponse.of(call.handleAsync((result, error) -> error == null ? answer.apply(result) : Answers.problem(requestId, error), ctx.eventLoop()));
    }
}
