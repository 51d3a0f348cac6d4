package io.sightline.connectors.bridge.call;

import com.linecorp.armeria.common.HttpStatus;
import io.sightline.schemas.ErrorCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Bytes that all requests in flight may hold together. Thread-safe; never waits. */
public final class ByteBudget {
    private final long max;
    private final AtomicLong taken = new AtomicLong();

    public ByteBudget(long max) {
        this.max = max;
    }

    /** False, and nothing taken, where that would be too much. */
    public boolean take(long bytes) {
        if (taken.addAndGet(bytes) > max) {
            taken.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    public void giveBack(long bytes) {
        taken.addAndGet(-bytes);
    }

    /** For one call. */
    public Share share() {
        return new Share();
    }

    /** What one call has of the budget: taken as its bytes come, given back when it has ended, and so has the work that goes on without it. Thread-safe; never waits. */
    public final class Share {
        private long bytes;
        /** The call, and each work that holds what it has. */
        private int holders = 1;
        private boolean ended;

        private Share() {
        }

        /** False, and nothing taken, where that would be too much, or the call has ended: nobody would give it back. */
        public synchronized boolean take(long more) {
            if (ended || !ByteBudget.this.take(more)) {
                return false;
            }
            bytes += more;
            return true;
        }

        /** The call has ended. Any number of times. */
        public synchronized void end() {
            if (!ended) {
                ended = true;
                letGo();
            }
        }

        /**
         * Does work with the bytes that goes on though the call ends.
         *
         * @param work not begun where the call has ended already
         */
        public <R> CompletableFuture<R> during(Supplier<CompletableFuture<R>> work) {
            synchronized (this) {
                if (ended) {
                    return CompletableFuture.failedFuture(new HttpProblem(HttpStatus.SERVICE_UNAVAILABLE, ErrorCode.OVERLOADED, "the caller went away before the work began (expected: one who waits; try again)"));
                }
                holders++;
            }
            CompletableFuture<R> done;
            try {
                done = work.get();
            } catch (RuntimeException e) {
                letGo();
                throw e;
            }
            done.whenComplete((result, error) -> letGo());
            return done;
        }

        private synchronized void letGo() {
            holders--;
            if (holders == 0) {
                giveBack(bytes);
                bytes = 0;
            }
        }
    }

    public long taken() {
        return taken.get();
    }

    public long max() {
        return max;
    }
}
