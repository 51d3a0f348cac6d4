package io.sightline.processors.gallery.redis;

import io.sightline.schemas.settings.Setting;

/** How vector sets are built and searched. A change of quantisation, m or ef_construction makes new sets, filled from the log. */
public record VectorSetSettings(
        @Setting(doc = "How vectors are kept. none: 4 bytes a dimension, scores exact to 0.000001; q8: 1 byte, scores within 0.005; binary: 1 bit, scores rough.",
                def = "none", affectsResults = true) Quantisation quantisation,
        @Setting(doc = "Neighbours of an entry in the graph.", def = "16", min = 4, max = 4096, affectsResults = true) int m,
        @Setting(doc = "Candidates looked at when an entry is added; the time to fill a gallery goes with it.", def = "100", min = 1, max = 1000000, affectsResults = true) int efConstruction,
        @Setting(doc = "Candidates looked at by a search; more finds more of the true neighbours and takes longer.", def = "200", min = 1, max = 1000000,
                affectsResults = true) int efSearch,
        @Setting(doc = "Galleries of at most this many entries are searched entry by entry, which misses none. 0: never.", def = "2000", min = 0, max = 100000000,
                affectsResults = true) int exactUpToEntries) {

    static final VectorSetSettings DEFAULT = new VectorSetSettings(Quantisation.NONE, 16, 100, 200, 2000);

    /** How vectors are kept. */
    public enum Quantisation {
        NONE("NOQUANT"), Q8("Q8"), BINARY("BIN");

        private final String option;

        Quantisation(String option) {
            this.option = option;
        }

        String option() {
            return option;
        }
    }
}
