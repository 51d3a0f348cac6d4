package io.sightline.connectors.bridge.call;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.util.SafeCloseable;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.sightline.connectors.bridge.access.Access;
import io.sightline.connectors.reply.RequestReply;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.request.RequestLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What the calls of all dialects have in common: let in before (by {@link Admission#check}), the body read within its limits, the work
 * begun, the answer made on the connection's event loop, and everything given back in the end. A caller who goes away ends the call.
 * Thread-safe; nothing here blocks.
 */
public final class Calls {
    /** What the fields beside an image, written as JSON, may take. */
    private static final int JSON_OVERHEAD_BYTES = 512 << 10;

    private final RequestReply replies;
    private final RequestLimits limits;
    private final Admission admission;
    private final ByteBudget budget;
    private final int bodyTimeoutMs;
    private final Duration requestTimeout;
    private final boolean guarded;

    /**
     * @param bodyTimeoutMs longest time a body may take to arrive
     * @param requestTimeout longest wait for a reply
     * @param guarded true: a request searches only galleries that its caller's key may use, see {@link Access}
     */
    public Calls(RequestReply replies, RequestLimits limits, Admission admission, ByteBudget budget, int bodyTimeoutMs, Duration requestTimeout, boolean guarded) {
        this.guarded = guarded;
        this.replies = replies;
        this.limits = limits;
        this.admission = admission;
        this.budget = budget;
        this.bodyTimeoutMs = bodyTimeoutMs;
        this.requestTimeout = requestTimeout;
    }

    /** Most bytes of a JSON body that holds so many images in base64, and fields beside them. */
    public static long maxJsonBytes(RequestLimits limits, int images) {
        return images * ((limits.maxImageBytes() + 2L) / 3 * 4) + JSON_OVERHEAD_BYTES;
    }

    /** @throws HttpProblem 415, where the body is compressed: it could grow without bound */
    public static void checkPlain(HttpHeaders headers) {
        String encoding = headers.get(HttpHeaderNames.CONTENT_ENCODING);
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw new HttpProblem(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "content-encoding: '" + RequestLimits.shown(encoding) + "' (expected: none)");
        }
    }

    public RequestLimits limits() {
        return limits;
    }

    public ByteBudget budget() {
        return budget;
    }

    public Admission admission() {
        return admission;
    }

    /**
     * A call with a body.
     *
     * @param body how the body is read
     * @param work begins the work; on the event loop, or on a blocking thread where the body takes its time to parse. What it throws
     *         refuses the call
     * @param answer made of what came of it
     * @param refusal made of what went wrong, see {@link Problems#of}
     */
    public <R> HttpResponse serve(ServiceRequestContext ctx, HttpRequest http, Body body, Function<byte[], CompletableFuture<R>> work, Function<R, HttpResponse> answer,
            Function<Throwable, HttpResponse> refusal) {
        return serveHeld(ctx, http, body, (bytes, share) -> work.apply(bytes), answer, refusal);
    }

    /** As above, of work that goes on though the call ends. @param work gets what the body has of the budget too, to hold it for as long */
    public <R> HttpResponse serveHeld(ServiceRequestContext ctx, HttpRequest http, Body body, BiFunction<byte[], ByteBudget.Share, CompletableFuture<R>> work,
            Function<R, HttpResponse> answer, Function<Throwable, HttpResponse> refusal) {
        BodyCollector collector = new BodyCollector(body.what(), body.maxBytes(), http.headers().getLong(HttpHeaderNames.CONTENT_LENGTH, -1), budget, bodyTimeoutMs, ctx.eventLoop());
        CompletableFuture<R> call = new CompletableFuture<>();
        admission.enter(call);
        Executor worker = body.slow() ? ctx.blockingTaskExecutor() : Runnable::run;
        collector.collect(http).whenComplete((bytes, error) -> {
            if (error != null) {
                call.completeExceptionally(error);
            } else if (!call.isDone()) {
                worker.execute(() -> begin(ctx, call, () -> work.apply(bytes, collector.share())));
            }
        });
        call.whenComplete((result, error) -> collector.release());
        return answered(ctx, call, answer, refusal);
    }

    /** A call without a body. */
    public <R> HttpResponse serve(ServiceRequestContext ctx, Supplier<CompletableFuture<R>> work, Function<R, HttpResponse> answer, Function<Throwable, HttpResponse> refusal) {
        CompletableFuture<R> call = new CompletableFuture<>();
        admission.enter(call);
        begin(ctx, call, work);
        return answered(ctx, call, answer, refusal);
    }

    /**
     * Sends a request; its result, rejected and failed ones included, or a ReplyException where there is none, or an {@link HttpProblem} where the caller's key
     * may not search that gallery. To be called in the caller's context: in the work given to {@link #serve}, or where Armeria has set the context itself.
     */
    public CompletableFuture<RecognitionResult> recognise(RecognitionRequest request) {
        if (guarded) {
            try {
                Access.current().requireSearch(request.getGallery(), request.getGalleries());
            } catch (HttpProblem e) {
                return CompletableFuture.failedFuture(e);
            }
        }
        return replies.call(request, requestTimeout);
    }

    /** Sends requests; their results in the same order. One that gets none fails the whole, and the others are given up. */
    public CompletableFuture<List<RecognitionResult>> recogniseAll(List<RecognitionRequest> requests) {
        if (guarded) {
            Access.current().charge(requests.size() - 1); // one has been taken for the call
        }
        List<CompletableFuture<RecognitionResult>> sent = new ArrayList<>(requests.size());
        CompletableFuture<List<RecognitionResult>> all = new CompletableFuture<>();
        all.whenComplete((results, error) -> sent.forEach(one -> one.cancel(false))); // no effect on those that are done
        try {
            requests.forEach(request -> sent.add(recognise(request)));
        } catch (RuntimeException e) {
            all.completeExceptionally(e);
            return all;
        }
        sent.forEach(one -> one.whenComplete((result, error) -> {
            if (error != null) {
                all.completeExceptionally(error);
            }
        }));
        CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new)).thenRun(() -> all.complete(sent.stream().map(CompletableFuture::join).toList()));
        return all;
    }

    private static <R> void begin(ServiceRequestContext ctx, CompletableFuture<R> call, Supplier<CompletableFuture<R>> work) {
        try (SafeCloseable current = ctx.push()) {
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

    private static <R> HttpResponse answered(ServiceRequestContext ctx, CompletableFuture<R> call, Function<R, HttpResponse> answer, Function<Throwable, HttpResponse> refusal) {
        // The caller has gone: nobody waits for the answer any more.
        ctx.whenRequestCancelling().thenAccept(cause -> call.cancel(false));
        return HttpResponse.of(call.handleAsync((result, error) -> error == null ? answer.apply(result) : refusal.apply(error), ctx.eventLoop()));
    }

    /**
     * How a body is read.
     *
     * @param what what it is, for messages
     * @param maxBytes most bytes of it
     * @param slow true: it is parsed on a blocking thread, for that takes its time
     */
    public record Body(String what, long maxBytes, boolean slow) {
    }
}
