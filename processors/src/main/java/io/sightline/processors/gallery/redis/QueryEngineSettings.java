package io.sightline.processors.gallery.redis;

import io.sightline.schemas.settings.Setting;

/** How the Query Engine's indexes are built and searched. A change of algorithm, m or ef_construction makes new indexes, filled from the log. */
public record QueryEngineSettings(
        @Setting(doc = "hnsw: a graph, approximate; flat: every entry is looked at, which misses none.", def = "hnsw", affectsResults = true) Algorithm algorithm,
        @Setting(doc = "Neighbours of an entry in the graph.", def = "16", min = 2, max = 512, affectsResults = true) int m,
        @Setting(doc = "Candidates looked at when an entry is added.", def = "200", min = 1, max = 4096, affectsResults = true) int efConstruction,
        @Setting(doc = "Candidates looked at by a search; more finds more of the true neighbours and takes longer.", def = "100", min = 1, max = 4096,
                affectsResults = true) int efRuntime) {

    static final QueryEngineSettings DEFAULT = new QueryEngineSettings(Algorithm.HNSW, 16, 200, 100);

    /** How neighbours are found. */
    public enum Algorithm {
        HNSW, FLAT
    }
}
