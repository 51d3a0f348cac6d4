package io.sightline.connectors.catalogue;

import java.util.Map;

/**
 * A gallery in numbers.
 *
 * @param epoch sequence number of the last edit seen
 * @param models entries by the model that made their vectors
 */
public record GallerySummary(String gallery, int entries, long epoch, Map<String, Integer> models) {
}
