package io.sightline.schemas.wire;

import java.util.LinkedHashMap;
import java.util.Map;

/** What a registry has answered: the entries that were used last, up to a number. An entry that had to go is asked for again. Thread-safe. */
final class RegistryCache<K, V> {
    private final Map<K, V> entries;

    /** @param capacity at least 1 */
    RegistryCache(int capacity) {
        entries = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > capacity;
            }
        };
    }

    /** Null where there is none. */
    synchronized V get(K key) {
        return entries.get(key);
    }

    synchronized void put(K key, V value) {
        entries.put(key, value);
    }
}
