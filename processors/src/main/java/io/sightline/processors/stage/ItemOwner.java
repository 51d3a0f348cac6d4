package io.sightline.processors.stage;

import java.util.Optional;
import java.util.function.BooleanSupplier;

/** For whom a stage works on an item. Thread-safe. */
public interface ItemOwner {
    /** Asked once when the item's batch is made, on a lane's thread and under the queue's lock: false cancels the item. Must return at once. */
    boolean wants();

    /** The request's id, for the log. */
    String requestId();

    /** Whether the item counts in what the tracer measures: it is work for a request or an edit. */
    default boolean counts() {
        return true;
    }

    /** Where OpenTelemetry records the item; empty: it does not. */
    default Optional<ItemTrace> trace() {
        return Optional.empty();
    }

    /** One that is no request. */
    static ItemOwner of(BooleanSupplier wanted) {
        return new ItemOwner() {
            @Override
            public boolean wants() {
                return wanted.getAsBoolean();
            }

            @Override
            public String requestId() {
                return "?";
            }
        };
    }
}
