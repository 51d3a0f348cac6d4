package io.sightline.connectors.bridge.call;

import com.linecorp.armeria.common.ClosedSessionException;
import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpObject;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.stream.StreamMessage;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import io.sightline.schemas.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * Reads a request's body into memory, at most so many bytes, within so much time, out of the common budget. Memory is taken for bytes
 * that have come, never for bytes announced. Confined to the connection's event loop, but for {@link #release()}.
 */
public final class BodyCollector implements Subscriber<HttpObject> {
    private final String what;
    private final long maxBytes;
    private final long announced;
    private final ByteBudget budget;
    private final ByteBudget.Share share;
    private final int timeoutMs;
    private final EventExecutor loop;
    private final CompletableFuture<byte[]> body = new CompletableFuture<>();
    private List<byte[]> chunks = new ArrayList<>();
    private long size;
    private Subscription subscription;
    private ScheduledFuture<?> timeout;

    /**
     * @param what what the body is, for messages
     * @param announced the content length said; -1: none
     */
    public BodyCollector(String what, long maxBytes, long announced, ByteBudget budget, int timeoutMs, EventExecutor loop) {
        this.what = what;
        this.maxBytes = maxBytes;
        this.announced = announced;
        this.budget = budget;
        this.share = budget.share();
        this.timeoutMs = timeoutMs;
        this.loop = loop;
    }

    /** Completes with the body, or with an {@link HttpProblem}: 413, 408, 503. */
    public CompletableFuture<byte[]> collect(HttpRequest http) {
        return collect(http, announced);
    }

    /** As above, of any stream. @param announced the content length said; -1: none */
    public CompletableFuture<byte[]> collect(StreamMessage<? extends HttpObject> http, long announced) {
        if (announced > maxBytes) {
            fail(tooLarge(what, announced + " bytes", maxBytes));
            return body;
        }
        timeout = loop.schedule(() -> fail(new HttpProblem(HttpStatus.REQUEST_TIMEOUT, ErrorCode.TIMEOUT,
                "body: " + size + " bytes within " + timeoutMs + " ms (expected: the whole body in that time)")), timeoutMs, TimeUnit.MILLISECONDS);
        http.subscribe(this, loop);
        return body;
    }

    public static HttpProblem tooLarge(String what, String seen, long maxBytes) {
        return new HttpProblem(HttpStatus.REQUEST_ENTITY_TOO_LARGE, what + ": " + seen + " (expected: at most " + maxBytes + ")");
    }

    public static HttpProblem noRoom(ByteBudget budget) {
        return new HttpProblem(HttpStatus.SERVICE_UNAVAILABLE, ErrorCode.OVERLOADED, "overloaded: images in flight hold " + budget.max() + " bytes already (expected: fewer; try again later)");
    }

    @Override
    public void onSubscribe(Subscription given) {
        subscription = given;
        given.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(HttpObject object) {
        if (body.isDone() || !(object instanceof HttpData data) || data.isEmpty()) {
            return;
        }
        size += data.length();
        if (size > maxBytes) {
            fail(tooLarge(what, "more than " + maxBytes + " bytes", maxBytes));
        } else if (!share.take(data.length())) {
            fail(noRoom(budget));
        } else {
            chunks.add(data.array());
        }
    }

    @Override
    public void onError(Throwable error) {
        if (error instanceof ContentTooLargeException) {
            fail(tooLarge(what, "more than " + maxBytes + " bytes", maxBytes));
        } else if (error instanceof ClosedSessionException) {
            fail(new HttpProblem(HttpStatus.BAD_REQUEST, "body: the connection ended after " + size + " bytes (expected: the whole body)"));
        } else {
            fail(new HttpProblem(HttpStatus.BAD_REQUEST, "body: unreadable after " + size + " bytes (" + error.getClass().getSimpleName() + ") (expected: the whole body)"));
        }
    }

    @Override
    public void onComplete() {
        timeout.cancel(false);
        if (body.isDone()) {
            return;
        }
        byte[] whole = new byte[(int) size];
        int at = 0;
        for (byte[] chunk : chunks) {
            System.arraycopy(chunk, 0, whole, at, chunk.length);
            at += chunk.length;
        }
        chunks = new ArrayList<>(0);
        body.complete(whole);
    }

    private void fail(HttpProblem problem) {
        if (timeout != null) {
            timeout.cancel(false);
        }
        chunks = new ArrayList<>(0);
        body.completeExceptionally(problem);
    }

    /** What was taken of the budget, for work that goes on though the call ends. */
    public ByteBudget.Share share() {
        return share;
    }

    /** Gives what was taken of the budget back, unless work still holds it. Any thread; any number of times. */
    public void release() {
        share.end();
    }
}
