package io.sightline.connectors.bridge;

import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.util.SafeCloseable;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.sightline.connectors.bridge.call.ByteBudget;
import io.sightline.connectors.bridge.store.StoredAnswer;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.request.RequestLimits;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The images of one call, a window of them worked on at a time; the next one begins when an answer has been fetched. Confined to the
 * connection's event loop. When the call ends early the images in flight are given up and the others never sent.
 */
final class Batch {
    /** Between two attempts of an image that found no room among the calls in flight. */
    private static final long AGAIN_MS = 20;

    /**
     * What is asked of each image.
     *
     * @param id of the call; its images' are made of it
     * @param keyed whether the caller chose it, to be recognised by it
     */
    record Asked(String id, boolean keyed, RecognitionQuery query) {
    }

    /** What it works with. @param share what all images together have of the budget */
    record Means(BridgeSettings settings, RequestLimits limits, BodyCalls calls, ModelsService models, StoredCalls known, ByteBudget.Share share) {
    }

    private final ServiceRequestContext ctx;
    private final Asked asked;
    private final List<ByteBuffer> images;
    private final Means means;
    private final BatchOut out;
    private final CompletableFuture<Void> done;
    private final Map<Integer, Future<?>> live = new HashMap<>();
    private int next;
    private int inFlight;
    private int recognised;
    private int rejected;

    /** @param done completes with the last image; completed by others, it ends the work */
    Batch(ServiceRequestContext ctx, Asked asked, List<ByteBuffer> images, Means means, BatchOut out, CompletableFuture<Void> done) {
        this.ctx = ctx;
        this.asked = asked;
        this.images = images;
        this.means = means;
        this.out = out;
        this.done = done;
    }

    /** The id of one image's request. */
    static String id(String callsId, int index) {
        return callsId + ":" + index;
    }

    void begin() {
        done.whenCompleteAsync((nothing, error) -> end(), ctx.eventLoop());
        pump();
    }

    private void pump() {
        while (!done.isDone() && next < images.size() && inFlight < means.settings().batch().maxInFlight()) {
            inFlight++;
            long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(means.settings().requestTimeoutMs());
            attempt(next++, endNs);
        }
        if (!done.isDone() && next == images.size() && inFlight == 0) {
            out.end(asked.id(), new BatchOut.Counts(images.size(), recognised, rejected, images.size() - recognised - rejected));
            done.complete(null);
        }
    }

    private void attempt(int index, long endNs) {
        if (done.isDone()) {
            return;
        }
        String id = id(asked.id(), index);
        CompletableFuture<StoredAnswer> answer;
        try (SafeCloseable current = ctx.push()) {
            answer = work(id, index);
        } catch (RuntimeException e) {
            answer = CompletableFuture.completedFuture(Answers.stored(id, null, e));
        }
        answer.whenCompleteAsync((given, error) -> answered(index, endNs, error == null ? given : Answers.stored(id, null, error)), ctx.eventLoop());
    }

    private CompletableFuture<StoredAnswer> work(String id, int index) {
        ByteBuffer image = RecognitionService.checkImage(images.get(index), means.limits());
        Picture picture = Picture.sent(id, asked.query(), image, means.calls());
        if (asked.keyed()) {
            CompletableFuture<StoredAnswer> answer = means.known().answer(ctx, id, picture.holding(means.share()), false);
            live.put(index, answer);
            return answer;
        }
        CompletableFuture<RecognitionResult> reply = picture.recognise();
        live.put(index, reply);
        return reply.handle((result, error) -> Answers.stored(id, error == null ? means.models().seen(result) : null, error));
    }

    private void answered(int index, long endNs, StoredAnswer answer) {
        live.remove(index);
        if (done.isDone()) {
            return;
        }
        if (answer.status().equals(HttpStatus.SERVICE_UNAVAILABLE) && System.nanoTime() < endNs && !means.calls().admission().draining()) {
            ctx.eventLoop().schedule(() -> attempt(index, endNs), AGAIN_MS, TimeUnit.MILLISECONDS);
            return;
        }
        if (answer.status().isSuccess()) {
            recognised++;
        } else if (answer.status().isClientError()) {
            rejected++;
        }
        out.result(index, answer.json(), () -> {
            inFlight--;
            pump();
        });
    }

    private void end() {
        int unsent = images.size() - next;
        if (unsent > 0) {
            means.calls().admission().drop(unsent);
        }
        live.values().forEach(reply -> reply.cancel(false));
        live.clear();
        out.close();
    }
}
