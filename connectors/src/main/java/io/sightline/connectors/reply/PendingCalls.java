package io.sightline.connectors.reply;

import io.opentelemetry.context.Context;
import io.sightline.connectors.reply.ReplyException.Reason;
import io.sightline.schemas.RecognitionResult;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * The calls waiting for their answer, by request id. Thread-safe; bounded: never holds more than its limit. A call leaves in the
 * moment its future completes, whoever completes it: answer, time-out, cancellation, close.
 */
final class PendingCalls {
    /**
     * @param token tells this call from an earlier one with the same id whose answer is late
     * @param trace what its caller's trace is
     */
    record PendingCall(String id, String token, Context trace, CompletableFuture<RecognitionResult> future) {
    }

    private final int max;
    private final ConcurrentHashMap<String, PendingCall> calls = new ConcurrentHashMap<>();
    private final AtomicInteger size = new AtomicInteger();
    private final LongAdder answered = new LongAdder();
    private final LongAdder timedOut = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder cancelled = new LongAdder();
    private final LongAdder unsent = new LongAdder();
    private final LongAdder failed = new LongAdder();

    PendingCalls(int max) {
        this.max = max;
    }

    /** @throws ReplyException OVERLOADED beyond the limit, DUPLICATE where the id waits already */
    PendingCall add(String id, String token) {
        if (size.incrementAndGet() > max) {
            size.decrementAndGet();
            throw refuse(Reason.OVERLOADED, "overloaded: " + max + " requests are in flight (expected: fewer; try again later)");
        }
        PendingCall call = new PendingCall(id, token, Context.current(), new CompletableFuture<>());
        if (calls.putIfAbsent(id, call) != null) {
            size.decrementAndGet();
            throw refuse(Reason.DUPLICATE, "request_id: '" + io.sightline.schemas.request.RequestLimits.shown(id)
                    + "' is in flight already (expected: an id of its own for each request)");
        }
        call.future.whenComplete((result, error) -> {
            calls.remove(id, call);
            size.decrementAndGet();
            count(error);
        });
        return call;
    }

    ReplyException refuse(Reason reason, String message) {
        refused.increment();
        return new ReplyException(reason, message);
    }

    private void count(Throwable error) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        if (cause == null) {
            answered.increment();
        } else if (cause instanceof CancellationException) {
            cancelled.increment();
        } else if (cause instanceof ReplyException reply && reply.reason() == Reason.TIMEOUT) {
            timedOut.increment();
        } else {
            failed.increment();
        }
    }

    /** Counts a call that had ended before it was sent. */
    void unsent() {
        unsent.increment();
    }

    PendingCall get(String id) {
        return calls.get(id);
    }

    void failAll(ReplyException why) {
        calls.values().forEach(call -> call.future.completeExceptionally(why));
    }

    int size() {
        return size.get();
    }

    ReplyStats stats() {
        return new ReplyStats(size.get(), answered.sum(), timedOut.sum(), refused.sum(), cancelled.sum(), unsent.sum(), failed.sum());
    }
}
