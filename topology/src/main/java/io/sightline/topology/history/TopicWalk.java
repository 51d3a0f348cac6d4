package io.sightline.topology.history;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads a topic from some offsets to where it ends when that begins. Belongs to no group and commits nothing. */
public final class TopicWalk {
    private static final Duration CALL = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final long PATIENCE_NS = Duration.ofSeconds(60).toNanos();

    /** Called for each record, in order within a partition. */
    public interface Step {
        void with(ConsumerRecord<byte[], byte[]> record);
    }

    private TopicWalk() {
    }

    /** A consumer of no group. @param client brokers and what else clients need, under Kafka's own names */
    public static Consumer<byte[], byte[]> consumer(Map<String, Object> client, boolean committedOnly) {
        return new KafkaConsumer<>(RecordFetcher.properties(client, committedOnly), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** @throws IllegalArgumentException there is no such topic */
    public static List<TopicPartition> partitions(Consumer<byte[], byte[]> consumer, String topic) {
        List<PartitionInfo> infos = consumer.partitionsFor(topic, CALL);
        if (infos == null || infos.isEmpty()) {
            throw new IllegalArgumentException("topic " + topic + ": not there (expected: a topic of a running sightline)");
        }
        return infos.stream().map(info -> new TopicPartition(topic, info.partition())).toList();
    }

    /**
     * @param from where to begin, by partition; offsets that are gone: at the first that is there
     * @throws KafkaException the brokers give nothing for a minute
     */
    public static void walk(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> from, Step step) {
        Collection<TopicPartition> partitions = from.keySet();
        consumer.assign(partitions);
        from.forEach(consumer::seek);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, CALL);
        long deadlineNs = System.nanoTime() + PATIENCE_NS;
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey(), CALL) < end.getValue())) {
            boolean any = false;
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                any = true;
                if (record.offset() < ends.get(new TopicPartition(record.topic(), record.partition()))) {
                    step.with(record);
                }
            }
            if (any) {
                deadlineNs = System.nanoTime() + PATIENCE_NS;
            } else if (System.nanoTime() - deadlineNs > 0) {
                throw new KafkaException("topics of " + partitions + ": nothing read for " + Duration.ofNanos(PATIENCE_NS).toSeconds() + " s (expected: records up to " + ends + ")");
            }
        }
    }

    /** {@link #walk} from the beginning. */
    public static void all(Consumer<byte[], byte[]> consumer, Collection<TopicPartition> partitions, Step step) {
        walk(consumer, consumer.beginningOffsets(partitions, CALL), step);
    }
}
