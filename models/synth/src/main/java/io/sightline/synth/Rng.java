package io.sightline.synth;

import java.util.SplittableRandom;

/** Random draws of the generator. One (seed, stream) pair always gives the same draws. */
final class Rng {
    private final SplittableRandom random;

    Rng(long seed, long stream) {
        long mixed = seed * 0x9E3779B97F4A7C15L ^ (stream + 0x632BE59BD9B4E019L) * 0xBF58476D1CE4E5B9L;
        this.random = new SplittableRandom(mixed);
    }

    double unit() {
        return random.nextDouble();
    }

    double range(double low, double high) {
        return low + (high - low) * random.nextDouble();
    }

    /** Uniform in the logarithm: small and large sizes are equally likely. */
    double logRange(double low, double high) {
        return StrictMath.exp(range(StrictMath.log(low), StrictMath.log(high)));
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    /** Both ends included. */
    int between(int low, int high) {
        return random.nextInt(low, high + 1);
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /** Roughly normal, standard deviation 1, never beyond 3.5. */
    double normal() {
        double sum = 0;
        for (int i = 0; i < 4; i++) {
            sum += random.nextDouble();
        }
        return (sum - 2) * 1.7320508;
    }

    @SafeVarargs
    final <T> T pick(T... options) {
        return options[random.nextInt(options.length)];
    }

    long nextLong() {
        return random.nextLong();
    }
}
