package io.sightline.connectors.bridge.call;

import com.linecorp.armeria.common.HttpStatus;
import io.sightline.connectors.reply.ReplyException;
import io.sightline.connectors.reply.ReplyException.Reason;
import io.sightline.connectors.reply.RequestReply;
import io.sightline.schemas.ErrorCode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Decides whether a call is let in, and knows those that are. Thread-safe; nothing blocks but {@link #awaitNone}. The set of calls is
 * bounded: no more are let in.
 */
public final class Admission {
    private static final String DRAINING = "shutting down (expected: a server that stays up; try again elsewhere)";

    private final RequestReply replies;
    private final Map<String, Supplier<Readiness>> checks;
    private final int maxInFlight;
    private final int maxOpen;
    private final Set<CompletableFuture<?>> calls = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition none = lock.newCondition();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private volatile boolean draining;
    private volatile boolean wasReady;

    /**
     * @param checks further components by name; asked on event loops, they must not block
     * @param maxInFlight most requests waiting for their answer
     * @param maxOpen most calls, those whose bodies are arriving too: an HTTP/2 connection may have many
     */
    public Admission(RequestReply replies, Map<String, Supplier<Readiness>> checks, int maxInFlight, int maxOpen) {
        this.replies = replies;
        this.checks = new LinkedHashMap<>(checks);
        this.maxInFlight = maxInFlight;
        this.maxOpen = maxOpen;
    }

    /** @throws HttpProblem 503 with the reason, where a call that comes now can't be served */
    public void check() {
        try {
            checkNow();
        } catch (HttpProblem e) {
            refused.increment();
            throw e;
        }
    }

    private void checkNow() {
        if (draining) {
            throw new HttpProblem(HttpStatus.SERVICE_UNAVAILABLE, ErrorCode.CLOSED, DRAINING);
        }
        replies.trouble().ifPresent(trouble -> {
            throw notReady(trouble);
        });
        if (!wasReady) {
            checks.forEach((name, check) -> {
                Readiness readiness = Readiness.ask(check);
                if (!readiness.ready()) {
                    throw notReady(name + (readiness.detail().isEmpty() ? "" : ": " + readiness.detail()));
                }
            });
            wasReady = true;
        }
        if (calls.size() >= maxOpen) {
            throw new HttpProblem(HttpStatus.SERVICE_UNAVAILABLE, ErrorCode.OVERLOADED, "overloaded: " + maxOpen + " calls are open (expected: fewer; try again later)");
        }
        if (replies.inFlight() >= maxInFlight) {
            throw new HttpProblem(HttpStatus.SERVICE_UNAVAILABLE, ErrorCode.OVERLOADED, "overloaded: " + maxInFlight + " requests are in flight (expected: fewer; try again later)");
        }
    }

    private static HttpProblem notReady(String what) {
        return new HttpProblem(HttpStatus.SERVICE_UNAVAILABLE, ErrorCode.INIT, "not ready: " + what + " (expected: ready, see /readyz; try again later)");
    }

    /** Counts the call until its future completes. */
    public void enter(CompletableFuture<?> call) {
        calls.add(call);
        call.whenComplete((result, error) -> {
            calls.remove(call);
            if (draining && calls.isEmpty()) {
                lock.lock();
                try {
                    none.signalAll();
                } finally {
                    lock.unlock();
                }
            }
        });
    }

    public int inFlight() {
        return calls.size();
    }

    /** Counts images of calls whose callers went away before they were sent on. */
    public void drop(int images) {
        dropped.add(images);
    }

    public long dropped() {
        return dropped.sum();
    }

    /** Calls not let in, with 503. */
    public long refused() {
        return refused.sum();
    }

    public boolean draining() {
        return draining;
    }

    /** What /readyz shows: name to state, the bridge first. */
    public Map<String, Readiness> components() {
        Map<String, Readiness> components = new LinkedHashMap<>();
        components.put("bridge", draining ? Readiness.notReady("shutting down") : Readiness.READY);
        components.put("kafka", replies.trouble().map(Readiness::notReady).orElse(Readiness.READY));
        checks.forEach((name, check) -> components.put(name, Readiness.ask(check)));
        return components;
    }

    /** Lets nobody in any more. False where that was so before. */
    public boolean drain() {
        lock.lock();
        try {
            boolean first = !draining;
            draining = true;
            return first;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until no call is in flight; false where some still are when the time is over. */
    public boolean awaitNone(Duration atMost) {
        long left = atMost.toNanos();
        lock.lock();
        try {
            while (!calls.isEmpty()) {
                if (left <= 0) {
                    return false;
                }
                // A call may leave between the look and the wait: look again soon.
                long slice = Math.min(left, TimeUnit.MILLISECONDS.toNanos(20));
                left -= slice - none.awaitNanos(slice);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    public void endAll() {
        calls.forEach(call -> call.completeExceptionally(new ReplyException(Reason.CLOSED, DRAINING)));
    }
}
