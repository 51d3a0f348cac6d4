package io.sightline.processors.gallery;

/** One query while a scan passes over the blocks: in small numbers, with the best hits so far. Used by one thread. */
final class ScanQuery {
    /** More entries than this are not worth scoring after half of a block: the other half costs less. */
    private static final int MAX_SURVIVORS = 96;
    /** After halves that did not do, twice as many blocks are scanned whole each time, up to this. */
    private static final int MAX_PAUSE = 15;

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

    /**
     * Is done with the block if, after the first half of the dimensions, few of its entries can still be among the best, whatever the other
     * half brings; by Cauchy and Schwarz that is at most the product of the two vectors' tails. Most blocks are, once good hits are known.
     *
     * @param sums of the block's slots over the first half
     * @return false: the second half is needed
     */
    boolean finishEarly(QuantisedBlock block, int[] sums, int firstSlot, EntryTable table) {
        if (pause > 0) {
            pause--;
            return false;
        }
        int count = survivors(block, sums, Math.min(block.slots(), table.size() - firstSlot));
        if (count > MAX_SURVIVORS) {
            pause = nextPause;
            nextPause = Math.min(MAX_PAUSE, 2 * nextPause + 1);
            return false;
        }
        nextPause = 0;
        for (int i = 0; i < count; i++) {
            best.offer(table.entry(firstSlot + survivors[i]), vector);
        }
        return true;
    }

    /** More than {@link #MAX_SURVIVORS}: too many. */
    private int survivors(QuantisedBlock block, int[] sums, int count) {
        double tail = quantised.tail();
        double bar = best.floor() - error.always();
        int least = least(bar - error.perResidual() * block.maxResidual() - tail * block.maxTail(), block, firstOffset);
        int found = 0;
        for (int slot = 0; slot < count; slot++) {
            if (sums[slot] >= least && atMost(block, slot, sums[slot] - firstOffset) + tail * block.tails()[slot] >= bar) {
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
        int count = Math.min(block.slots(), table.size() - firstSlot);
        double lost = error.perResidual() * block.maxResidual();
        double bar = best.floor() - error.always();
        int least = least(bar - lost, block, offset);
        for (int slot = 0; slot < count; slot++) {
            if (sums[from + slot] >= least && atMost(block, slot, sums[from + slot] - offset) >= bar) {
                best.offer(table.entry(firstSlot + slot), vector);
                bar = best.floor() - error.always();
                least = least(bar - lost, block, offset);
            }
        }
    }

    private double atMost(QuantisedBlock block, int slot, int dot) {
        return dot * quantised.unit() * block.units()[slot] + error.perResidual() * block.residuals()[slot];
    }

    /**
     * A quick first test: a slot whose sum is below this can't have such a score. One comparison of whole numbers, for most slots the only
     * thing done to them.
     */
    private int least(double score, QuantisedBlock block, int offset) {
        if (!(score > 0)) {
            return Integer.MIN_VALUE;
        }
        double dot = score / (quantised.unit() * block.maxUnit());
        // One less covers the rounding of this. A sum that no slot can have becomes the largest int.
        return (int) Math.min(Integer.MAX_VALUE, Math.floor(dot) - 1 + offset);
    }
}
