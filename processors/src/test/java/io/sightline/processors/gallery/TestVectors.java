package io.sightline.processors.gallery;

import java.util.Arrays;
import java.util.Random;

/** Vectors of several kinds, at unit length: what embedders give, and what is hard for an index. */
final class TestVectors {
    enum Kind {
        /** All directions alike. */
        NOISE,
        /** One large component, the others tiny. */
        SPIKE,
        /** One component alone. */
        AXIS,
        /** All components equal. */
        FLAT,
        /** Thirty-two in a row, none elsewhere. */
        RUN,
        /** As after a ReLU: none negative, half of them zero. */
        POSITIVE
    }

    private static final int RUN_LENGTH = 32;

    private TestVectors() {
    }

    static float[] of(Kind kind, int dimension, Random random) {
        float[] vector = new float[dimension];
        switch (kind) {
            case NOISE -> fill(vector, 0, dimension, random);
            case SPIKE -> {
                fill(vector, 0, dimension, random);
                vector[random.nextInt(dimension)] = 1000 * (random.nextBoolean() ? 1 : -1);
            }
            case AXIS -> vector[random.nextInt(dimension)] = random.nextBoolean() ? 1 : -1;
            case FLAT -> Arrays.fill(vector, random.nextBoolean() ? 1 : -1);
            case RUN -> {
                int from = random.nextInt(dimension) / RUN_LENGTH * RUN_LENGTH;
                fill(vector, from, Math.min(dimension, from + RUN_LENGTH), random);
            }
            case POSITIVE -> {
                fill(vector, 0, dimension, random);
                for (int d = 0; d < dimension; d++) {
                    vector[d] = Math.max(d == 0 ? 0.1f : 0, vector[d]);
                }
            }
        }
        return UnitVectors.of(vector, dimension);
    }

    private static void fill(float[] vector, int from, int to, Random random) {
        for (int d = from; d < to; d++) {
            vector[d] = (float) random.nextGaussian();
        }
    }

    /** A vector near another, at unit length. @param noise length of what is added, about */
    static float[] near(float[] vector, double noise, Random random) {
        float[] near = vector.clone();
        for (int d = 0; d < near.length; d++) {
            near[d] += (float) (random.nextGaussian() * noise / Math.sqrt(near.length));
        }
        return UnitVectors.of(near, near.length);
    }
}
