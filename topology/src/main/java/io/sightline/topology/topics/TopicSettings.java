package io.sightline.topology.topics;

import io.sightline.schemas.settings.Setting;

/**
 * How topics are made where they are missing. Existing ones are checked, never changed. Two settings for partitions: the galleries' topics
 * are ordered by gallery name and small, one partition serves; requests, results and dead letters spread over the workers.
 */
public record TopicSettings(
        @Setting(doc = "Put before each topic's name.", def = "sightline.") String prefix,
        @Setting(doc = "Make missing topics at start. Otherwise a missing one is a start error.", def = "true") boolean autoCreate,
        @Setting(doc = "Partitions of requests, results and dead-letters where they are made: at most so many stream threads share the requests.", def = "4", min = 1, max = 10000) int partitions,
        @Setting(doc = "Partitions of gallery and gallery-vectors where they are made; all entries of a gallery share one.", def = "1", min = 1, max = 1000) int galleryPartitions,
        @Setting(doc = "Copies of each topic where it is made. -1: the broker's default.", def = "-1", min = -1, max = 100) int replicationFactor,
        @Setting(doc = "How far back gallery and gallery-vectors keep every edit where they are made (min.compaction.lag.ms), milliseconds; after that only the newest of each entry may be left. So far back a gallery can be read as it was: by default as long as requests are kept, 7 days. 0: not at all.", def = "604800000", min = 0, max = 3153600000000.0) long galleryHistoryMs,
        @Setting(doc = "Longest wait for the brokers at start, milliseconds.", def = "30000", min = 1000, max = 600000) long timeoutMs) {

    public static final TopicSettings DEFAULT = new TopicSettings("sightline.", true, 4, 1, -1, 604_800_000, 30_000);

    public TopicSettings {
        positive("partitions", partitions);
        positive("gallery_partitions", galleryPartitions);
        if (replicationFactor != -1) {
            positive("replication_factor", replicationFactor);
        }
    }

    private static void positive(String key, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("topics." + key + ": " + value + " (expected: 1 or more)");
        }
    }
}
