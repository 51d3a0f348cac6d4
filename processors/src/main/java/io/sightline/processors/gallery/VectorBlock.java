package io.sightline.processors.gallery;

import java.util.Arrays;

/**
 * A fixed number of vectors, dimension by dimension: an array with the first components of all vectors, one with the second ones, and
 * so on. A scan then adds whole rows at once, which the JVM turns into SIMD instructions (one array for all rows is 3.5 times
 * slower: it can't tell the rows apart; vector by vector it may not reorder a sum). Every score is the sum of its products in the
 * order of the dimensions, in float: it depends neither on the other vectors and queries nor on the slot. Guarded by its gallery's
 * lock.
 */
final class VectorBlock {
    /** A block of some hundred dimensions stays in a core's cache while several queries pass over it. */
    static final int SLOTS = 256;
    private static final int UNROLLED = 4;

    private final float[][] rows;

    VectorBlock(int dimension) {
        this.rows = new float[dimension][SLOTS];
    }

    void set(int slot, float[] vector) {
        for (int d = 0; d < rows.length; d++) {
            rows[d][slot] = vector[d];
        }
    }

    /** Fills scores with the dot product of the query and each slot's vector; slots never set give 0. */
    void score(float[] query, float[] scores) {
        Arrays.fill(scores, 0, SLOTS, 0f);
        int d = 0;
        for (; d + UNROLLED <= rows.length; d += UNROLLED) {
            add(query[d], rows[d], query[d + 1], rows[d + 1], query[d + 2], rows[d + 2], query[d + 3], rows[d + 3], scores);
        }
        for (; d < rows.length; d++) {
            add(query[d], rows[d], scores);
        }
    }

    private static void add(float q0, float[] r0, float q1, float[] r1, float q2, float[] r2, float q3, float[] r3, float[] scores) {
        for (int s = 0; s < SLOTS; s++) {
            scores[s] = scores[s] + q0 * r0[s] + q1 * r1[s] + q2 * r2[s] + q3 * r3[s];
        }
    }

    private static void add(float q, float[] row, float[] scores) {
        for (int s = 0; s < SLOTS; s++) {
            scores[s] += q * row[s];
        }
    }
}
