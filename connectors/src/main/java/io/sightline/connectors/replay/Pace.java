package io.sightline.connectors.replay;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** So many a second, evenly. What was missed is caught up with where it is less than a second's worth. Used by one thread. */
final class Pace {
    private static final long CATCH_UP_NS = TimeUnit.SECONDS.toNanos(1);
    private final double intervalNs;
    private final LongSupplier clockNs;
    private final long startNs;
    private double nextNs;

    Pace(double perSecond, LongSupplier clockNs) {
        this.intervalNs = CATCH_UP_NS / perSecond;
        this.clockNs = clockNs;
        this.startNs = clockNs.getAsLong();
    }

    /** How long to wait before the next one, nanoseconds; 0: it is due, and counted. */
    long nextInNs() {
        double now = clockNs.getAsLong() - startNs;
        if (now < nextNs) {
            return Math.max(1, (long) (nextNs - now));
        }
        nextNs = Math.max(nextNs, now - CATCH_UP_NS) + intervalNs;
        return 0;
    }
}
