package io.sightline.connectors.bridge;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.sightline.connectors.bridge.access.Access;
import io.sightline.connectors.bridge.call.BodyCollector;
import io.sightline.connectors.bridge.call.ByteBudget;
import io.sightline.connectors.bridge.call.HttpProblem;
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.RequestLimits;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * POST /v1/recognitions/batch: several images in a form. The body is read whole, then {@link Batch} works on it. Whatever is wrong with one
 * image is that image's answer; only what concerns all of them refuses the call.
 */
final class BatchService implements HttpService {
    private static final String EVENTS = "text/event-stream";

    private final BridgeSettings settings;
    private final RequestLimits limits;
    private final BodyCalls calls;
    private final ModelsService models;
    private final StoredCalls known;

    BatchService(BridgeSettings settings, RequestLimits limits, BodyCalls calls, ModelsService models, StoredCalls known) {
        this.settings = settings;
        this.limits = limits;
        this.calls = calls;
        this.models = models;
        this.known = known;
    }

    @Override
    public HttpResponse serve(ServiceRequestContext ctx, HttpRequest http) {
        String requestId = "";
        try {
            requestId = RecognitionQuery.requestId(http.headers());
            RequestLimits.checkId("id of the last image", Batch.id(requestId, settings.batch().maxImages() - 1));
            RecognitionQuery query = RecognitionQuery.of(PercentText.parameters(ctx.query(), RecognitionQuery.KNOWN), limits);
            BodyKind kind = BodyKind.of(http.headers());
            if (!kind.multipart()) {
                throw new HttpProblem(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "content-type: no form (expected: multipart/form-data with a part image for each image)");
            }
            Access.of(ctx).requireSearch(query.gallery(), query.galleries());
            calls.admission().check();
            return take(ctx, http, new Batch.Asked(requestId, RecognitionQuery.hasKey(http.headers()), query), kind);
        } catch (HttpProblem | InvalidRequestException e) {
            return Answers.problem(requestId, e);
        }
    }

    private HttpResponse take(ServiceRequestContext ctx, HttpRequest http, Batch.Asked asked, BodyKind kind) {
        // As long as the images take, whose number is bounded; each has its own time-out.
        ctx.clearRequestTimeout();
        long announced = http.headers().getLong(HttpHeaderNames.CONTENT_LENGTH, -1);
        BodyCollector collector = new BodyCollector("body", settings.batch().maxBytes(), announced, calls.budget(), settings.bodyTimeoutMs(), ctx.eventLoop());
        CompletableFuture<HttpResponse> answer = new CompletableFuture<>();
        CompletableFuture<Void> done = new CompletableFuture<>();
        calls.admission().enter(done);
        done.whenComplete((nothing, error) -> {
            collector.release();
            if (error != null) {
                answer.complete(Answers.problem(asked.id(), error));
            }
        });
        ctx.whenRequestCancelling().thenAccept(cause -> done.cancel(false));
        boolean events = http.headers().get(HttpHeaderNames.ACCEPT, "").contains(EVENTS);
        collector.collect(http).thenApplyAsync(bytes -> kind.images(bytes, settings.batch().maxImages()), ctx.blockingTaskExecutor()).whenCompleteAsync((images, error) -> {
            if (error != null) {
                done.completeExceptionally(error);
            } else if (!done.isDone()) {
                Access.of(ctx).charge(images.size() - 1); // one has been taken for the call
                begin(ctx, asked, images, collector.share(), events, done, answer);
            }
        }, ctx.eventLoop());
        return HttpResponse.of(answer);
    }

    private void begin(ServiceRequestContext ctx, Batch.Asked asked, List<ByteBuffer> images, ByteBudget.Share share, boolean events, CompletableFuture<Void> done, CompletableFuture<HttpResponse> answer) {
        BatchOut out = events ? new BatchEvents(ctx.eventLoop(), settings.bodyTimeoutMs(), done, answer) : new BatchJson(images.size(), answer);
        new Batch(ctx, asked, images, new Batch.Means(settings, limits, calls, models, known, share), out, done).begin();
    }
}
