package io.sightline.topology.lookahead;

import io.sightline.schemas.settings.Setting;

/** How far each stream thread works ahead of what Kafka Streams has been given. */
public record LookAheadSettings(
        @Setting(doc = "Most records a stream thread works on at a time; when reached, its partitions are paused.", def = "64", min = 1, max = 100000) int maxRecords,
        @Setting(doc = "Most bytes (keys and values) of records a stream thread works on at a time; a single larger record still goes, alone.", def = "67108864", min = 1, max = 4294967296.0) long maxBytes) {

    public static final LookAheadSettings DEFAULT = new LookAheadSettings(64, 64L << 20);

    public LookAheadSettings {
        if (maxRecords < 1) {
            throw new IllegalArgumentException("look_ahead.max_records: " + maxRecords + " (expected: 1 or more)");
        }
        if (maxBytes < 1) {
            throw new IllegalArgumentException("look_ahead.max_bytes: " + maxBytes + " (expected: 1 or more)");
        }
    }
}
