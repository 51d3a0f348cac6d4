package io.sightline.connectors.walk;

import io.sightline.schemas.topics.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads what is on a topic when the walk begins, committed records only, and ends. No group, no commits: nobody else notices. Holds the
 * records of one fetch (16 MiB, or one record that is larger) and what Kafka's client fetches ahead, as much again. For one thread.
 */
public final class TopicWalk implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration ASK = Duration.ofSeconds(15);
    /** A broker that says nothing for so long is away. */
    private static final long SILENCE_NS = TimeUnit.SECONDS.toNanos(60);
    private static final int FETCH_BYTES = 16 << 20;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final String topic;
    private final String servers;
    private final List<TopicPartition> partitions;

    /**
     * @param kafka the consumer's properties under Kafka's own names
     * @throws IllegalArgumentException where the topic is not there, or Kafka can't be reached
     */
    public TopicWalk(Map<String, String> kafka, String topic) {
        this.topic = topic;
        this.servers = kafka.get("bootstrap.servers");
        this.consumer = new KafkaConsumer<>(properties(kafka), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        try {
            this.partitions = asking(() -> consumer.partitionsFor(topic, ASK)).stream().map(p -> new TopicPartition(topic, p.partition())).toList();
            if (partitions.isEmpty()) {
                throw new IllegalArgumentException("topic " + topic + ": not there (expected: a topic at " + servers + ")");
            }
            consumer.assign(partitions);
        } catch (RuntimeException e) {
            consumer.close();
            throw e;
        }
    }

    private static Map<String, Object> properties(Map<String, String> kafka) {
        Map<String, Object> p = new HashMap<>();
        p.put("client.id", "sightline-walk");
        p.put("fetch.max.bytes", FETCH_BYTES);
        p.put("max.partition.fetch.bytes", Topics.MAX_MESSAGE_BYTES);
        p.put("reconnect.backoff.max.ms", 1_000);
        p.putAll(kafka);
        p.remove("group.id");
        p.remove("group.instance.id");
        p.put("group.protocol", "classic");
        p.put("isolation.level", "read_committed");
        p.put("auto.offset.reset", "earliest");
        p.put("enable.auto.commit", false);
        p.put("allow.auto.create.topics", false);
        return p;
    }

    /** How many partitions the topic has. */
    public int partitions() {
        return partitions.size();
    }

    /** All records of a span of time, by their timestamps; each partition's in order. */
    public void each(Span span, Consumer<ConsumerRecord<byte[], byte[]>> use) {
        from(offsets(span.from()), record -> {
            if (span.contains(record.timestamp())) {
                use.accept(record);
            }
        });
    }

    /** Of each partition the first offset whose record is of that time or later; empty: the first of all. Where there is none: the end. */
    public Map<Integer, Long> offsets(Optional<Instant> time) {
        return asking(() -> {
            Map<Integer, Long> offsets = new HashMap<>();
            if (time.isEmpty()) {
                consumer.beginningOffsets(partitions, ASK).forEach((partition, offset) -> offsets.put(partition.partition(), offset));
                return offsets;
            }
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, ASK);
            Map<TopicPartition, Long> times = new HashMap<>();
            partitions.forEach(partition -> times.put(partition, time.get().toEpochMilli()));
            Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(times, ASK);
            partitions.forEach(partition -> offsets.put(partition.partition(), found.get(partition) == null ? ends.get(partition) : found.get(partition).offset()));
            return offsets;
        });
    }

    /** All records from these offsets on, of the partitions that have one; each partition's in order. Partitions that are not there are passed over. */
    public void from(Map<Integer, Long> offsets, Consumer<ConsumerRecord<byte[], byte[]>> use) {
        List<TopicPartition> some = partitions.stream().filter(p -> offsets.containsKey(p.partition())).toList();
        asking(() -> {
            select(some);
            Map<TopicPartition, Long> first = consumer.beginningOffsets(some, ASK);
            Map<TopicPartition, Long> ends = consumer.endOffsets(some, ASK);
            // An offset outside of what is there would send the consumer to the beginning.
            some.forEach(p -> consumer.seek(p, Math.min(Math.max(offsets.get(p.partition()), first.get(p)), ends.get(p))));
            return walk(ends, use);
        });
    }

    /** The record at that place; empty where there is none (any more). */
    public Optional<ConsumerRecord<byte[], byte[]>> at(int partition, long offset) {
        TopicPartition place = new TopicPartition(topic, partition);
        if (!partitions.contains(place)) {
            return Optional.empty();
        }
        return asking(() -> {
            select(List.of(place));
            long end = consumer.endOffsets(List.of(place), ASK).get(place);
            if (offset < consumer.beginningOffsets(List.of(place), ASK).get(place) || offset >= end) {
                return Optional.<ConsumerRecord<byte[], byte[]>>empty();
            }
            consumer.seek(place, offset);
            long heardAt = System.nanoTime();
            while (consumer.position(place, ASK) <= offset) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    return record.offset() == offset ? Optional.of(record) : Optional.<ConsumerRecord<byte[], byte[]>>empty();
                }
                checkSilence(heardAt);
            }
            return Optional.<ConsumerRecord<byte[], byte[]>>empty();
        });
    }

    /** Only these are fetched. By pausing: Kafka's client complains of answers for what is not assigned any more. */
    private void select(Collection<TopicPartition> some) {
        consumer.pause(partitions);
        consumer.resume(some);
    }

    private Void walk(Map<TopicPartition, Long> ends, Consumer<ConsumerRecord<byte[], byte[]>> use) {
        long heardAt = System.nanoTime();
        Map<TopicPartition, Long> left = new HashMap<>(ends);
        while (true) {
            if (left.entrySet().removeIf(end -> consumer.position(end.getKey(), ASK) >= end.getValue())) {
                select(left.keySet()); // what comes behind the end is not fetched
            }
            if (left.isEmpty()) {
                return null;
            }
            ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
            for (ConsumerRecord<byte[], byte[]> record : records) {
                if (record.offset() < ends.get(new TopicPartition(topic, record.partition()))) {
                    use.accept(record);
                }
            }
            if (records.isEmpty() && records.nextOffsets().isEmpty()) {
                checkSilence(heardAt);
            } else {
                heardAt = System.nanoTime();
            }
        }
    }

    private static void checkSilence(long heardAt) {
        if (System.nanoTime() - heardAt > SILENCE_NS) {
            throw new KafkaException("nothing came for " + TimeUnit.NANOSECONDS.toSeconds(SILENCE_NS) + " s");
        }
    }

    private interface Asking<T> {
        T answer();
    }

    private <T> T asking(Asking<T> question) {
        try {
            return question.answer();
        } catch (KafkaException e) {
            throw new IllegalArgumentException("topic " + topic + ": can't be read, " + e.getMessage() + " (expected: Kafka at " + servers + ")", e);
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
