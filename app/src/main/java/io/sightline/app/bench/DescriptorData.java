package io.sightline.app.bench;

import java.util.Arrays;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * Invented vectors that lie like an embedder's: {@value #HIDDEN} hidden numbers, gathered around one of many centres, times a random
 * matrix, plus a little noise in all dimensions; unit length. Random noise alone would be no test: no index but a scan can find its way in
 * it. The same seed gives the same vectors, whatever their number and order. Thread-safe.
 */
final class DescriptorData {
    static final long SEED = 20261121;
    private static final int HIDDEN = 32;
    /** Vectors of one centre, in the mean: as many pictures of one product. */
    private static final int PER_CENTRE = 20;
    private static final double SPREAD = 0.5;
    /** Length of the noise to that of the rest. */
    private static final double NOISE = 0.2;

    private final int dimension;
    private final int centres;
    private final float[][] matrix = new float[HIDDEN][];

    DescriptorData(int dimension, int entries) {
        this.dimension = dimension;
        this.centres = Math.max(1, entries / PER_CENTRE);
        Random random = new Random(SEED);
        for (int h = 0; h < HIDDEN; h++) {
            matrix[h] = new float[dimension];
            for (int d = 0; d < dimension; d++) {
                matrix[h][d] = (float) random.nextGaussian();
            }
        }
    }

    float[] entry(int i) {
        return vector(new Random(new SplittableRandom(SEED + 1 + i).nextLong()));
    }

    /** From the same distribution as the entries, but none of them. */
    float[] query(int i) {
        return vector(new Random(new SplittableRandom(-SEED - 1 - i).nextLong()));
    }

    private float[] vector(Random random) {
        Random centre = new Random(new SplittableRandom(SEED ^ random.nextInt(centres)).nextLong());
        float[] vector = new float[dimension];
        for (float[] direction : matrix) {
            float weight = (float) (centre.nextGaussian() + SPREAD * random.nextGaussian());
            for (int d = 0; d < dimension; d++) {
                vector[d] += weight * direction[d];
            }
        }
        float noise = (float) (NOISE * Math.sqrt(HIDDEN));
        double squares = 0;
        for (int d = 0; d < dimension; d++) {
            vector[d] += (float) (noise * random.nextGaussian());
            squares += (double) vector[d] * vector[d];
        }
        float length = (float) Math.sqrt(squares);
        float[] unit = Arrays.copyOf(vector, dimension);
        for (int d = 0; d < dimension; d++) {
            unit[d] /= length;
        }
        return unit;
    }
}
