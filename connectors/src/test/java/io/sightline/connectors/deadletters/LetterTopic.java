package io.sightline.connectors.deadletters;

import io.sightline.connectors.testing.TestBroker;
import io.sightline.connectors.walk.Span;
import io.sightline.connectors.walk.TopicWalk;
import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** An installation's topics on a real broker, and letters put there as a worker would. */
final class LetterTopic implements AutoCloseable {
    static final int PARTITIONS = 2;
    final TestBroker broker = TestBroker.shared();
    final Topics topics = broker.newTopics(PARTITIONS);
    final DeadLetters letters = new DeadLetters(broker.kafka(), topics, EmbeddedRegistry.INSTANCE);
    private final KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers(), "max.request.size", 20 << 20), new ByteArraySerializer(), new ByteArraySerializer());

    LetterTopic() {
        broker.create(topics, Topic.DEAD_LETTERS, PARTITIONS);
        broker.create(topics, Topic.GALLERY, 1);
    }

    /** A letter under construction. */
    final class Draft {
        private final ProducerRecord<byte[], byte[]> record;

        private Draft(Integer partition, Long timestampMs, String key, byte[] value) {
            record = new ProducerRecord<>(topics.name(Topic.DEAD_LETTERS), partition, timestampMs, key == null ? null : utf8(key), value);
        }

        Draft header(String name, String value) {
            record.headers().add(name, utf8(value));
            return this;
        }

        Draft because(int errNo, String reason) {
            return header(RecordHeaders.ERR_NO, Integer.toString(errNo)).header(RecordHeaders.ERR_MSG, reason);
        }

        Draft from(Topic topic, int partition, long offset) {
            return from(topics.name(topic), partition, offset);
        }

        Draft from(String topic, int partition, long offset) {
            return header(RecordHeaders.SOURCE_TOPIC, topic).header(RecordHeaders.SOURCE_PARTITION, Integer.toString(partition)).header(RecordHeaders.SOURCE_OFFSET, Long.toString(offset));
        }

        LetterPlace put() {
            RecordMetadata at = send(record);
            return new LetterPlace(at.partition(), at.offset());
        }
    }

    Draft draft(String key, byte[] value) {
        return new Draft(0, null, key, value);
    }

    Draft draft(int partition, long timestampMs, String key, byte[] value) {
        return new Draft(partition, timestampMs, key, value);
    }

    /** A request that is no picture. */
    LetterPlace request(String key, byte[] value) {
        return draft(key, value).because(5000, "image: begins with 6E 6F 74 20, text (expected: a JPEG or PNG file)").from(Topic.REQUESTS, 1, 7).put();
    }

    RecordMetadata send(ProducerRecord<byte[], byte[]> record) {
        try {
            return producer.send(record).get();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** What is on a topic, committed. */
    List<ConsumerRecord<byte[], byte[]>> on(Topic topic) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (TopicWalk walk = new TopicWalk(broker.kafka(), topics.name(topic))) {
            walk.each(Span.ALL, records::add);
        }
        return records;
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return RecordHeaders.text(record.headers(), name).orElse(null);
    }

    @Override
    public void close() {
        producer.close();
    }
}
