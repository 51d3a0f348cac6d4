package io.sightline.processors.gallery;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Entries whose vectors on gallery-vectors are of another model than their gallery's: they can't be found, and are to be embedded again. As many
 * keys as the galleries have such entries. Thread-safe.
 */
public final class StaleEntries {
    private final Set<String> keys = ConcurrentHashMap.newKeySet();

    /** @param key gallery/id */
    public void add(String key) {
        keys.add(key);
    }

    public void remove(String key) {
        keys.remove(key);
    }

    public boolean contains(String key) {
        return keys.contains(key);
    }

    public boolean isEmpty() {
        return keys.isEmpty();
    }

    public int size() {
        return keys.size();
    }
}
