package io.sightline.synth;

/** Light across the width of a package: darker towards the far side, with a glossy streak on round ones. */
final class Shading {
    static final int STEPS = 256;

    /** Per step from left to right: multiplier and added light, in 1/256. */
    final int[] gain = new int[STEPS];
    final int[] gloss = new int[STEPS];

    private Shading(double roundness, double lightAngle, double depth, double glossiness) {
        for (int i = 0; i < STEPS; i++) {
            double u = 2 * (i + 0.5) / STEPS - 1;
            double facing = StrictMath.asin(u * 0.98) * roundness;
            double diffuse = StrictMath.cos(facing - lightAngle);
            gain[i] = (int) (256 * (1 - depth + depth * 1.15 * Math.max(0, diffuse)));
            double mirrored = Math.max(0, StrictMath.cos(2 * (facing - lightAngle * 0.5)));
            gloss[i] = (int) (255 * glossiness * StrictMath.pow(mirrored, 40) * roundness);
        }
    }

    static Shading random(Rng rng, double roundness) {
        return new Shading(roundness, rng.range(-0.9, 0.9), rng.range(0.15, 0.6), rng.chance(0.6) ? rng.range(0, 0.5) : 0);
    }
}
