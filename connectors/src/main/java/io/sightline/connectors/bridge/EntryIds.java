package io.sightline.connectors.bridge;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;

/**
 * Ids of entries whose caller names none: made of the caller's Idempotency-Key, so that the same call sent again changes the same entry instead of adding another;
 * without a key, new ones. Nothing is remembered for that: it holds for all bridges and across restarts.
 *
 * @param seed what the ids are made of
 */
record EntryIds(Optional<String> seed) {
    /** @param owner whose key it is */
    static EntryIds keyed(String owner, String gallery, String key) {
        return new EntryIds(Optional.of(owner + "\n" + gallery + "\n" + key));
    }

    static EntryIds fresh() {
        return new EntryIds(Optional.empty());
    }

    /** @param number of the entry in its call */
    String id(long number) {
        return seed.map(text -> UUID.nameUUIDFromBytes((text + "\n" + number).getBytes(StandardCharsets.UTF_8))).orElseGet(UUID::randomUUID).toString();
    }
}
