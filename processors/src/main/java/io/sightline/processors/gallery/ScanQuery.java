package io.sightline.processors.gallery;

import java.util.Arrays;

/** One query while a scan passes over the blocks: in small numbers, with the sums of the block at hand and the best hits so far. Used by one thread. */
final class ScanQuery {
    /** Stored vectors have unit length but for their own rounding. */
    private static final double LONGEST = 1 + 1e-5;
    /** Covers the rounding of the bound itself, which is computed in double. */
    private static final double SLACK = 1e-9;

    private final float[] vector;
    private final TopHits best;
    private final int[] values;
    private final int[] offsets;
    private final double unit;
    private final double perResidual;
    private final double error;
    private int[][] sums = new int[QuantisedBlock.LANES][0];

    ScanQuery(float[] vector, TopHits best) {
        this.vector = vector;
        this.best = best;
        Quantised quantised = Quantised.query(vector);
        // To whole segments, so that no loop asks where the dimensions end.
        int segments = (vector.length + Quantised.SEGMENT - 1) / Quantised.SEGMENT;
        this.values = Arrays.copyOf(quantised.values(), segments * Quantised.SEGMENT);
        this.offsets = new int[segments];
        for (int segment = 0; segment < segments; segment++) {
            offsets[segment] = QuantisedBlock.offset(Arrays.stream(values, segment * Quantised.SEGMENT, (segment + 1) * Quantised.SEGMENT).sum());
        }
        this.unit = quantised.unit();
        // q·v = q'·v' + q·(v - v') + (q - q')·v', so by Cauchy and Schwarz |q·v - q'·v'| <= |q| |v - v'| + |q - q'| (|v| + |v - v'|).
        this.perResidual = quantised.norm() + quantised.residual();
        this.error = quantised.residual() * LONGEST + ExactScore.maxError(vector.length) * quantised.norm() * LONGEST + SLACK;
    }

    int[] values() {
        return values;
    }

    int offset(int segment) {
        return offsets[segment];
    }

    /** By slot / 4, of the slots with this remainder. */
    int[] sums(int lane) {
        return sums[lane];
    }

    TopHits best() {
        return best;
    }

    void begin(int rowLength) {
        for (int lane = 0; lane < QuantisedBlock.LANES; lane++) {
            if (sums[lane].length == rowLength) {
                Arrays.fill(sums[lane], 0);
            } else {
                sums[lane] = new int[rowLength];
            }
        }
    }

    /** Looks at all entries of the block that can still be among the best. */
    void collect(QuantisedBlock block, int firstSlot, EntryTable table) {
        int count = Math.min(block.slots(), table.size() - firstSlot);
        for (int lane = 0; lane < QuantisedBlock.LANES; lane++) {
            int[] dots = sums[lane];
            float[] units = block.units(lane);
            float[] residuals = block.residuals(lane);
            int filled = (count - lane + QuantisedBlock.LANES - 1) / QuantisedBlock.LANES;
            double bar = best.floor() - error;
            for (int i = 0; i < filled; i++) {
                if (dots[i] * unit * units[i] + perResidual * residuals[i] >= bar) {
                    best.offer(table.entry(firstSlot + i * QuantisedBlock.LANES + lane), vector);
                    bar = best.floor() - error;
                }
            }
        }
    }
}
