package io.sightline.processors.streams;

import io.sightline.schemas.topics.GalleryKey;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.streams.processor.StreamPartitioner;

/** Sends all entries of a gallery to one partition, see {@link GalleryKey#partition(int)}. Stateless. */
public final class GalleryPartitioner implements StreamPartitioner<byte[], byte[]> {
    @Override
    public Optional<Set<Integer>> partitions(String topic, byte[] key, byte[] value, int numPartitions) {
        return Optional.of(Set.of(GalleryKey.parse(new String(key, StandardCharsets.UTF_8)).partition(numPartitions)));
    }
}
