package io.sightline.app.process;

import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads a results topic from its beginning on a thread of its own and keeps all results by key. */
final class ResultCollector implements AutoCloseable {
    private final AvroCodec<RecognitionResult> codec = new AvroCodec<>(RecognitionResult.class, EmbeddedRegistry.INSTANCE);
    private final Map<String, List<RecognitionResult>> results = new ConcurrentHashMap<>();
    private final KafkaConsumer<String, byte[]> consumer;
    private final Thread thread;
    private volatile boolean closed;

    ResultCollector(String bootstrapServers, String topic, String isolationLevel) {
        consumer = new KafkaConsumer<>(Map.of("bootstrap.servers", bootstrapServers, "isolation.level", isolationLevel), new StringDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream().map(p -> new TopicPartition(p.topic(), p.partition())).toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        thread = new Thread(this::read, "result-collector");
        thread.start();
    }

    private void read() {
        while (!closed) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                List<RecognitionResult> ofKey = results.computeIfAbsent(record.key(), k -> new ArrayList<>());
                synchronized (ofKey) {
                    ofKey.add(codec.decode(record.value()));
                }
            }
        }
        consumer.close();
    }

    /** Number of requests with at least one result. */
    int answered() {
        return results.size();
    }

    Map<String, List<RecognitionResult>> results() {
        return Map.copyOf(results);
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.join();
    }
}
