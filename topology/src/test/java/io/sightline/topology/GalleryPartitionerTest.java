package io.sightline.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightline.processors.streams.GalleryPartitioner;
import io.sightline.topology.support.Kafka;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GalleryPartitionerTest {
    private static Optional<Set<Integer>> partition(String key) {
        return new GalleryPartitioner().partitions("gallery-vectors", Kafka.bytes(key), null, 8);
    }

    @Test
    void shouldSendAllEntriesOfAGalleryToOnePartition() {
        Set<Optional<Set<Integer>>> partitions = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            partitions.add(partition("shoes/" + i));
        }

        assertThat(partitions).hasSize(1);
    }

    @Test
    void shouldSpreadGalleriesOverThePartitions() {
        Set<Integer> partitions = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            partitions.addAll(partition("gallery" + i + "/x").orElseThrow());
        }

        assertThat(partitions).hasSize(8);
    }
}
