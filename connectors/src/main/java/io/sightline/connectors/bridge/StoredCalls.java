package io.sightline.connectors.bridge;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.sightline.connectors.bridge.access.Access;
import io.sightline.connectors.bridge.call.HttpProblem;
import io.sightline.connectors.bridge.store.CallStore;
import io.sightline.connectors.bridge.store.StoredAnswer;
import io.sightline.connectors.results.ResultJson;
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.RequestLimits;
import java.util.concurrent.CompletableFuture;

/** Recognitions that are known by their ids: GET /v1/recognitions/{id}, and what has to do with the {@link CallStore}. Thread-safe. */
final class StoredCalls implements HttpService {
    /** A recognition takes less; a caller who asks every second does no harm. */
    private static final int RETRY_AFTER_SECONDS = 1;

    private final CallStore store;
    private final ModelsService models;

    StoredCalls(CallStore store, ModelsService models) {
        this.store = store;
        this.models = models;
    }

    /**
     * The answer there is under that id, or the one that comes of the work.
     *
     * @param keep true: its answer can be fetched later, whatever it is. The work is done in either case, though nobody waits
     * @throws HttpProblem where something else was asked under that id, or too many calls are known already
     */
    CompletableFuture<StoredAnswer> answer(ServiceRequestContext ctx, String id, Picture picture, boolean keep) {
        CallStore.Call call = new CallStore.Call(Access.of(ctx).name(), id, picture.fingerprint(), keep, ctx.eventLoop());
        return store.call(call, picture::recognise, (result, error) -> Answers.stored(id, error == null ? models.seen(result) : null, error));
    }

    @Override
    public HttpResponse serve(ServiceRequestContext ctx, HttpRequest http) {
        String id = "";
        try {
            PercentText.parameters(ctx.query(), java.util.List.of());
            id = RequestLimits.checkId("id", ApiRoute.RECOGNITION.variables(ErrorAnswers.path(http.headers())).get(0));
            CallStore.Found found = store.find(Access.of(ctx).name(), id).orElseThrow(() -> new HttpProblem(HttpStatus.NOT_FOUND,
                    "id: unknown here, or forgotten (expected: a call sent to this bridge with async=true or an Idempotency-Key, not long ago)"));
            // The answer is what is asked for: given, whatever the call came to.
            return found.answer() == null ? pending(id) : Answers.json(HttpStatus.OK, found.answer().json());
        } catch (HttpProblem | InvalidRequestException e) {
            return Answers.problem(id, e);
        }
    }

    static HttpResponse answer(StoredAnswer answer) {
        return Answers.json(answer.status(), answer.json());
    }

    /** To one who does not wait. Where the service could not take the call on, that is said at once. */
    static HttpResponse taken(String id, CompletableFuture<StoredAnswer> answer) {
        StoredAnswer now = answer.isCompletedExceptionally() ? null : answer.getNow(null);
        return now != null && now.status().equals(HttpStatus.SERVICE_UNAVAILABLE) ? answer(now) : pending(id);
    }

    private static HttpResponse pending(String id) {
        byte[] json = ResultJson.bytes(out -> {
            out.writeStartObject();
            out.writeStringField("request_id", id);
            out.writeStringField("status", "pending");
            out.writeNumberField("err_no", 0);
            out.writeStringField("err_msg", "");
            out.writeEndObject();
        });
        return Answers.json(HttpStatus.ACCEPTED, json).mapHeaders(headers -> headers.toBuilder()
                .set(HttpHeaderNames.LOCATION, ApiRoute.RECOGNITION.filled(id)).setInt(HttpHeaderNames.RETRY_AFTER, RETRY_AFTER_SECONDS).build());
    }
}
