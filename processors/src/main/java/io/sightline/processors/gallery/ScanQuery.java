package io.sightline.processors.gallery;

/** One query while a scan passes over the blocks: in small numbers, with the best hits so far. Used by one thread. */
final class ScanQuery {
    /** More entries than this are not worth scoring after half of a block: the other half costs less. */
    private static final int MAX_SURVIVORS = 24;
    /** After halves that did not do, twice as many blocks are scanned whole each time, up to this. */
    private static final int MAX_PAUSE = 15;

    private static final double ROUNDING = 1e-6;

    private final float[] vector;
    private final TopHits best;
    private final Quantised quantised;
    private final ScoreError error;
    /** What the {@link QuantisedBlock#OFFSET} of each stored component makes of a sum, after the first half of the dimensions and after all. */
    private final int firstOffset;
    private final int offset;
    private final int[] survivors = new int[MAX_SURVIVORS];
    /** Blocks left in which it is not tried to be done after one half. */
    private int pause;
    private int nextPause;
    private boolean done;

    ScanQuery(float[] vector, TopHits best) {
        this.vector = vector;
        this.best = best;
        this.quantised = Quantised.query(vector);
        this.error = new ScoreError(quantised);
        int middle = Quantised.middle(vector.length);
        int first = 0;
        int all = 0;
        for (int d = 0; d < vector.length; d++) {
            first += d < middle ? quantised.values()[d] : 0;
            all += quantised.values()[d];
        }
        this.firstOffset = QuantisedBlock.OFFSET * first;
        this.offset = QuantisedBlock.OFFSET * all;
    }

    byte[] values() {
        return quantised.values();
    }

    TopHits best() {
        return best;
    }

    void begin() {
        done = false;
    }

    /** True where the block's first half was enough. */
    boolean isDone() {
        return done;
    }

    /**
     * Is done with the block if, after the first half of the dimensions, few of its entries can still be among the best, whatever the other
     * half brings; by Cauchy and Schwarz that is at most the product of the two vectors' tails. Most blocks are, once good hits are known.
     *
     * @param sums of the block's slots, from this index on
     */
    void finishEarly(QuantisedBlock block, int[] sums, int from, int firstSlot, EntryTable table) {
        if (pause > 0) {
            pause--;
            return;
        }
        int count = survivors(block, sums, from, Math.min(block.slots(), table.size() - firstSlot));
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
    private int survivors(QuantisedBlock block, int[] sums, int from, int count) {
        double unit = quantised.unit();
        double tail = quantised.tail();
        double bar = best.floor() - error.always();
        double perResidual = error.perResidual();
        float cut = cut(bar - perResidual * block.maxResidual() - tail * block.maxTail());
        float[] units = block.units();
        int found = 0;
        for (int slot = 0; slot < count; slot++) {
            int dot = sums[from + slot] - firstOffset;
            if (dot * units[slot] >= cut && dot * unit * units[slot] + perResidual * block.residuals()[slot] + tail * block.tails()[slot] >= bar) {
                if (found == MAX_SURVIVORS) {
                    return found + 1;
                }
                survivors[found++] = slot;
            }
        }
        return found;
    }

    /**
     * Looks at all entries of the block that can still be among the best.
     *
     * @param sums of the block's slots, from this index on, over all dimensions
     */
    void collect(QuantisedBlock block, int[] sums, int from, int firstSlot, EntryTable table) {
        double unit = quantised.unit();
        double perResidual = error.perResidual();
        int count = Math.min(block.slots(), table.size() - firstSlot);
        float[] units = block.units();
        double bar = best.floor() - error.always();
        float cut = cut(bar - perResidual * block.maxResidual());
        for (int slot = 0; slot < count; slot++) {
            int dot = sums[from + slot] - offset;
            if (dot * units[slot] >= cut && dot * unit * units[slot] + perResidual * block.residuals()[slot] >= bar) {
                best.offer(table.entry(firstSlot + slot), vector);
                bar = best.floor() - error.always();
                cut = cut(bar - perResidual * block.maxResidual());
            }
        }
    }

    /**
     * A quick first test: a slot whose sum times its unit, in float, is below this can't reach the bar. Lowered by more than these floats
     * can be rounded.
     */
    private float cut(double least) {
        double exact = least / quantised.unit();
        return (float) (exact - Math.abs(exact) * ROUNDING);
    }
}
