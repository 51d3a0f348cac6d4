package io.sightline.processors.gallery;

/**
 * A fixed number of vectors in one array, dimension by dimension: the first components of all vectors, then the second ones, and so
 * on. A scan then adds whole runs of floats at once, which the JVM turns into SIMD instructions; vector by vector it can't, because
 * it may not reorder a sum. Every score is the sum of its products in the order of the dimensions, in float: it does not depend on
 * the other vectors, the other queries, or the slot. Guarded by its gallery's lock.
 */
final class VectorBlock {
    static final int SLOTS = 256;
    private static final int UNROLLED = 4;

    private final int dimension;
    private final float[] components;

    VectorBlock(int dimension) {
        this.dimension = dimension;
        this.components = new float[dimension * SLOTS];
    }

    void set(int slot, float[] vector) {
        for (int d = 0; d < dimension; d++) {
            components[d * SLOTS + slot] = vector[d];
        }
    }

    /** Fills scores with the dot product of the query and each slot's vector; slots never set give anything. */
    void score(float[] query, float[] scores) {
        java.util.Arrays.fill(scores, 0, SLOTS, 0f);
        int d = 0;
        for (; d + UNROLLED <= dimension; d += UNROLLED) {
            addFour(query, d, scores);
        }
        for (; d < dimension; d++) {
            float q = query[d];
            int row = d * SLOTS;
            for (int s = 0; s < SLOTS; s++) {
                scores[s] += q * components[row + s];
            }
        }
    }

    private void addFour(float[] query, int d, float[] scores) {
        float q0 = query[d];
        float q1 = query[d + 1];
        float q2 = query[d + 2];
        float q3 = query[d + 3];
        int row = d * SLOTS;
        for (int s = 0; s < SLOTS; s++) {
            scores[s] = scores[s] + q0 * components[row + s] + q1 * components[row + SLOTS + s] + q2 * components[row + 2 * SLOTS + s]
                    + q3 * components[row + 3 * SLOTS + s];
        }
    }
}
