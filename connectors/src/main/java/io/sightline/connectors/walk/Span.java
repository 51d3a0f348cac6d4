package io.sightline.connectors.walk;

import java.time.Instant;
import java.util.Optional;

/**
 * A span of time.
 *
 * @param from the first moment; empty: from the beginning
 * @param to the moment behind the last one; empty: to the end
 */
public record Span(Optional<Instant> from, Optional<Instant> to) {
    public static final Span ALL = new Span(Optional.empty(), Optional.empty());

    public Span {
        if (from.isPresent() && to.isPresent() && !from.get().isBefore(to.get())) {
            throw new IllegalArgumentException("from " + from.get() + " to " + to.get() + " (expected: from before to)");
        }
    }

    /** @param timestampMs milliseconds since 1970-01-01 UTC, as records have it */
    public boolean contains(long timestampMs) {
        return from.map(first -> timestampMs >= first.toEpochMilli()).orElse(true) && to.map(end -> timestampMs < end.toEpochMilli()).orElse(true);
    }
}
