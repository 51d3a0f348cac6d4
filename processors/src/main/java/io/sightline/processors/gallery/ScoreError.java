package io.sightline.processors.gallery;

/**
 * How far a query's score made of small whole numbers may be from its {@link ExactScore}, at most: {@code always + perResidual * residual
 * of the stored vector}. Immutable.
 *
 * <p>With q = q' + r and v = v' + s, where q' and v' are the quantised ones: q·v - q'·v' = q·s + r·v', so by Cauchy and Schwarz it is at
 * most |q| |s| + |r| (|v| + |s|) = |r| |v| + (|q| + |r|) |s|. To that comes what the exact score may lose by its own rounding.
 */
record ScoreError(double always, double perResidual) {
    /** Stored vectors have unit length but for their own rounding. */
    private static final double LONGEST = 1 + 1e-5;
    /** Covers the rounding of the bound itself, which is computed in double. */
    private static final double SLACK = 1e-9;

    ScoreError(Quantised query) {
        this(query.residual() * LONGEST + ExactScore.maxError(query.values().length) * query.norm() * LONGEST + SLACK, query.norm() + query.residual());
    }

    double of(float residual) {
        return always + perResidual * residual;
    }
}
