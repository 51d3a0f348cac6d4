package io.sightline.processors.gallery;

import java.util.Arrays;

/**
 * Some hundred {@link Quantised} vectors, for a first pass that says how high each one's score can be at most. Guarded by its gallery's
 * lock: one thread sets, or any number score.
 *
 * <p>How it lies: a row for each dimension; an int of a row holds that dimension of four neighbouring slots, one byte each, 128 added to
 * make it unsigned. Masking every other byte leaves two numbers in an int, 16 bits apart, and one multiplication by a query's component
 * multiplies both; {@link Quantised#MAX_SEGMENT_NORM} keeps the sums of 32 dimensions from running into each other (all is modulo 2^32:
 * what passes through the top bit comes back). Then the two halves are taken apart and added to ints.
 *
 * <p>Why so: these are plain loops over int arrays, which C2 of Java 17 and 25 turns into SIMD instructions of the machine's full width, and
 * memory is read at a byte a component. Measured for 100,000 x 512, one core of a Xeon with AVX-512 that had other work, Java 17
 * (25 the same), one query / one of 32: this 2.7 to 3.6 / 1.6 to 2.0 ms; floats dimension by dimension 16 / 4.5 ms, four queries in one
 * loop 9.6 (several stores: no SIMD); eight rows in one loop 11 / 9 (too large: no SIMD in 17); shorts 2.8 to 3.4 / 1.5 to 1.9; the
 * short-pairs pattern of MulAddS2I 10 / 9, and two of these in one loop crash C2 17.0.15.
 */
final class QuantisedBlock {
    /** Slots of a full block: long rows for SIMD, and a segment of them still lies in a core's second cache. */
    static final int MAX_SLOTS = 2048;
    static final int MIN_SLOTS = 64;
    static final int LANES = 4;
    private static final int ROWS_AT_ONCE = 4;
    private static final int OFFSET = 128;
    private static final int ALL_ZERO = 0x80808080;

    private final int dimension;
    private final int[][] rows;
    /** By lane (slot % 4) and then slot / 4, as the sums are. */
    private final float[][] units = new float[LANES][];
    private final float[][] residuals = new float[LANES][];
    private final float[][] tails = new float[LANES][];
    /** At least as large as any of its slots'; never smaller again. */
    private float maxResidual;
    private float maxTail;

    /** @param slots a multiple of 4 */
    QuantisedBlock(int dimension, int slots) {
        this.dimension = dimension;
        // Rows of zeros make the number a multiple of what is done at once.
        this.rows = new int[(dimension + ROWS_AT_ONCE - 1) / ROWS_AT_ONCE * ROWS_AT_ONCE][slots / LANES];
        for (int[] row : rows) {
            Arrays.fill(row, ALL_ZERO);
        }
        for (int lane = 0; lane < LANES; lane++) {
            units[lane] = new float[slots / LANES];
            residuals[lane] = new float[slots / LANES];
            tails[lane] = new float[slots / LANES];
        }
    }

    int slots() {
        return rows[0].length * LANES;
    }

    static long bytes(int dimension, int slots) {
        return (long) slots * (dimension + 3 * Float.BYTES);
    }

    /** The same with more slots. */
    QuantisedBlock grown(int slots) {
        QuantisedBlock grown = new QuantisedBlock(dimension, slots);
        int known = rows[0].length;
        for (int d = 0; d < rows.length; d++) {
            System.arraycopy(rows[d], 0, grown.rows[d], 0, known);
        }
        for (int lane = 0; lane < LANES; lane++) {
            System.arraycopy(units[lane], 0, grown.units[lane], 0, known);
            System.arraycopy(residuals[lane], 0, grown.residuals[lane], 0, known);
            System.arraycopy(tails[lane], 0, grown.tails[lane], 0, known);
        }
        grown.maxResidual = maxResidual;
        grown.maxTail = maxTail;
        return grown;
    }

    void set(int slot, Quantised vector) {
        int shift = slot % LANES * Byte.SIZE;
        int at = slot / LANES;
        int keep = ~(0xff << shift);
        for (int d = 0; d < dimension; d++) {
            rows[d][at] = rows[d][at] & keep | (vector.values()[d] + OFFSET) << shift;
        }
        units[slot % LANES][at] = (float) vector.unit();
        residuals[slot % LANES][at] = Math.nextUp((float) vector.residual());
        tails[slot % LANES][at] = Math.nextUp((float) vector.tail());
        maxResidual = Math.max(maxResidual, residuals[slot % LANES][at]);
        maxTail = Math.max(maxTail, tails[slot % LANES][at]);
    }

    /** Makes a slot score 0 with anything. */
    void clear(int slot) {
        set(slot, new Quantised(new int[dimension], 0, 0, 0, 0));
    }

    /** Copies a slot of another block. */
    void copy(int slot, QuantisedBlock from, int fromSlot) {
        int shift = slot % LANES * Byte.SIZE;
        int fromShift = fromSlot % LANES * Byte.SIZE;
        for (int d = 0; d < dimension; d++) {
            int value = from.rows[d][fromSlot / LANES] >>> fromShift & 0xff;
            rows[d][slot / LANES] = rows[d][slot / LANES] & ~(0xff << shift) | value << shift;
        }
        units[slot % LANES][slot / LANES] = from.units[fromSlot % LANES][fromSlot / LANES];
        residuals[slot % LANES][slot / LANES] = from.residuals[fromSlot % LANES][fromSlot / LANES];
        tails[slot % LANES][slot / LANES] = from.tails[fromSlot % LANES][fromSlot / LANES];
        maxResidual = Math.max(maxResidual, from.maxResidual);
        maxTail = Math.max(maxTail, from.maxTail);
    }

    /** By lane, see {@link #units}. */
    float[] units(int lane) {
        return units[lane];
    }

    float[] residuals(int lane) {
        return residuals[lane];
    }

    float[] tails(int lane) {
        return tails[lane];
    }

    float maxResidual() {
        return maxResidual;
    }

    float maxTail() {
        return maxTail;
    }

    int segments() {
        return (rows.length + Quantised.SEGMENT - 1) / Quantised.SEGMENT;
    }

    /** Adds the products of one segment's dimensions to the sums of all slots. */
    void score(int segment, ScanQuery query, int[] even, int[] odd) {
        Arrays.fill(even, 0);
        Arrays.fill(odd, 0);
        int[] q = query.values();
        int end = Math.min(rows.length, (segment + 1) * Quantised.SEGMENT);
        for (int d = segment * Quantised.SEGMENT; d < end; d += ROWS_AT_ONCE) {
            addEven(rows[d], rows[d + 1], rows[d + 2], rows[d + 3], q[d], q[d + 1], q[d + 2], q[d + 3], even);
            addOdd(rows[d], rows[d + 1], rows[d + 2], rows[d + 3], q[d], q[d + 1], q[d + 2], q[d + 3], odd);
        }
        int offset = query.offset(segment);
        addLow(even, offset, query.sums(0));
        addLow(odd, offset, query.sums(1));
        addHigh(even, offset, query.sums(2));
        addHigh(odd, offset, query.sums(3));
    }

    /** What the added 128 of each stored component make of a segment's sums, in both halves of an int. */
    static int offset(int sumOfQuery) {
        return OFFSET * sumOfQuery * 0x00010001;
    }

    private static void addEven(int[] r0, int[] r1, int[] r2, int[] r3, int q0, int q1, int q2, int q3, int[] sums) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] = sums[i] + (r0[i] & 0x00ff00ff) * q0 + (r1[i] & 0x00ff00ff) * q1 + (r2[i] & 0x00ff00ff) * q2 + (r3[i] & 0x00ff00ff) * q3;
        }
    }

    private static void addOdd(int[] r0, int[] r1, int[] r2, int[] r3, int q0, int q1, int q2, int q3, int[] sums) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] = sums[i] + (r0[i] >>> 8 & 0x00ff00ff) * q0 + (r1[i] >>> 8 & 0x00ff00ff) * q1 + (r2[i] >>> 8 & 0x00ff00ff) * q2
                    + (r3[i] >>> 8 & 0x00ff00ff) * q3;
        }
    }

    private static void addLow(int[] halves, int offset, int[] sums) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += halves[i] - offset << 16 >> 16;
        }
    }

    /** Adding half of the low half's range gives back what a negative one took from the high half. */
    private static void addHigh(int[] halves, int offset, int[] sums) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += halves[i] - offset + 0x8000 >> 16;
        }
    }
}
