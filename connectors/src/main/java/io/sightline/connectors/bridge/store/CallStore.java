package io.sightline.connectors.bridge.store;

import com.linecorp.armeria.common.HttpStatus;
import io.sightline.connectors.bridge.call.HttpProblem;
import io.sightline.connectors.bridge.store.StoredCall.Key;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.request.RequestLimits;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The calls known by an id of their caller's, with their answers. In this process's memory only: another bridge does not know them, nor
 * does this one after a restart. Thread-safe; nothing blocks but for moments.
 *
 * <p>Guaranteed: while a call is known, the same id with the same fingerprint is not worked on twice at a time, and once there is a
 * lasting answer ({@link StoredAnswer#isLasting}) never again. Bounded by {@link StoreSettings}: answers kept longest are forgotten first,
 * calls still worked on are not.
 */
public final class CallStore {
    private final StoreSettings settings;
    private final LongSupplier nanos;
    private final Map<Key, StoredCall> calls = new HashMap<>();
    /** Those with an answer, the one that has been there longest first. */
    private final Deque<StoredCall> answered = new ArrayDeque<>();
    private long bytes;

    public CallStore(StoreSettings settings) {
        this(settings, System::nanoTime);
    }

    /** @param nanos the time, as {@link System#nanoTime} gives it */
    CallStore(StoreSettings settings, LongSupplier nanos) {
        this.settings = settings;
        this.nanos = nanos;
    }

    /**
     * One call.
     *
     * @param owner whose id it is
     * @param fingerprint of all that is asked
     * @param keep true: its answer is kept whatever it is; else where it is lasting
     * @param loop where the answer is made
     */
    public record Call(String owner, String id, byte[] fingerprint, boolean keep, Executor loop) {
    }

    /**
     * Begins the work, or joins what is there under that id. Cancelling what is returned gives up waiting, not the work: who
     * chose an id means to ask again.
     *
     * @param work begins the work; not called where the answer, or the call, is there already
     * @param made the answer, of the result or of what went wrong
     * @throws HttpProblem 409 where something else was asked under that id; 503 where no more calls can be known
     */
    public <R> CompletableFuture<StoredAnswer> call(Call asked, Supplier<CompletableFuture<R>> work, BiFunction<R, Throwable, StoredAnswer> made) {
        Key key = new Key(asked.owner(), asked.id());
        CompletableFuture<StoredAnswer> mine = new CompletableFuture<>();
        StoredCall call;
        boolean first;
        synchronized (this) {
            forgetOld();
            StoredCall known = calls.get(key);
            if (known != null && !java.security.MessageDigest.isEqual(known.fingerprint, asked.fingerprint())) {
                throw new HttpProblem(HttpStatus.CONFLICT, "idempotency-key: '" + RequestLimits.shown(asked.id()) + "' came with another request before (expected: the same picture and parameters, or a key of its own)");
            }
            if (known != null && known.answer != null && !known.answer.isLasting()) {
                forget(known); // it failed then: another try
                known = null;
            }
            first = known == null;
            call = first ? add(new StoredCall(key, asked.fingerprint())) : known;
            call.kept |= asked.keep();
        }
        call.shared.whenComplete((answer, error) -> mine.complete(answer));
        if (first) {
            begin(call, work, made, asked.loop());
        }
        return mine;
    }

    private <R> void begin(StoredCall call, Supplier<CompletableFuture<R>> work, BiFunction<R, Throwable, StoredAnswer> made, Executor loop) {
        CompletableFuture<R> begun;
        try {
            begun = work.get();
        } catch (RuntimeException e) {
            finish(call, made.apply(null, e));
            return;
        }
        begun.whenCompleteAsync((result, error) -> finish(call, made.apply(result, error)), loop);
    }

    private void finish(StoredCall call, StoredAnswer answer) {
        synchronized (this) {
            if (calls.get(call.key) == call) {
                if (answer.isLasting() || call.kept) {
                    keep(call, answer);
                } else {
                    calls.remove(call.key);
                }
            }
        }
        call.shared.complete(answer);
    }

    private void keep(StoredCall call, StoredAnswer answer) {
        call.answer = answer;
        call.answeredNs = nanos.getAsLong();
        answered.add(call);
        bytes += call.bytes();
        while (bytes > settings.maxBytes()) {
            forget(answered.peek());
        }
    }

    private StoredCall add(StoredCall call) {
        if (calls.size() >= settings.maxEntries()) {
            StoredCall oldest = answered.peek();
            if (oldest == null) {
                throw new HttpProblem(HttpStatus.SERVICE_UNAVAILABLE, ErrorCode.OVERLOADED, "overloaded: " + calls.size() + " calls with an id of their own are in flight (expected: fewer; try again later)");
            }
            forget(oldest);
        }
        calls.put(call.key, call);
        return call;
    }

    private void forgetOld() {
        long before = nanos.getAsLong() - TimeUnit.SECONDS.toNanos(settings.maxAgeS());
        while (!answered.isEmpty() && answered.peek().answeredNs - before < 0) {
            forget(answered.peek());
        }
    }

    private void forget(StoredCall call) {
        answered.remove(call);
        calls.remove(call.key);
        bytes -= call.bytes();
    }

    /**
     * What is known of a call.
     *
     * @param answer null: it is still worked on
     */
    public record Found(StoredAnswer answer) {
    }

    /** Empty: unknown, or forgotten. */
    public synchronized Optional<Found> find(String owner, String id) {
        forgetOld();
        return Optional.ofNullable(calls.get(new Key(owner, id))).map(call -> new Found(call.answer));
    }

    /** Calls known now. */
    public synchronized int size() {
        return calls.size();
    }

    /** Bytes of the answers kept. */
    public synchronized long bytes() {
        return bytes;
    }
}
