package io.sightline.app.gallery;

import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.topics.GalleryKey;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The edits of the topic gallery that made the entries which are there now: of those on gallery-vectors, by their epochs. So edits that
 * were refused, or not yet worked on, are left out. Holds keys and offsets only.
 */
final class LatestRecords {
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration ASK = Duration.ofSeconds(10);

    /** What is done with a record. */
    interface Use {
        void of(GalleryKey key, ConsumerRecord<byte[], byte[]> record) throws IOException;
    }

    private final Map<String, Object> client;
    private final Map<GalleryKey, Long> offsets = new HashMap<>();

    private LatestRecords(Map<String, Object> client) {
        this.client = new HashMap<>(client);
        this.client.putAll(Map.of("enable.auto.commit", false, "isolation.level", "read_committed", "allow.auto.create.topics", false));
    }

    /**
     * @param vectors the topic gallery-vectors
     * @param wanted which keys
     */
    static LatestRecords read(Map<String, Object> client, String vectors, Predicate<GalleryKey> wanted) throws IOException {
        LatestRecords latest = new LatestRecords(client);
        latest.walk(vectors, record -> key(record).filter(wanted).ifPresent(key -> {
            Optional<Long> offset = record.value() == null ? Optional.empty() : offset(record);
            offset.ifPresentOrElse(there -> latest.offsets.put(key, there), () -> latest.offsets.remove(key));
        }));
        return latest;
    }

    /** Of the edit: its epoch is one more. */
    private static Optional<Long> offset(ConsumerRecord<byte[], byte[]> vector) {
        return RecordHeaders.text(vector.headers(), RecordHeaders.EPOCH).filter(text -> text.matches("[0-9]{1,18}")).map(text -> Long.parseLong(text) - 1);
    }

    int size() {
        return offsets.size();
    }

    /** @param edits the topic gallery */
    void forEach(String edits, Use use) throws IOException {
        walk(edits, record -> {
            Optional<GalleryKey> key = key(record);
            if (key.isPresent() && record.value() != null && offsets.getOrDefault(key.get(), -1L) == record.offset()) {
                use.of(key.get(), record);
            }
        });
    }

    private static Optional<GalleryKey> key(ConsumerRecord<byte[], byte[]> record) {
        try {
            return record.key() == null ? Optional.empty() : RecordHeaders.utf8(record.key()).map(GalleryKey::parse);
        } catch (InvalidRequestException e) {
            return Optional.empty();
        }
    }

    private interface Step {
        void with(ConsumerRecord<byte[], byte[]> record) throws IOException;
    }

    private void walk(String topic, Step step) throws IOException {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<PartitionInfo> infos = consumer.partitionsFor(topic, ASK);
            if (infos.isEmpty()) {
                throw new IllegalArgumentException("topic " + topic + ": not there (expected: a topic of a running sightline)");
            }
            List<TopicPartition> partitions = infos.stream().map(p -> new TopicPartition(topic, p.partition())).toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, ASK);
            while (!ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey(), ASK) >= end.getValue())) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    step.with(record);
                }
            }
        } catch (KafkaException e) {
            throw new IllegalArgumentException("topic " + topic + ": can't be read, " + e.getMessage() + " (expected: Kafka at " + client.get("bootstrap.servers") + ")", e);
        }
    }
}
