package io.sightline.connectors.replay;

import io.sightline.schemas.RecordHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** What a run's earlier life had sent in its last moments, and was killed before it could note it: looked for on the requests topic itself. */
final class SentRequests {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final long PATIENCE_NS = Duration.ofSeconds(60).toNanos();

    private SentRequests() {
    }

    /** Told of each request found. */
    interface Found {
        void request(String id, int partition, long offset);
    }

    /** Reads from those offsets to the ends. */
    static void find(Map<String, String> kafka, String topic, Map<Integer, Long> from, String token, Found found) {
        Map<String, String> reading = new HashMap<>(kafka);
        reading.put("isolation.level", "read_uncommitted"); // somebody else's open transaction hides what is behind it; no request of a replay is in one
        try (KafkaConsumer<byte[], byte[]> consumer = ReplayTopics.consumer(reading, 1)) {
            ReplayTopics.assign(consumer, topic, from, false);
            Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(consumer.assignment()));
            long heardAt = System.nanoTime();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    heardAt = System.nanoTime();
                    Optional<String> correlation = RecordHeaders.text(record.headers(), RecordHeaders.CORRELATION_ID);
                    if (record.key() != null && correlation.equals(Optional.of(token))) {
                        found.request(new String(record.key(), StandardCharsets.UTF_8), record.partition(), record.offset());
                    }
                }
                if (System.nanoTime() - heardAt > PATIENCE_NS) {
                    throw new ReplayException("topic " + topic + ": not readable to its end (expected: a Kafka that answers)");
                }
            }
        }
    }
}
