package io.sightline.processors.gallery;

/**
 * A gallery as an index has it now.
 *
 * @param model id of the model that made its vectors
 * @param entries that can be found
 * @param epoch sequence number of the last edit applied; 0 before the first
 * @param generation counts the rebuilds, from 1
 * @param memoryBytes taken by the vectors, roughly; -1: not known
 * @param refused additions that were not taken because the gallery was full, since the generation was begun; 0 where there is no limit
 */
public record GalleryStats(String gallery, String model, long entries, long epoch, long generation, long memoryBytes, long refused) {
}
