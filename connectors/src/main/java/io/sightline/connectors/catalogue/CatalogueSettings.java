package io.sightline.connectors.catalogue;

import java.util.Map;

/**
 * How a {@link GalleryCatalogue} is kept.
 *
 * @param kafka properties for the consumer under Kafka's own names; {@code bootstrap.servers} at least
 * @param maxEntries most entries of all galleries together held in memory, at least 1
 */
public record CatalogueSettings(Map<String, String> kafka, int maxEntries) {
    public CatalogueSettings {
        kafka = Map.copyOf(kafka);
        if (maxEntries < 1) {
            throw new IllegalArgumentException("max_catalogue_entries: " + maxEntries + " (expected: at least 1)");
        }
    }
}
