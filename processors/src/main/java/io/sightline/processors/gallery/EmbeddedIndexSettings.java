package io.sightline.processors.gallery;

import io.sightline.schemas.settings.Setting;

/**
 * How the embedded index searches and how much it takes. Immutable.
 *
 * <p>Exact search costs 2 to 5 ms for each 100,000 entries of 512 dimensions on one core, by the processor, and a tenth of that in batches; the default
 * of {@code exact_max_entries} keeps it near 10 ms.
 */
public record EmbeddedIndexSettings(
        @Setting(doc = "Most entries of a gallery that are searched exactly; larger galleries are searched approximately, with a graph (HNSW).", def = "250000", min = 0, max = 10000000, affectsResults = true) int exactMaxEntries,
        @Setting(doc = "Most entries of a gallery; further ones are not taken, and a warning says so.", def = "1000000", min = 1, max = 10000000, affectsResults = true) int maxEntries,
        @Setting(doc = "Links of an entry in the graph: more find better and take more memory and time.", def = "16", min = 4, max = 64, affectsResults = true) int hnswM,
        @Setting(doc = "Candidates looked at when an entry is linked into the graph.", def = "100", min = 8, max = 1000, affectsResults = true) int hnswEfConstruction,
        @Setting(doc = "Candidates looked at by a search of the graph; never fewer than twice top_k.", def = "128", min = 8, max = 10000, affectsResults = true) int hnswEfSearch) {
    public static final EmbeddedIndexSettings DEFAULT = new EmbeddedIndexSettings(250_000, 1_000_000, 16, 100, 128);

    public EmbeddedIndexSettings {
        check("exact_max_entries", exactMaxEntries, 0, 10_000_000);
        check("max_entries", maxEntries, 1, 10_000_000);
        check("hnsw_m", hnswM, 4, 64);
        check("hnsw_ef_construction", hnswEfConstruction, 8, 1000);
        check("hnsw_ef_search", hnswEfSearch, 8, 10_000);
    }

    private static void check(String key, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(key + ": " + value + " (expected: " + min + ".." + max + ")");
        }
    }
}
