package io.sightline.connectors.diff;

/**
 * What counts as the same. Results are published rounded (boxes to pixels, scores to four digits), so that nothing has to be tolerated where the
 * same models ran on the same kind of device.
 *
 * @param score largest difference of two scores that counts as none, 0..2
 * @param boxIou smallest overlap (intersection over union) of two boxes that counts as not moved, 0..1; 1: equal boxes only
 * @param pairIou smallest overlap of two boxes that may be the same thing, above 0, at most 1
 */
public record Tolerance(double score, double boxIou, double pairIou) {
    public static final Tolerance EXACT = new Tolerance(0, 1, 0.5);
    /** Differences of decimals with four digits are not exact in binary. */
    private static final double EPSILON = 1e-9;

    public Tolerance {
        if (!(score >= 0 && score <= 2)) {
            throw new IllegalArgumentException("score tolerance: " + score + " (expected: 0..2)");
        }
        if (!(pairIou > 0 && pairIou <= 1)) {
            throw new IllegalArgumentException("pair IoU: " + pairIou + " (expected: above 0, at most 1)");
        }
        if (!(boxIou >= 0 && boxIou <= 1)) {
            throw new IllegalArgumentException("box IoU: " + boxIou + " (expected: 0..1)");
        }
    }

    /** @param moved absolute difference; not a number: one of the two was none */
    boolean isScoreSame(double moved) {
        return moved <= score + EPSILON;
    }

    boolean isBoxSame(double iou) {
        return iou >= boxIou - EPSILON;
    }

    /** Absolute difference; infinite where one of the two is not a number and the other is. */
    static double difference(double a, double b) {
        if (Double.compare(a, b) == 0) {
            return 0;
        }
        double difference = Math.abs(a - b);
        return Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
    }
}
