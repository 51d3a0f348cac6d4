package io.sightline.topology.support;

import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.EmbeddedRegistry;
import io.sightline.topology.topics.TopicSettings;
import io.sightline.topology.topics.TopicSetup;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** What tests do on the shared broker. */
public final class Kafka {
    public static final AvroCodec<RecognitionResult> RESULTS = new AvroCodec<>(RecognitionResult.class, EmbeddedRegistry.INSTANCE);

    private Kafka() {
    }

    public static Map<String, Object> client() {
        return new HashMap<>(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, Broker.bootstrapServers()));
    }

    public static void createTopics(Topics topics) {
        try (Admin admin = Admin.create(client())) {
            new TopicSetup(admin, topics, TopicSettings.DEFAULT).ensure();
        }
    }

    public static KafkaProducer<byte[], byte[]> producer() {
        Map<String, Object> config = client();
        config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 20 << 20);
        config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 64L << 20);
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Requests keyed prefix0.. with their number as value, spread over the partitions in turn. */
    public static void produceRequests(Topics topics, String prefix, int from, int to) {
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            for (int i = from; i < to; i++) {
                producer.send(new ProducerRecord<>(topics.name(Topic.REQUESTS), i % TopicSettings.DEFAULT.partitions(), bytes(prefix + i), bytes("" + i)));
            }
        }
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** All committed records of the topic by now. */
    public static List<ConsumerRecord<byte[], byte[]>> readAll(Topics topics, Topic topic) {
        Map<String, Object> config = client();
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 20 << 20);
        List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            int count = consumer.partitionsFor(topics.name(topic)).size();
            List<TopicPartition> partitions = IntStream.range(0, count).mapToObj(p -> new TopicPartition(topics.name(topic), p)).toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(all::add);
            }
        }
        return all;
    }

    public static List<RecognitionResult> results(Topics topics) {
        return readAll(topics, Topic.RESULTS).stream().map(record -> RESULTS.decode(record.value())).toList();
    }
}
