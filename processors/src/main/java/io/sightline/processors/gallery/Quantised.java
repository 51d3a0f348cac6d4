package io.sightline.processors.gallery;

/**
 * A vector in small whole numbers: component d is about {@code values[d] * unit}. What is lost by that is known, so a score made of two
 * of these has a proven error. Immutable; the array is not to be changed.
 *
 * @param values by dimension
 * @param unit what one stands for
 * @param residual length of (vector - values * unit), rounded up
 * @param norm length of the vector, rounded up
 * @param tail length of the part of the vector from {@link #middle} on, rounded up
 */
record Quantised(int[] values, double unit, double residual, double norm, double tail) {
    /** Dimensions that are summed up in 16 bits before they are added to a wider sum. */
    static final int SEGMENT = 32;
    /**
     * Longest segment of a vector and of a query, in whole numbers: the sum of a segment's products is by Cauchy and Schwarz at most
     * 181 * 181 = 32761, so it fits into 16 bits with its sign.
     */
    static final int MAX_SEGMENT_NORM = 181;
    /** A stored component is a signed byte, without -128. */
    static final int MAX_STORED = 127;
    private static final double SHRINK = 0.99;
    /** Covers the rounding of the sums here, which are in double. */
    private static final double UP = 1 + 1e-9;

    /** Where the second half of the dimensions begins, in whole segments. */
    static int middle(int dimension) {
        return (dimension + SEGMENT - 1) / SEGMENT / 2 * SEGMENT;
    }

    /** A vector as it is stored. */
    static Quantised stored(float[] vector) {
        return of(vector, MAX_STORED);
    }

    /** A query: its components are bounded by their segment's length alone. */
    static Quantised query(float[] vector) {
        return of(vector, MAX_SEGMENT_NORM);
    }

    private static Quantised of(float[] vector, int maxComponent) {
        double largest = 0;
        double longest = 0;
        double squares = 0;
        double tail = 0;
        for (int from = 0; from < vector.length; from += SEGMENT) {
            double segment = 0;
            for (int d = from; d < Math.min(from + SEGMENT, vector.length); d++) {
                largest = Math.max(largest, Math.abs(vector[d]));
                segment += (double) vector[d] * vector[d];
            }
            longest = Math.max(longest, Math.sqrt(segment));
            squares += segment;
            tail += from < middle(vector.length) ? 0 : segment;
        }
        // The longest segment is never shorter than the largest component, so zero is the only case in which nothing is to be scaled.
        double scale = largest == 0 ? 1 : Math.min(maxComponent / largest, MAX_SEGMENT_NORM / longest);
        int[] values = new int[vector.length];
        while (!fits(vector, scale, maxComponent, values)) {
            scale *= SHRINK; // rounding made a segment longer than it may be
        }
        // As a float, because that is how it is kept beside a stored vector.
        float unit = (float) (1 / scale);
        double lost = 0;
        for (int d = 0; d < vector.length; d++) {
            double rest = vector[d] - values[d] * (double) unit;
            lost += rest * rest;
        }
        return new Quantised(values, unit, Math.sqrt(lost) * UP, Math.sqrt(squares) * UP, Math.sqrt(tail) * UP);
    }

    private static boolean fits(float[] vector, double scale, int maxComponent, int[] values) {
        int squares = 0;
        for (int d = 0; d < vector.length; d++) {
            squares = d % SEGMENT == 0 ? 0 : squares;
            int value = (int) Math.rint(vector[d] * scale);
            values[d] = value;
            squares += value * value;
            if (squares > MAX_SEGMENT_NORM * MAX_SEGMENT_NORM || Math.abs(value) > maxComponent) {
                return false;
            }
        }
        return true;
    }
}
