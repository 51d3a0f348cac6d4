package io.sightline.connectors.bridge;

import java.util.Optional;

/**
 * A gallery as a worker's index has it now.
 *
 * @param counts empty where the index can't be asked, or does not know the gallery yet
 * @param stale entries whose vectors are of another model: they can't be found, and are being embedded again
 * @param breaker of the index's server: CLOSED, OPEN or HALF_OPEN; empty: there is no server
 * @param trouble why the index can't be asked; empty: it can
 */
public record GalleryIndexState(Optional<Counts> counts, int stale, Optional<String> breaker, Optional<String> trouble) {
    /**
     * @param entries that can be found
     * @param epoch sequence number of the last edit applied
     * @param generation counts the rebuilds, from 1
     * @param memoryBytes taken by the vectors, roughly; -1: not known
     * @param refused additions not taken because the gallery was full, since the generation was begun or loaded
     */
    public record Counts(long entries, long epoch, long generation, long memoryBytes, long refused) {
    }
}
