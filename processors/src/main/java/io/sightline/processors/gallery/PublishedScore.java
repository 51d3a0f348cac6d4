package io.sightline.processors.gallery;

/** A cosine as results show it, which is also what a threshold is compared with: within -1..1, four digits behind the point. */
public final class PublishedScore {
    private static final double STEPS = 10_000;
    /** Covers the rounding of a score, of a threshold and of a bound in float. */
    private static final double SLACK = 1e-6;

    private PublishedScore() {
    }

    /** @param score cosine; by its rounding it may lie a little outside of -1..1 */
    public static double of(double score) {
        return Math.round(Math.max(-1, Math.min(1, score)) * STEPS) / STEPS;
    }

    /** True for a hit. NaN reaches nothing. */
    public static boolean reaches(double score, double threshold) {
        return !Double.isNaN(score) && of(score) >= threshold;
    }

    /** No score below this, in float or double, reaches the threshold; a few above may not either. */
    static double least(double threshold) {
        return threshold <= -1 ? Double.NEGATIVE_INFINITY : threshold - 0.5 / STEPS - SLACK;
    }
}
