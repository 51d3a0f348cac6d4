package io.sightline.connectors.bridge;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.sightline.connectors.reply.RequestReply;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.RequestLimits;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * POST /v1/recognitions. Everything that can be refused from the header is, before the body is read. Runs on the event loop of its
 * connection; the answer is made there too.
 */
final class RecognitionService implements HttpService {
    private final BridgeSettings settings;
    private final RequestLimits limits;
    private final RequestReply replies;
    private final Admission admission;
    private final ByteBudget budget;

    RecognitionService(BridgeSettings settings, RequestLimits limits, RequestReply replies, Admission admission) {
        this.settings = settings;
        this.limits = limits;
        this.replies = replies;
        this.admission = admission;
        this.budget = new ByteBudget(settings.maxBufferedBytes());
    }

    /** No body is read further than this. */
    static long maxBodyBytes(RequestLimits limits) {
        return (long) limits.maxImageBytes() + MultipartBody.MAX_OVERHEAD_BYTES;
    }

    @Override
    public HttpResponse serve(ServiceRequestContext ctx, HttpRequest http) {
        String requestId = "";
        try {
            requestId = RecognitionQuery.requestId(http.headers());
            RecognitionQuery query = RecognitionQuery.parse(ctx.query(), limits);
            BodyKind kind = BodyKind.of(http.headers());
            admission.check();
            return answer(ctx, http, requestId, query, kind);
        } catch (HttpProblem | InvalidRequestException e) {
            return Answers.problem(requestId, e);
        }
    }

    private HttpResponse answer(ServiceRequestContext ctx, HttpRequest http, String requestId, RecognitionQuery query, BodyKind kind) {
        long max = kind.multipart() ? maxBodyBytes(limits) : limits.maxImageBytes();
        BodyCollector body = new BodyCollector(max, http.headers().getLong(HttpHeaderNames.CONTENT_LENGTH, -1), budget, settings.bodyTimeoutMs(), ctx.eventLoop());
        CompletableFuture<RecognitionResult> call = new CompletableFuture<>();
        admission.enter(call);
        body.collect(http).whenComplete((bytes, error) -> {
            if (error != null) {
                call.completeExceptionally(error);
            } else if (!call.isDone()) {
                begin(call, requestId, query, kind, bytes);
            }
        });
        call.whenComplete((result, error) -> body.release());
        // The caller has gone: nobody waits for the answer any more.
        ctx.whenRequestCancelling().thenAccept(cause -> call.cancel(false));
        return HttpResponse.of(call.handleAsync((result, error) -> error == null ? Answers.result(result) : Answers.problem(requestId, error), ctx.eventLoop()));
    }

    private void begin(CompletableFuture<RecognitionResult> call, String requestId, RecognitionQuery query, BodyKind kind, byte[] bytes) {
        try {
            ByteBuffer image = kind.image(bytes);
            if (image.remaining() > limits.maxImageBytes()) {
                throw BodyCollector.tooLarge(image.remaining() + " bytes", limits.maxImageBytes());
            }
            limits.checkImageBytes(image.remaining());
            RecognitionRequest request = RecognitionRequest.newBuilder().setRequestId(requestId).setImage(image).setPipeline(query.pipeline())
                    .setGallery(query.gallery()).setTopK(query.topK()).setScoreThreshold(query.scoreThreshold()).build();
            CompletableFuture<RecognitionResult> reply = replies.call(request, Duration.ofMillis(settings.requestTimeoutMs()));
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
}
