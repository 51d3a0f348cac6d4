package io.sightline.processors.gallery;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Entries whose vectors on gallery-vectors are of another model than their gallery's: they can't be found, and are to be embedded again. As many
 * keys as the galleries have such entries. Thread-safe.
 */
public final class StaleEntries {
    private final Map<String, Long> epochs = new ConcurrentHashMap<>();

    /**
     * @param key gallery/id
     * @param epoch of the edit that the vector was made of
     */
    public void add(String key, long epoch) {
        epochs.merge(key, epoch, Math::max);
    }

    /** The entry is as a later edit has it, or that edit is done again; one before it changes nothing. */
    public void remove(String key, long epoch) {
        epochs.computeIfPresent(key, (known, stale) -> epoch >= stale ? null : stale);
    }

    /** True: that edit was made while the gallery had another model. */
    public boolean covers(String key, long epoch) {
        return epoch <= epochs.getOrDefault(key, -1L);
    }

    public boolean contains(String key) {
        return epochs.containsKey(key);
    }

    public boolean isEmpty() {
        return epochs.isEmpty();
    }

    /** How many of one gallery. */
    public int count(String gallery) {
        String prefix = gallery + "/";
        return (int) epochs.keySet().stream().filter(key -> key.startsWith(prefix)).count();
    }

    public int size() {
        return epochs.size();
    }
}
