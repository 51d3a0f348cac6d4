package io.sightline.processors.gallery;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds what a scan of all vectors in float would find, hit for hit and bit for bit, but reads a quarter of the memory: a first pass over
 * the {@link QuantisedBlock}s bounds each score from above, and only entries whose bound reaches the worst hit so far are scored with
 * their floats. Most blocks are left after half of the dimensions ({@link ScanQuery#finishEarly}). No answer depends on the other queries
 * or on the slots. Stateless; the caller holds the gallery's lock.
 */
final class ExactScan {
    /** Queries that pass over a block together: their sums stay in a core's second cache. */
    private static final int TOGETHER = 32;
    /** With fewer segments a half is not worth a look. */
    private static final int MIN_SEGMENTS = 4;

    private ExactScan() {
    }

    static List<TopHits> search(EntryTable table, GalleryQuery query) {
        List<TopHits> all = new ArrayList<>(query.vectors().size());
        for (int from = 0; from < query.vectors().size(); from += TOGETHER) {
            List<ScanQuery> together = new ArrayList<>();
            for (float[] vector : query.vectors().subList(from, Math.min(from + TOGETHER, query.vectors().size()))) {
                together.add(new ScanQuery(vector, new TopHits(query)));
            }
            scan(table, together);
            together.forEach(scanned -> all.add(scanned.best()));
        }
        return all;
    }

    private static void scan(EntryTable table, List<ScanQuery> queries) {
        int[] even = new int[0];
        int[] odd = new int[0];
        int firstSlot = 0;
        for (QuantisedBlock block : table.blocks()) {
            int rowLength = block.slots() / QuantisedBlock.LANES;
            if (even.length != rowLength) {
                even = new int[rowLength];
                odd = new int[rowLength];
            }
            for (ScanQuery query : queries) {
                query.begin(rowLength);
            }
            // Segment by segment, all queries on a segment while it is in the processor's cache: memory is read once.
            int half = block.segments() < MIN_SEGMENTS ? 0 : block.segments() / 2;
            for (int segment = 0; segment < block.segments(); segment++) {
                for (ScanQuery query : queries) {
                    if (segment == half && half > 0) {
                        query.finishEarly(block, firstSlot, table);
                    }
                    if (!query.isDone()) {
                        block.score(segment, query, even, odd);
                    }
                }
            }
            for (ScanQuery query : queries) {
                if (!query.isDone()) {
                    query.collect(block, firstSlot, table);
                }
            }
            firstSlot += block.slots();
        }
    }
}
