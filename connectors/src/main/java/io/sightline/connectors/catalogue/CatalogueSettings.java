package io.sightline.connectors.catalogue;

import java.util.Map;

/**
 * How a {@link GalleryCatalogue} is kept.
 *
 * @param kafka properties for the consumer under Kafka's own names; {@code bootstrap.servers} at least
 * @param maxEntries most entries of all galleries together held in memory, at least 1
 */
public record CatalogueSettings(Map<String, String> kafka, int maxEntries) {
    /** Of heap, of an entry with two attributes; measured. */
    static final int ENTRY_BYTES = 270;
    private static final int SHARE_OF_HEAP = 4;
    private static final int MOST_ENTRIES = 100_000_000;

    public CatalogueSettings {
        kafka = Map.copyOf(kafka);
        if (maxEntries < 1) {
            throw new IllegalArgumentException("max_catalogue_entries: " + maxEntries + " (expected: at least 1)");
        }
    }

    /**
     * As above, with a limit that follows the heap where none is given.
     *
     * @param maxEntries 0: as many as a quarter of the heap has room for
     * @param heapBytes most heap the JVM may have
     */
    public static CatalogueSettings of(Map<String, String> kafka, int maxEntries, long heapBytes) {
        long fitting = Math.max(1, Math.min(MOST_ENTRIES, heapBytes / SHARE_OF_HEAP / ENTRY_BYTES));
        return new CatalogueSettings(kafka, maxEntries == 0 ? (int) fitting : maxEntries);
    }
}
