package io.sightline.processors.gallery;

/**
 * The score that all hits have: a dot product in float, its products added up in eight sums by their position, then those. It depends on
 * the two vectors alone, so equal vectors score equally wherever they lie and whatever else is asked.
 */
final class ExactScore {
    private static final int SUMS = 8;

    private ExactScore() {
    }

    static float of(float[] a, float[] b) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        float s4 = 0;
        float s5 = 0;
        float s6 = 0;
        float s7 = 0;
        int whole = a.length - a.length % SUMS;
        // Eight chains of additions run beside each other in a processor; one would wait for itself.
        for (int i = 0; i < whole; i += SUMS) {
            s0 += a[i] * b[i];
            s1 += a[i + 1] * b[i + 1];
            s2 += a[i + 2] * b[i + 2];
            s3 += a[i + 3] * b[i + 3];
            s4 += a[i + 4] * b[i + 4];
            s5 += a[i + 5] * b[i + 5];
            s6 += a[i + 6] * b[i + 6];
            s7 += a[i + 7] * b[i + 7];
        }
        for (int i = whole; i < a.length; i++) {
            s0 += a[i] * b[i];
        }
        return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
    }

    /**
     * How far a score may be from the true dot product, at most, as a share of the product of the two lengths: each of the n products and
     * each addition on a product's way is rounded by 2^-24 at most, 1 + n/8 + 3 &lt;= n + 8 roundings a product; twice that is taken.
     */
    static double maxError(int dimension) {
        return (dimension + SUMS) * 0x1p-23;
    }
}
