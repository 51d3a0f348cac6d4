package io.sightline.connectors.bridge.call;

import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Whether a component can do its work now.
 *
 * @param ready true: it can
 * @param detail one line for the operator, may be empty
 */
public record Readiness(boolean ready, String detail) {
    public static final Readiness READY = new Readiness(true, "");

    public static Readiness notReady(String detail) {
        return new Readiness(false, detail);
    }

    /** What a check says; one that fails says that it is not ready. */
    public static Readiness ask(Supplier<Readiness> check) {
        try {
            return check.get();
        } catch (RuntimeException e) {
            return notReady("the check failed: " + e);
        }
    }

    /** A check from a plain yes or no. */
    public static Supplier<Readiness> of(BooleanSupplier check) {
        return () -> new Readiness(check.getAsBoolean(), "");
    }

    /** A check from a sentence of trouble; empty means ready. */
    public static Supplier<Readiness> ofTrouble(Supplier<Optional<String>> trouble) {
        return () -> trouble.get().map(Readiness::notReady).orElse(READY);
    }
}
