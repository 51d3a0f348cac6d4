package io.sightline.processors.gallery;

import io.sightline.processors.model.ByteColumns;
import io.sightline.processors.model.ByteProduct;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds what a scan of all vectors in float would find, hit for hit and bit for bit, but reads a quarter of the memory: a first pass over
 * the {@link QuantisedBlock}s bounds each score from above, and only entries whose bound reaches the worst hit so far are scored with
 * their floats. A lone query leaves many blocks after half of the dimensions ({@link ScanQuery#finishEarly}); of several, one always stays.
 * No answer depends on the other queries
 * or on the slots. Stateless; the caller holds the gallery's lock.
 */
final class ExactScan {
    /** Queries that pass over a block together. */
    private static final int TOGETHER = ByteProduct.MAX_SUMS / QuantisedBlock.MAX_SLOTS;

    private ExactScan() {
    }

    static List<TopHits> search(EntryTable table, GalleryQuery query) {
        List<TopHits> all = new ArrayList<>(query.vectors().size());
        for (int from = 0; from < query.vectors().size(); from += TOGETHER) {
            List<ScanQuery> together = new ArrayList<>();
            for (float[] vector : query.vectors().subList(from, Math.min(from + TOGETHER, query.vectors().size()))) {
                together.add(new ScanQuery(vector, new TopHits(query)));
            }
            if (table.size() > 0) {
                scan(table, together);
            }
            together.forEach(scanned -> all.add(scanned.best()));
        }
        return all;
    }

    private static void scan(EntryTable table, List<ScanQuery> queries) {
        List<byte[]> values = queries.stream().map(ScanQuery::values).toList();
        int dimension = values.get(0).length;
        int middle = Quantised.middle(dimension);
        ByteColumns first = new ByteColumns(values, 0, middle);
        ByteColumns second = middle == dimension ? null : new ByteColumns(values, middle, dimension - middle);
        int[] sums = new int[table.blocks().get(0).slots() * queries.size()];
        int[] more = second == null ? null : new int[sums.length];
        int firstSlot = 0;
        for (QuantisedBlock block : table.blocks()) {
            ByteProduct.get().multiply(block.half(0), first, sums);
            boolean isLone = second != null && queries.size() == 1;
            if (!isLone || !queries.get(0).finishEarly(block, sums, firstSlot, table)) {
                if (second != null) {
                    ByteProduct.get().multiply(block.half(1), second, more);
                    add(more, sums);
                }
                for (int i = 0; i < queries.size(); i++) {
                    queries.get(i).collect(block, sums, i * block.slots(), firstSlot, table);
                }
            }
            firstSlot += block.slots();
        }
    }

    private static void add(int[] more, int[] sums) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += more[i];
        }
    }
}
