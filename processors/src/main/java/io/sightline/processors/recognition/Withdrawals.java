package io.sightline.processors.recognition;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.apache.kafka.common.header.Headers;

/**
 * Which requests nobody waits for any more, as far as somebody in this process knows: a bridge whose caller has gone. What has not been begun for them is left
 * undone. Thread-safe.
 */
public final class Withdrawals {
    private final LongAdder dropped = new LongAdder();
    private volatile Predicate<Headers> known = request -> false;

    /** Asks there from now on. @param known given a request's headers; asked often, also under a queue's lock: must return at once and never throw */
    public void ask(Predicate<Headers> known) {
        this.known = known;
    }

    boolean isWithdrawn(InputRecord request) {
        return known.test(request.headers());
    }

    void countDropped() {
        dropped.increment();
    }

    /** Requests that were not worked on to their end because they were withdrawn. */
    public long dropped() {
        return dropped.sum();
    }
}
