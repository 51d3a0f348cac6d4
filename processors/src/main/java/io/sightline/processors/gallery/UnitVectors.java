package io.sightline.processors.gallery;

/** Checks vectors and brings them to unit length. */
public final class UnitVectors {
    private UnitVectors() {
    }

    /**
     * A copy of the vector, at unit length.
     *
     * @throws IllegalArgumentException another dimension, a component that is not finite, or no length
     */
    public static float[] of(float[] vector, int dimension) {
        double length = check(vector, dimension);
        float[] unit = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            unit[i] = (float) (vector[i] / length);
        }
        return unit;
    }

    /**
     * The vector's length.
     *
     * @throws IllegalArgumentException another dimension, a component that is not finite, or no length
     */
    public static double check(float[] vector, int dimension) {
        if (vector.length != dimension) {
            throw new IllegalArgumentException("vector: " + vector.length + " dimensions (expected: " + dimension + ")");
        }
        double squares = 0;
        for (int i = 0; i < dimension; i++) {
            if (!Float.isFinite(vector[i])) {
                throw new IllegalArgumentException("vector: " + vector[i] + " at " + i + " (expected: finite numbers)");
            }
            squares += (double) vector[i] * vector[i];
        }
        if (squares == 0) {
            throw new IllegalArgumentException("vector: all zero (expected: a direction)");
        }
        return Math.sqrt(squares);
    }
}
