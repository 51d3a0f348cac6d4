package io.sightline.app.bench;

import io.sightline.app.config.SightlineConfig;
import io.sightline.app.demo.DemoGallery;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Sends a number of requests at once and reads their results. Used by one thread. */
final class TopicLoad implements AutoCloseable {
    private static final long PATIENCE_NS = 300_000_000_000L;

    private final AvroCodec<RecognitionRequest> requests = new AvroCodec<>(RecognitionRequest.class, EmbeddedRegistry.INSTANCE);
    private final AvroCodec<RecognitionResult> results = new AvroCodec<>(RecognitionResult.class, EmbeddedRegistry.INSTANCE);
    private final KafkaProducer<String, byte[]> producer;
    private final KafkaConsumer<String, byte[]> consumer;
    private final String requestsTopic;
    private int runs;

    TopicLoad(SightlineConfig config, Topics topics) {
        requestsTopic = topics.name(Topic.REQUESTS);
        Map<String, Object> client = new HashMap<>(config.kafka());
        client.put("max.request.size", Topics.MAX_MESSAGE_BYTES);
        client.put("buffer.memory", 4L * Topics.MAX_MESSAGE_BYTES);
        producer = new KafkaProducer<>(client, new StringSerializer(), new ByteArraySerializer());
        consumer = new KafkaConsumer<>(new HashMap<>(config.kafka()), new StringDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = consumer.partitionsFor(topics.name(Topic.RESULTS)).stream().map(p -> new TopicPartition(p.topic(), p.partition())).toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
    }

    /** @return seconds from the first send to the last result */
    double run(List<byte[]> pictures, int count) {
        String run = "bench-" + runs++ + "-";
        Set<String> open = new HashSet<>();
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            String id = run + i;
            RecognitionRequest request = RecognitionRequest.newBuilder().setRequestId(id).setImage(ByteBuffer.wrap(pictures.get(i % pictures.size()))).setGallery(DemoGallery.NAME).build();
            producer.send(new ProducerRecord<>(requestsTopic, id, requests.encode(requestsTopic, request)));
            open.add(id);
        }
        while (!open.isEmpty()) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                if (open.remove(record.key())) {
                    RecognitionResult result = results.decode(record.value());
                    if (result.getStatus() != RecognitionStatus.RECOGNISED) {
                        throw new IllegalStateException("a benchmark picture was not recognised: " + result.getErrMsg());
                    }
                }
            }
            if (System.nanoTime() - start > PATIENCE_NS) {
                throw new IllegalStateException(open.size() + " of " + count + " results are missing");
            }
        }
        return (System.nanoTime() - start) / 1e9;
    }

    @Override
    public void close() {
        producer.close();
        consumer.close();
    }
}
