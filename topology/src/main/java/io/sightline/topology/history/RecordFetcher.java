package io.sightline.topology.history;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Single records of a topic by their places. Cheap where the offsets asked for rise, whatever the order of the partitions: each keeps what was
 * fetched ahead, all together 32 MiB and what one fetch brings. Belongs to no group and commits nothing. Owner: one thread.
 */
public final class RecordFetcher implements AutoCloseable {
    private static final Duration CALL = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final long PATIENCE_NS = Duration.ofSeconds(60).toNanos();
    private static final int AHEAD_BYTES = 2 << 20;
    private static final long ALL_AHEAD_BYTES = 32 << 20;
    private static final int MAX_POLL_RECORDS = 500;
    /** Records that are rather read than sought past: a seek throws away what was fetched ahead. */
    private static final long MAX_SKIPPED = 200;

    private static final class Ahead {
        private final Deque<ConsumerRecord<byte[], byte[]>> records = new ArrayDeque<>();
        /** All records of the partition from here to the consumer's position that are still there are among those fetched ahead. */
        private long from = -1;
        private long bytes;

        private void add(ConsumerRecord<byte[], byte[]> record) {
            records.add(record);
            bytes += size(record);
        }

        private ConsumerRecord<byte[], byte[]> poll() {
            bytes -= size(records.peek());
            return records.poll();
        }

        private void forget() {
            records.clear();
            bytes = 0;
            from = -1;
        }

        private static long size(ConsumerRecord<byte[], byte[]> record) {
            return Math.max(0, record.serializedKeySize()) + (long) Math.max(0, record.serializedValueSize());
        }
    }

    private final String topic;
    private final Consumer<byte[], byte[]> consumer;
    private final Map<Integer, Ahead> partitions = new HashMap<>();

    /** @param client brokers and what else clients need, under Kafka's own names */
    public RecordFetcher(Map<String, Object> client, String topic, boolean committedOnly) {
        this(new KafkaConsumer<>(properties(client, committedOnly), new ByteArrayDeserializer(), new ByteArrayDeserializer()), topic);
    }

    private RecordFetcher(Consumer<byte[], byte[]> consumer, String topic) {
        this.topic = topic;
        this.consumer = consumer;
        try {
            Set<TopicPartition> all = new HashSet<>();
            TopicWalk.partitions(consumer, topic).forEach(partition -> {
                all.add(partition);
                partitions.put(partition.partition(), new Ahead());
            });
            consumer.assign(all);
            consumer.pause(all);
        } catch (RuntimeException e) {
            consumer.close();
            throw e;
        }
    }

    static Map<String, Object> properties(Map<String, Object> client, boolean committedOnly) {
        Map<String, Object> p = new HashMap<>(client);
        p.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, committedOnly ? "read_committed" : "read_uncommitted");
        p.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        p.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        p.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        p.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_POLL_RECORDS);
        p.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, AHEAD_BYTES);
        p.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, AHEAD_BYTES);
        p.remove(ConsumerConfig.GROUP_ID_CONFIG);
        p.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
        return p;
    }

    /**
     * The record at that offset; empty where there is none: it is gone, was never committed, or is no record at all but a transaction's mark.
     *
     * @throws KafkaException the brokers give nothing for a minute
     */
    public Optional<ConsumerRecord<byte[], byte[]>> fetch(int partition, long offset) {
        Ahead ahead = partitions.get(partition);
        if (ahead == null) {
            throw new IllegalArgumentException("partition: " + partition + " of topic " + topic + " (expected: one of " + partitions.size() + ")");
        }
        TopicPartition place = new TopicPartition(topic, partition);
        if (offset < ahead.from || ahead.from < 0 || offset - consumer.position(place, CALL) > MAX_SKIPPED) {
            ahead.forget();
            ahead.from = offset;
            consumer.seek(place, offset);
        }
        long deadlineNs = System.nanoTime() + PATIENCE_NS;
        while (true) {
            while (!ahead.records.isEmpty() && ahead.records.peek().offset() < offset) {
                ahead.poll();
            }
            ahead.from = offset;
            if (!ahead.records.isEmpty()) {
                if (ahead.records.peek().offset() > offset) {
                    return Optional.empty();
                }
                ahead.from = offset + 1;
                return Optional.of(ahead.poll());
            }
            if (consumer.position(place, CALL) > offset || consumer.endOffsets(List.of(place), CALL).get(place) <= offset) {
                return Optional.empty();
            }
            if (System.nanoTime() - deadlineNs > 0) {
                throw new KafkaException(place + "@" + offset + ": not read in " + Duration.ofNanos(PATIENCE_NS).toSeconds() + " s (expected: a record, or the end)");
            }
            if (partitions.values().stream().mapToLong(other -> other.bytes).sum() > ALL_AHEAD_BYTES) {
                partitions.values().stream().filter(other -> other != ahead).forEach(Ahead::forget);
            }
            consumer.resume(Set.of(place));
            consumer.poll(POLL).records(place).forEach(ahead::add);
            consumer.pause(Set.of(place));
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
