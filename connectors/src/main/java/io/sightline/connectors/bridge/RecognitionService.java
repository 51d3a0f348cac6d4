package io.sightline.connectors.bridge;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.sightline.connectors.bridge.call.BodyCollector;
import io.sightline.connectors.bridge.call.HttpProblem;
import io.sightline.connectors.reply.RequestReply;
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
    private final BodyCalls calls;
    private final ModelsService models;

    RecognitionService(BridgeSettings settings, RequestLimits limits, RequestReply replies, BodyCalls calls, ModelsService models) {
        this.settings = settings;
        this.limits = limits;
        this.replies = replies;
        this.calls = calls;
        this.models = models;
    }

    @Override
    public HttpResponse serve(ServiceRequestContext ctx, HttpRequest http) {
        String requestId = "";
        try {
            requestId = RecognitionQuery.requestId(http.headers());
            String id = requestId;
            RecognitionQuery query = RecognitionQuery.parse(ctx.query(), limits);
            BodyKind kind = BodyKind.of(http.headers());
            calls.admission().check();
            return calls.serve(ctx, http, id, kind, bytes -> begin(id, query, kind, bytes), result -> Answers.result(models.seen(result)));
        } catch (HttpProblem | InvalidRequestException e) {
            return Answers.problem(requestId, e);
        }
    }

    private CompletableFuture<RecognitionResult> begin(String requestId, RecognitionQuery query, BodyKind kind, byte[] bytes) {
        ByteBuffer image = checkImage(kind.image(bytes), limits);
        return replies.call(query.request(requestId).setImage(image).build(), Duration.ofMillis(settings.requestTimeoutMs()));
    }

    /** A form has room for more than the image may have. */
    static ByteBuffer checkImage(ByteBuffer image, RequestLimits limits) {
        if (image.remaining() > limits.maxImageBytes()) {
            throw BodyCollector.tooLarge("image", image.remaining() + " bytes", limits.maxImageBytes());
        }
        limits.checkImageBytes(image.remaining());
        return image;
    }
}
