package io.sightline.connectors.bridge;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.sightline.connectors.bridge.access.Access;
import io.sightline.connectors.bridge.call.BodyCollector;
import io.sightline.connectors.bridge.call.Calls;
import io.sightline.connectors.bridge.call.HttpProblem;
import io.sightline.connectors.bridge.fetch.ImageFetcher;
import io.sightline.connectors.bridge.store.StoredAnswer;
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.RequestLimits;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * POST /v1/recognitions. Everything that can be refused from the header is, before the body is read. Runs on the event loop of its
 * connection; the answer is made there too.
 */
final class RecognitionService implements HttpService {
    private static final String ASYNC = "async";
    /** Of a body that says where the picture is. */
    private static final int MAX_JSON_BYTES = 16 << 10;
    private static final List<String> PARAMETERS = with(RecognitionQuery.KNOWN, ASYNC);

    private final RequestLimits limits;
    private final BodyCalls calls;
    private final ModelsService models;
    private final StoredCalls known;
    private final ImageFetcher fetcher;

    RecognitionService(RequestLimits limits, BodyCalls calls, ModelsService models, StoredCalls known, ImageFetcher fetcher) {
        this.fetcher = fetcher;
        this.limits = limits;
        this.calls = calls;
        this.models = models;
        this.known = known;
    }

    private static List<String> with(List<String> some, String more) {
        List<String> all = new ArrayList<>(some);
        all.add(more);
        return List.copyOf(all);
    }

    /** What the head of a request says. */
    private record Asked(ServiceRequestContext ctx, String id, RecognitionQuery query, BodyKind kind) {
    }

    @Override
    public HttpResponse serve(ServiceRequestContext ctx, HttpRequest http) {
        String requestId = "";
        try {
            requestId = RecognitionQuery.requestId(http.headers());
            Map<String, String> parameters = PercentText.parameters(ctx.query(), PARAMETERS);
            boolean async = parameters.containsKey(ASYNC) && RecognitionQuery.yesOrNo(ASYNC, parameters.get(ASYNC));
            Asked asked = new Asked(ctx, requestId, RecognitionQuery.of(parameters, limits), BodyKind.of(http.headers(), fetcher.isEnabled(), false));
            Access.of(ctx).requireSearch(asked.query().gallery(), asked.query().galleries());
            calls.admission().check();
            boolean keyed = RecognitionQuery.hasKey(http.headers());
            // To hash a picture takes its time.
            Calls.Body body = asked.kind().json() ? new Calls.Body("body", MAX_JSON_BYTES, true) : calls.body(asked.kind(), async || keyed);
            if (async) {
                return calls.serveHeld(ctx, http, requestId, body, (bytes, share) -> later(asked, picture(asked, bytes).holding(share)), answer -> StoredCalls.taken(asked.id(), answer));
            }
            if (keyed) {
                return calls.serveHeld(ctx, http, requestId, body, (bytes, share) -> known.answer(ctx, asked.id(), picture(asked, bytes).holding(share), false), StoredCalls::answer);
            }
            return calls.serve(ctx, http, requestId, body, bytes -> picture(asked, bytes).recognise(), result -> Answers.result(models.seen(result)));
        } catch (HttpProblem | InvalidRequestException e) {
            return Answers.problem(requestId, e);
        }
    }

    private Picture picture(Asked asked, byte[] bytes) {
        return asked.kind().json() ? Picture.named(asked.ctx(), asked.id(), asked.query(), bytes, calls, fetcher)
                : Picture.sent(asked.id(), asked.query(), checkImage(asked.kind().image(bytes), limits), calls);
    }

    /** The call goes on when its answer, 202, has been given: it counts until then. */
    private CompletableFuture<CompletableFuture<StoredAnswer>> later(Asked asked, Picture picture) {
        CompletableFuture<StoredAnswer> answer = known.answer(asked.ctx(), asked.id(), picture, true);
        calls.admission().enter(answer);
        return CompletableFuture.completedFuture(answer);
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
