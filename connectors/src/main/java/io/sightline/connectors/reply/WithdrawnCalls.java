package io.sightline.connectors.reply;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The calls whose callers went away while their requests may have been on their way, by token; until the worker's answer comes, or the request's deadline, after
 * which no worker begins with it anyway. Thread-safe; bounded: with one more than the limit the oldest is forgotten, its request is then worked on.
 */
final class WithdrawnCalls {
    /** About 2 MB. */
    static final int MAX = 10_000;

    private final long keptNs;
    private final LongSupplier nanos;
    private final Map<String, Long> calls = new LinkedHashMap<>();
    /** For those who ask often: mostly nobody has gone. */
    private volatile boolean any;

    /** @param keptMs how long a request may be waited for */
    WithdrawnCalls(long keptMs) {
        this(keptMs, System::nanoTime);
    }

    WithdrawnCalls(long keptMs, LongSupplier nanos) {
        this.keptNs = TimeUnit.MILLISECONDS.toNanos(keptMs);
        this.nanos = nanos;
    }

    void add(String token) {
        synchronized (calls) {
            forgetOld();
            if (calls.size() >= MAX) {
                Iterator<String> oldest = calls.keySet().iterator();
                oldest.next();
                oldest.remove();
            }
            calls.put(token, nanos.getAsLong());
            any = true;
        }
    }

    private void forgetOld() {
        long now = nanos.getAsLong();
        for (Iterator<Long> since = calls.values().iterator(); since.hasNext() && now - since.next() > keptNs;) {
            since.remove();
        }
    }

    /** False: there is none. Cheap. */
    boolean any() {
        return any;
    }

    boolean contains(String token) {
        synchronized (calls) {
            return calls.containsKey(token);
        }
    }

    void forget(String token) {
        synchronized (calls) {
            calls.remove(token);
            any = !calls.isEmpty();
        }
    }

    int size() {
        synchronized (calls) {
            forgetOld();
            any = !calls.isEmpty();
            return calls.size();
        }
    }
}
