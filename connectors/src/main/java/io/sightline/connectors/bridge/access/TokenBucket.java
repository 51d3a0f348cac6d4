package io.sightline.connectors.bridge.access;

import java.util.function.LongSupplier;

/** So many calls a second on average, so many at once. Thread-safe. A call that turns out to be many may leave a debt, which later ones wait for. */
final class TokenBucket {
    private final double perNano;
    private final double burst;
    private final LongSupplier nanos;
    private double tokens;
    private long filledNs;

    /** @param perSecond above 0 */
    TokenBucket(double perSecond, int burst, LongSupplier nanos) {
        this.perNano = perSecond / 1e9;
        this.burst = burst;
        this.nanos = nanos;
        this.tokens = burst;
        this.filledNs = nanos.getAsLong();
    }

    /** Takes one. @return 0 where there was one; else nothing is taken, and this is how long it takes until there is one, nanoseconds */
    synchronized long take() {
        fill();
        if (tokens < 1) {
            return (long) Math.ceil((1 - tokens) / perNano);
        }
        tokens--;
        return 0;
    }

    /** Takes more for a call that was let in, whether there are so many or not. */
    synchronized void charge(int more) {
        fill();
        tokens -= more;
    }

    private void fill() {
        long now = nanos.getAsLong();
        tokens = Math.min(burst, tokens + (now - filledNs) * perNano);
        filledNs = now;
    }
}
