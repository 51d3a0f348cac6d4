package io.sightline.connectors.replay;

import io.sightline.schemas.topics.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Kafka clients of a replay, and what they ask of a topic. */
final class ReplayTopics {
    private static final Duration ASK = Duration.ofSeconds(10);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final int BUFFER_BYTES = 64 << 20;
    /** Pictures that are there together go in one request each partition, a portion of the window. */
    private static final int BATCH_BYTES = 2 << 20;
    /** Of a result, at least. */
    private static final int RESULT_BYTES = 64;
    private static final int FETCH_WAIT_MS = 50;

    private ReplayTopics() {
    }

    /** @param patienceMs longest time a request waits to be taken */
    static Map<String, Object> producer(Map<String, String> kafka, long patienceMs) {
        Map<String, Object> p = new HashMap<>();
        p.put("client.id", "sightline-replay");
        p.put("max.request.size", Topics.MAX_MESSAGE_BYTES);
        p.put("buffer.memory", BUFFER_BYTES);
        p.put("batch.size", BATCH_BYTES);
        p.put("max.block.ms", patienceMs);
        p.put("reconnect.backoff.max.ms", 1_000);
        p.putAll(kafka);
        // What "sent once" rests on.
        p.put("acks", "all");
        p.put("enable.idempotence", true);
        p.remove("transactional.id");
        return p;
    }

    /** @param concurrency requests under way at a time: the more, the more results are waited for at a time */
    static KafkaConsumer<byte[], byte[]> consumer(Map<String, String> kafka, int concurrency) {
        Map<String, Object> p = new HashMap<>();
        p.put("fetch.min.bytes", Math.max(1, RESULT_BYTES * concurrency));
        p.put("fetch.max.wait.ms", FETCH_WAIT_MS);
        p.put("client.id", "sightline-replay");
        p.put("isolation.level", "read_committed");
        p.put("metadata.max.age.ms", 30_000); // how soon a partition added to the topic is seen
        p.put("reconnect.backoff.max.ms", 1_000);
        p.putAll(kafka);
        p.remove("group.id");
        p.remove("group.instance.id");
        p.put("group.protocol", "classic");
        p.put("auto.offset.reset", "none");
        p.put("enable.auto.commit", false);
        p.put("allow.auto.create.topics", false);
        return new KafkaConsumer<>(p, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** @throws ReplayException there is no such topic, or Kafka can't be asked */
    static List<TopicPartition> partitions(Consumer<?, ?> consumer, String topic) {
        try {
            List<TopicPartition> partitions = consumer.partitionsFor(topic, ASK).stream().map(p -> new TopicPartition(topic, p.partition())).toList();
            if (partitions.isEmpty()) {
                throw new ReplayException("topic " + topic + ": not there (expected: a running Sightline; `sightline up` starts one)");
            }
            return partitions;
        } catch (KafkaException e) {
            throw unasked(topic, e);
        }
    }

    /** Whether the topic has more partitions than that by now. While Kafka is away that can't be known, and none can be read: no. */
    static boolean hasGrown(Consumer<?, ?> consumer, String topic, int partitions) {
        try {
            return consumer.partitionsFor(topic, LOOK).size() > partitions;
        } catch (RetriableException e) {
            return false;
        } catch (KafkaException e) {
            throw unasked(topic, e);
        }
    }

    private static ReplayException unasked(String topic, KafkaException e) {
        return new ReplayException("topic " + topic + ": can't be asked for, " + e.getMessage() + " (expected: a running Sightline; `sightline up` starts one)", e);
    }

    /** By partition, in the order of their numbers. */
    static List<Long> ends(Consumer<?, ?> consumer, String topic) {
        List<TopicPartition> partitions = partitions(consumer, topic);
        consumer.assign(partitions); // the consumer warns of offsets that it is told of others
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, ASK);
        List<Long> offsets = new ArrayList<>();
        for (int partition = 0; partition < partitions.size(); partition++) {
            offsets.add(ends.get(new TopicPartition(topic, partition)));
        }
        return offsets;
    }

    /**
     * Reads on where it was: from those offsets, and partitions added since from their beginning.
     *
     * @param gaps whether records that the topic's retention has taken since do not matter
     */
    static void assign(Consumer<?, ?> consumer, String topic, Map<Integer, Long> offsets, boolean gaps) {
        List<TopicPartition> partitions = partitions(consumer, topic);
        consumer.assign(partitions);
        Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions, ASK);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, ASK);
        for (TopicPartition partition : partitions) {
            long offset = offsets.getOrDefault(partition.partition(), begins.get(partition));
            if (offset > ends.get(partition)) {
                throw new ReplayException("topic " + partition + ": ends at offset " + ends.get(partition) + " (expected: at least " + offset
                        + ", which the run had got to; another Kafka, or a topic made anew? --restart begins a new run)");
            }
            if (offset < begins.get(partition) && gaps) {
                offset = begins.get(partition);
            } else if (offset < begins.get(partition)) {
                throw new ReplayException("topic " + partition + ": begins at offset " + begins.get(partition) + " (expected: at most " + offset
                        + ", which the run had got to; its retention has taken what came since: --restart begins a new run)");
            }
            consumer.seek(partition, offset);
        }
    }
}
