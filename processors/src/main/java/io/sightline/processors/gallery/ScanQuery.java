package io.sightline.processors.gallery;

import java.util.Arrays;

/** One query while a scan passes over the blocks: in small numbers, with the sums of the block at hand and the best hits so far. Used by one thread. */
final class ScanQuery {
    /** More entries than this are not worth scoring after half of a block: the other half costs less. */
    private static final int MAX_SURVIVORS = 24;
    /** After halves that did not do, twice as many blocks are scanned whole each time, up to this. */
    private static final int MAX_PAUSE = 15;

    private static final double ROUNDING = 1e-6;

    private final float[] vector;
    private final TopHits best;
    private final int[] values;
    private final int[] offsets;
    private final double unit;
    private final ScoreError error;
    /** Length of the query's second half. */
    private final double tail;
    private final int[] survivors = new int[MAX_SURVIVORS];
    /** Blocks left in which it is not tried to be done after one half. */
    private int pause;
    private int nextPause;
    private boolean done;
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
        this.error = new ScoreError(quantised);
        this.tail = quantised.tail();
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
        done = false;
        for (int lane = 0; lane < QuantisedBlock.LANES; lane++) {
            if (sums[lane].length == rowLength) {
                Arrays.fill(sums[lane], 0);
            } else {
                sums[lane] = new int[rowLength];
            }
        }
    }

    /** True where the block's first half was enough. */
    boolean isDone() {
        return done;
    }

    /**
     * Is done with the block if, after the first half of the dimensions, few of its entries can still be among the best, whatever the other
     * half brings; by Cauchy and Schwarz that is at most the product of the two vectors' tails. Most blocks are, once good hits are known.
     */
    void finishEarly(QuantisedBlock block, int firstSlot, EntryTable table) {
        if (pause > 0) {
            pause--;
            return;
        }
        int count = survivors(block, Math.min(block.slots(), table.size() - firstSlot));
        if (count > MAX_SURVIVORS) {
            pause = nextPause;
            nextPause = Math.min(MAX_PAUSE, 2 * nextPause + 1);
            return;
        }
        nextPause = 0;
        for (int i = 0; i < count; i++) {
            best.offer(table.entry(firstSlot + survivors[i]), vector);
        }
        done = true;
    }

    /** More than {@link #MAX_SURVIVORS}: too many. */
    private int survivors(QuantisedBlock block, int count) {
        double bar = best.floor() - error.always();
        double perResidual = error.perResidual();
        float cut = cut(bar - perResidual * block.maxResidual() - tail * block.maxTail());
        int found = 0;
        for (int lane = 0; lane < QuantisedBlock.LANES; lane++) {
            int[] dots = sums[lane];
            float[] units = block.units(lane);
            int filled = filled(count, lane);
            for (int i = 0; i < filled; i++) {
                if (dots[i] * units[i] >= cut && dots[i] * unit * units[i] + perResidual * block.residuals(lane)[i] + tail * block.tails(lane)[i] >= bar) {
                    if (found == MAX_SURVIVORS) {
                        return found + 1;
                    }
                    survivors[found++] = i * QuantisedBlock.LANES + lane;
                }
            }
        }
        return found;
    }

    /** Looks at all entries of the block that can still be among the best. */
    void collect(QuantisedBlock block, int firstSlot, EntryTable table) {
        double perResidual = error.perResidual();
        int count = Math.min(block.slots(), table.size() - firstSlot);
        for (int lane = 0; lane < QuantisedBlock.LANES; lane++) {
            int[] dots = sums[lane];
            float[] units = block.units(lane);
            int filled = filled(count, lane);
            double bar = best.floor() - error.always();
            float cut = cut(bar - perResidual * block.maxResidual());
            for (int i = 0; i < filled; i++) {
                if (dots[i] * units[i] >= cut && dots[i] * unit * units[i] + perResidual * block.residuals(lane)[i] >= bar) {
                    best.offer(table.entry(firstSlot + i * QuantisedBlock.LANES + lane), vector);
                    bar = best.floor() - error.always();
                    cut = cut(bar - perResidual * block.maxResidual());
                }
            }
        }
    }

    private static int filled(int count, int lane) {
        return (count - lane + QuantisedBlock.LANES - 1) / QuantisedBlock.LANES;
    }

    /**
     * A quick first test: a slot whose sum times its unit, in float, is below this can't reach the bar. Lowered by more than these floats
     * can be rounded.
     */
    private float cut(double least) {
        double exact = least / unit;
        return (float) (exact - Math.abs(exact) * ROUNDING);
    }
}
