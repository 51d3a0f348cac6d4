package io.sightline.connectors.bridge;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpObject;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import io.sightline.connectors.bridge.GalleryEditor.Edited;
import io.sightline.connectors.bridge.LineSplitter.Line;
import io.sightline.connectors.bridge.call.BodyCollector;
import io.sightline.connectors.bridge.call.ByteBudget;
import io.sightline.connectors.bridge.call.HttpProblem;
import io.sightline.connectors.bridge.call.Problems;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.GalleryEntry;
import io.sightline.schemas.request.RequestLimits;
import io.sightline.schemas.topics.GalleryKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * Many entries in one request: a JSON object a line in, a JSON object for each out as it is done, and one more at the end. Confined to the
 * connection's event loop. Bounded: lines worked on (those whose outcome the caller has not fetched included), and the bytes of
 * the common budget; no more of the body is read meanwhile. Nothing that is wrong with one line ends the others. Lines are worked on at once,
 * but of several with one id each begins when the one before it is done: the last one wins.
 */
final class BulkEdit implements Subscriber<HttpObject> {
    private static final MediaType TYPE = MediaType.parse("application/x-ndjson");

    /** What is to be done with the lines. */
    record Work(String gallery, EntryIds ids, EditWait until, GalleryEditor editor, RequestLimits limits, BridgeSettings settings) {
    }

    private final Work work;
    private final ByteBudget budget;
    private final EventExecutor loop;
    private final HttpResponseWriter out = HttpResponse.streaming();
    private final BulkOutcomes outcomes;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final LineSplitter splitter;
    private final Deque<Line> waiting = new ArrayDeque<>();
    /** By id of an entry that is sent now, what is to be sent to it after that. */
    private final Map<String, Deque<Runnable>> turns = new HashMap<>();
    private Subscription subscription;
    private ScheduledFuture<?> bodyTimeout;
    private long held;
    private int inFlight;
    private boolean asked;
    private boolean ended;

    private BulkEdit(Work work, ByteBudget budget, EventExecutor loop) {
        this.work = work;
        this.budget = budget;
        this.loop = loop;
        this.outcomes = new BulkOutcomes(work.gallery(), work.until());
        this.splitter = new LineSplitter(BodyCalls.maxJsonBytes(work.limits()), this::line);
    }

    static HttpResponse serve(ServiceRequestContext ctx, HttpRequest http, Work work, BodyCalls calls) {
        // As long as the lines come; each wait in it has its own time-out.
        ctx.clearRequestTimeout();
        BulkEdit bulk = new BulkEdit(work, calls.budget(), ctx.eventLoop());
        calls.admission().enter(bulk.done);
        bulk.done.whenCompleteAsync((nothing, error) -> bulk.close(error), ctx.eventLoop());
        ctx.whenRequestCancelling().thenAccept(cause -> bulk.done.cancel(false));
        bulk.out.write(ResponseHeaders.builder(HttpStatus.OK).contentType(TYPE).build());
        http.subscribe(bulk, ctx.eventLoop());
        return bulk.out;
    }

    @Override
    public void onSubscribe(Subscription given) {
        subscription = given;
        pump();
    }

    @Override
    public void onNext(HttpObject object) {
        asked = false;
        cancelTimeout();
        if (object instanceof HttpData data && !data.isEmpty() && !done.isDone()) {
            if (!budget.take(data.length())) {
                finish(ErrorCode.OVERLOADED, "overloaded: images in flight hold " + budget.max() + " bytes already (expected: fewer; send the lines without an outcome again later)");
                return;
            }
            held += data.length();
            splitter.add(data.array());
        }
        pump();
    }

    @Override
    public void onError(Throwable error) {
        done.completeExceptionally(error);
    }

    @Override
    public void onComplete() {
        cancelTimeout();
        splitter.end();
        ended = true;
        pump();
    }

    private void line(Line line) {
        if (line.isBlank()) {
            giveBack(line.taken());
        } else {
            waiting.add(line);
        }
    }

    private void pump() {
        while (!done.isDone() && !waiting.isEmpty() && inFlight < work.settings().maxBulkInFlight()) {
            begin(waiting.poll());
        }
        if (done.isDone() || !waiting.isEmpty() || inFlight >= work.settings().maxBulkInFlight()) {
            return;
        }
        if (!ended && !asked) {
            asked = true;
            bodyTimeout = loop.schedule(() -> finish(ErrorCode.TIMEOUT, "body: nothing within " + work.settings().bodyTimeoutMs() + " ms (expected: the next line in that time)"),
                    work.settings().bodyTimeoutMs(), TimeUnit.MILLISECONDS);
            subscription.request(1);
        } else if (ended && inFlight == 0) {
            settle();
        }
    }

    private void begin(Line line) {
        inFlight++;
        String id = "";
        GalleryKey key;
        GalleryEntry entry;
        try {
            if (line.bytes() == null) {
                throw BodyCollector.tooLarge("line", "more than " + BodyCalls.maxJsonBytes(work.limits()) + " bytes", BodyCalls.maxJsonBytes(work.limits()));
            }
            EntryDraft draft = EntryDraft.ofJson(line.bytes(), 0, line.bytes().length, work.limits());
            id = draft.id() == null ? "" : writable(draft.id());
            key = draft.key(work.gallery(), work.ids(), line.number());
            id = key.id();
            entry = draft.entry(key);
        } catch (RuntimeException e) {
            written(line, outcomes.refused(line.number(), id, Problems.of(e)));
            return;
        }
        Deque<Runnable> before = turns.get(key.id());
        if (before != null) {
            before.add(() -> send(line, key, entry));
        } else {
            turns.put(key.id(), new ArrayDeque<>());
            send(line, key, entry);
        }
    }

    /** Half of a surrogate pair could not be written into the outcome. */
    private static String writable(String id) {
        return new String(id.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    private void send(Line line, GalleryKey key, GalleryEntry entry) {
        work.editor().sendWhenThereIsRoom(key, entry, work.until(), loop, done::isDone).whenCompleteAsync((Edited edited, Throwable error) -> {
            Runnable next = turns.get(key.id()).poll();
            if (next == null) {
                turns.remove(key.id());
            } else {
                next.run();
            }
            if (!done.isDone()) {
                written(line, error == null ? outcomes.accepted(line.number(), edited) : outcomes.refused(line.number(), key.id(), Problems.of(error)));
            }
        }, loop);
    }

    /** The line counts as in flight until its outcome has been fetched: a caller who reads nothing is not read from, and not waited for. */
    private void written(Line line, byte[] outcome) {
        giveBack(line.taken());
        if (!out.tryWrite(HttpData.wrap(outcome))) {
            done.cancel(false);
            return;
        }
        ScheduledFuture<?> unread = loop.schedule(() -> {
            done.cancel(false); // nobody reads: nothing more is done for them
        }, work.settings().bodyTimeoutMs(), TimeUnit.MILLISECONDS);
        out.whenConsumed().whenCompleteAsync((nothing, error) -> {
            unread.cancel(false);
            inFlight--;
            pump();
        }, loop);
    }

    /** All lines are done: what is still to be waited for is waited for once. */
    private void settle() {
        ended = false; // once
        asked = true;
        work.editor().settled(work.gallery(), outcomes.epoch(), outcomes.epoch() == 0 ? EditWait.LOGGED : work.until()).whenCompleteAsync((nothing, error) -> {
            if (error == null) {
                finish(ErrorCode.OK, "");
            } else {
                HttpProblem problem = Problems.of(error);
                finish(problem.code(), problem.getMessage());
            }
        }, loop);
    }

    private void finish(ErrorCode code, String message) {
        if (!done.isDone()) {
            out.tryWrite(HttpData.wrap(outcomes.end(code, message)));
            done.complete(null);
        }
    }

    private void close(Throwable error) {
        cancelTimeout();
        if (subscription != null) {
            subscription.cancel();
        }
        giveBack(held);
        waiting.clear();
        if (error != null && out.isOpen()) {
            HttpProblem problem = Problems.of(error);
            out.tryWrite(HttpData.wrap(outcomes.end(problem.code(), problem.getMessage())));
        }
        out.close();
    }

    private void cancelTimeout() {
        if (bodyTimeout != null) {
            bodyTimeout.cancel(false);
        }
    }

    private void giveBack(long bytes) {
        long now = Math.min(bytes, held);
        held -= now;
        budget.giveBack(now);
    }
}
