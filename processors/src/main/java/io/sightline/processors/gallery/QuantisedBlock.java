package io.sightline.processors.gallery;

import io.sightline.processors.model.ByteRows;

/**
 * Some hundred {@link Quantised} vectors, for a first pass that says how high each one's score can be at most. Guarded by its gallery's
 * lock: one thread sets, or any number read.
 *
 * <p>A byte a component, {@value #OFFSET} added to make it unsigned; the two halves of the dimensions lie in matrices of their own, so
 * that the first alone can be multiplied by queries ({@link ExactScan}). Outside the heap: see {@link ByteRows}.
 *
 * <p>Measured for 100,000 x 512, one core of a Xeon, one query / one of 32, both halves: with AMX 3.5 / 0.16 ms; the same processor with
 * only AVX-512 and VNNI allowed 7.0 / 0.29, with only AVX2 8.5 / 0.63. A matrix with a column for each slot instead: 6.7 / 0.28, 2.5 / 0.33,
 * 2.9 / 0.65. Both matrices unsigned: 14 / 0.75. Floats: 14 / 0.9. Loops of C2 over ints of four bytes: 2.6 / 1.8.
 */
final class QuantisedBlock {
    /** Slots of a full block: the products of 32 queries with one half of it stay in a core's second cache. */
    static final int MAX_SLOTS = 2048;
    static final int MIN_SLOTS = 64;
    static final int OFFSET = 128;

    private final int dimension;
    /** The first half of the dimensions, and the second if there is one. */
    private final ByteRows[] halves;
    private final float[] units;
    private final float[] residuals;
    private final float[] tails;
    /** At least as large as any of its slots'; never smaller again. */
    private float maxUnit;
    private float maxResidual;
    private float maxTail;

    QuantisedBlock(int dimension, int slots) {
        this.dimension = dimension;
        int middle = Quantised.middle(dimension);
        ByteRows first = new ByteRows(slots, middle);
        this.halves = middle == dimension ? new ByteRows[] {first} : new ByteRows[] {first, new ByteRows(slots, dimension - middle)};
        this.units = new float[slots];
        this.residuals = new float[slots];
        this.tails = new float[slots];
    }

    int slots() {
        return units.length;
    }

    static long bytes(int dimension, int slots) {
        int middle = Quantised.middle(dimension);
        return ByteRows.bytes(slots, middle) + (middle == dimension ? 0 : ByteRows.bytes(slots, dimension - middle)) + 3L * Float.BYTES * slots;
    }

    /** The same with more slots. */
    QuantisedBlock grown(int slots) {
        QuantisedBlock grown = new QuantisedBlock(dimension, slots);
        grown.copy(0, this, 0, slots());
        return grown;
    }

    void set(int slot, Quantised vector) {
        byte[] unsigned = new byte[dimension];
        for (int d = 0; d < dimension; d++) {
            unsigned[d] = (byte) (vector.values()[d] + OFFSET);
        }
        for (int half = 0; half < halves.length; half++) {
            halves[half].set(slot, unsigned, half * Quantised.middle(dimension));
        }
        units[slot] = (float) vector.unit();
        residuals[slot] = Math.nextUp((float) vector.residual());
        tails[slot] = Math.nextUp((float) vector.tail());
        maxUnit = Math.max(maxUnit, units[slot]);
        maxResidual = Math.max(maxResidual, residuals[slot]);
        maxTail = Math.max(maxTail, tails[slot]);
    }

    /** Copies slots of another block. */
    void copy(int slot, QuantisedBlock from, int fromSlot, int count) {
        for (int half = 0; half < halves.length; half++) {
            halves[half].copy(slot, from.halves[half], fromSlot, count);
        }
        System.arraycopy(from.units, fromSlot, units, slot, count);
        System.arraycopy(from.residuals, fromSlot, residuals, slot, count);
        System.arraycopy(from.tails, fromSlot, tails, slot, count);
        maxUnit = Math.max(maxUnit, from.maxUnit);
        maxResidual = Math.max(maxResidual, from.maxResidual);
        maxTail = Math.max(maxTail, from.maxTail);
    }

    ByteRows half(int number) {
        return halves[number];
    }

    /** By slot. */
    float[] units() {
        return units;
    }

    float[] residuals() {
        return residuals;
    }

    float[] tails() {
        return tails;
    }

    float maxUnit() {
        return maxUnit;
    }

    float maxResidual() {
        return maxResidual;
    }

    float maxTail() {
        return maxTail;
    }
}
