package io.sightline.processors.gallery;

import io.sightline.processors.model.ByteProduct;

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
record Quantised(byte[] values, double unit, double residual, double norm, double tail) {
    /** A stored component is a signed byte, without -128. */
    static final int MAX_STORED = 127;
    /** A query's component: what can be multiplied by a stored one with 128 added. */
    static final int MAX_QUERY = ByteProduct.MAX_RIGHT;
    /** With fewer dimensions a half is not worth a look. */
    private static final int MIN_HALVED = 128;
    /** The first half is a multiple of this: whole lines of the processor's cache. */
    private static final int LINE = 64;
    /** Covers the rounding of the sums here, which are in double. */
    private static final double UP = 1 + 1e-9;

    /** Where the second half of the dimensions begins; the dimension itself where there is none. */
    static int middle(int dimension) {
        return dimension < MIN_HALVED ? dimension : dimension / 2 / LINE * LINE;
    }

    /** A vector as it is stored. */
    static Quantised stored(float[] vector) {
        return of(vector, MAX_STORED);
    }

    static Quantised query(float[] vector) {
        return of(vector, MAX_QUERY);
    }

    private static Quantised of(float[] vector, int maxComponent) {
        double largest = 0;
        for (float component : vector) {
            largest = Math.max(largest, Math.abs(component));
        }
        double scale = largest == 0 ? 1 : maxComponent / largest;
        // As a float, because that is how it is kept beside a stored vector.
        float unit = (float) (1 / scale);
        byte[] values = new byte[vector.length];
        int middle = middle(vector.length);
        double squares = 0;
        double tail = 0;
        double lost = 0;
        for (int d = 0; d < vector.length; d++) {
            values[d] = (byte) Math.rint(vector[d] * scale);
            double rest = vector[d] - values[d] * (double) unit;
            lost += rest * rest;
            squares += (double) vector[d] * vector[d];
            tail += d < middle ? 0 : (double) vector[d] * vector[d];
        }
        return new Quantised(values, unit, Math.sqrt(lost) * UP, Math.sqrt(squares) * UP, Math.sqrt(tail) * UP);
    }
}
