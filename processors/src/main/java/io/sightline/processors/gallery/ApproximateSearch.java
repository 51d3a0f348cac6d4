package io.sightline.processors.gallery;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Searches a graph for each query by itself, and scans what is not linked yet; hits are scored and ordered as by {@link ExactScan}. Where
 * a filter or distinct labels leave fewer hits than asked for among the candidates, more candidates are taken, and at last the gallery is
 * scanned. The caller holds the gallery's lock, so that all is of one epoch.
 */
final class ApproximateSearch {
    /** Candidates for each hit asked for, at least. */
    private static final int OVER_FETCH = 2;
    /** How many times more candidates the second attempt takes. */
    private static final int WIDER = 8;

    private final EntryTable table;
    private final GraphKeeper.Growing graph;
    private final int efSearch;

    ApproximateSearch(EntryTable table, GraphKeeper.Growing graph, int efSearch) {
        this.table = table;
        this.graph = graph;
        this.efSearch = efSearch;
    }

    List<TopHits> search(GalleryQuery query) {
        List<TopHits> all = new ArrayList<>(query.vectors().size());
        for (float[] vector : query.vectors()) {
            all.add(search(vector, query));
        }
        return all;
    }

    private TopHits search(float[] vector, GalleryQuery query) {
        int candidates = Math.max(efSearch, OVER_FETCH * query.topK());
        for (int width : new int[] {candidates, WIDER * candidates}) {
            if (width < table.size()) {
                TopHits best = new TopHits(query);
                if (isEnough(vector, query, width, best)) {
                    return best;
                }
            }
        }
        return ExactScan.search(table, query.with(List.of(vector))).get(0);
    }

    /** True where the best hits are full, or no further candidate could reach the threshold. */
    private boolean isEnough(float[] vector, GalleryQuery query, int width, TopHits best) {
        Set<StoredEntry> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (StoredEntry entry : graph.waiting) {
            if (entry.slot() != StoredEntry.NO_SLOT && seen.add(entry)) {
                best.offer(entry, vector);
            }
        }
        List<HnswGraph.Near> near = graph.graph.near(vector, width, entry -> entry.slot() != StoredEntry.NO_SLOT);
        double leastAtMost = Double.POSITIVE_INFINITY;
        for (HnswGraph.Near found : near) {
            leastAtMost = Math.min(leastAtMost, found.atMost());
            if (found.atMost() >= best.floor() && seen.add(found.entry())) {
                best.offer(found.entry(), vector);
            }
        }
        return best.isFull() || near.size() == width && leastAtMost < PublishedScore.least(query.threshold());
    }
}
