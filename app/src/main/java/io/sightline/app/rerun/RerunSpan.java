package io.sightline.app.rerun;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;

/**
 * The requests of a time: in each partition from the first that is as young up to the first that is as young as the end.
 *
 * @param from offset of the first, by partition
 * @param to offset after the last, by partition
 */
record RerunSpan(Map<Integer, Long> from, Map<Integer, Long> to) {
    private static final Duration CALL = Duration.ofSeconds(30);

    static RerunSpan of(Consumer<byte[], byte[]> consumer, List<TopicPartition> partitions, long fromMs, long toMs) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, CALL);
        return new RerunSpan(first(consumer, ends, fromMs), first(consumer, ends, toMs));
    }

    /** Offsets of the first records as young as that, by partition; the end where there is none. */
    static Map<Integer, Long> first(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends, long timeMs) {
        Map<TopicPartition, Long> times = new HashMap<>();
        ends.keySet().forEach(partition -> times.put(partition, timeMs));
        Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(times, CALL);
        Map<Integer, Long> offsets = new HashMap<>();
        ends.forEach((partition, end) -> offsets.put(partition.partition(), found.get(partition) == null ? end : found.get(partition).offset()));
        return offsets;
    }

    boolean contains(int partition, long offset) {
        return from.containsKey(partition) && offset >= from.get(partition) && offset < to.get(partition);
    }

    /** Places in it; a transaction's marks are among them. */
    long size() {
        return from.keySet().stream().mapToLong(partition -> Math.max(0, to.get(partition) - from.get(partition))).sum();
    }
}
