package io.sightline.connectors.bridge.serving;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.function.Predicate;

/**
 * The decimal with the fewest digits that is read back as the same number, and of those the nearest: what Python and numpy print. Not
 * Java's own: before Java 19 {@code Float.toString} gives too many digits for some numbers.
 */
final class ShortestDecimal {
    private static final int FLOAT_DIGITS = 9;
    private static final int DOUBLE_DIGITS = 17;

    private ShortestDecimal() {
    }

    /** @param value finite */
    static BigDecimal of(float value) {
        return of(new BigDecimal(value), FLOAT_DIGITS, text -> text.floatValue() == value);
    }

    /** @param value finite */
    static BigDecimal of(double value) {
        return of(new BigDecimal(value), DOUBLE_DIGITS, text -> text.doubleValue() == value);
    }

    private static BigDecimal of(BigDecimal exact, int maxDigits, Predicate<BigDecimal> same) {
        if (exact.signum() == 0) {
            return BigDecimal.ZERO;
        }
        for (int digits = 1; digits < maxDigits; digits++) {
            BigDecimal nearest = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
            if (same.test(nearest)) {
                return nearest.stripTrailingZeros();
            }
            // At a power of two the numbers below lie closer than those above: the nearest decimal may miss where the one beyond does not.
            BigDecimal other = exact.round(new MathContext(digits, nearest.abs().compareTo(exact.abs()) > 0 ? RoundingMode.DOWN : RoundingMode.UP));
            if (same.test(other)) {
                return other.stripTrailingZeros();
            }
        }
        return exact.round(new MathContext(maxDigits, RoundingMode.HALF_EVEN)).stripTrailingZeros();
    }
}
