package io.sightline.app.product;

import static org.awaitility.Awaitility.await;

import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.EmbeddedRegistry;
import io.sightline.schemas.wire.SchemaRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads results and dead-letters from their beginning on a thread of its own and keeps all, by the place of the record they are about. */
final class Outputs implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private final AvroCodec<RecognitionResult> codec;
    private final Map<String, List<Result>> results = new ConcurrentHashMap<>();
    private final List<RecognitionResult> inOrder = new CopyOnWriteArrayList<>();
    private final Map<String, List<ConsumerRecord<byte[], byte[]>>> deadLetters = new ConcurrentHashMap<>();
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final String resultsTopic;
    private final Thread thread = new Thread(this::read, "outputs");
    private volatile boolean closed;

    record Result(ConsumerRecord<byte[], byte[]> record, RecognitionResult value) {
        String header(String name) {
            return RecordHeaders.text(record.headers(), name).orElse(null);
        }

        String key() {
            return RecordHeaders.utf8(record.key()).orElseThrow();
        }
    }

    Outputs(String bootstrapServers, Topics topics, String isolationLevel) {
        this(bootstrapServers, topics, EmbeddedRegistry.INSTANCE, isolationLevel);
    }

    /** @param registry that knows the ids of the results */
    Outputs(String bootstrapServers, Topics topics, SchemaRegistry registry, String isolationLevel) {
        codec = new AvroCodec<>(RecognitionResult.class, registry);
        consumer = new KafkaConsumer<>(Map.of("bootstrap.servers", bootstrapServers, "isolation.level", isolationLevel, "max.partition.fetch.bytes", 20 << 20),
                new ByteArrayDeserializer(), new ByteArrayDeserializer());
        resultsTopic = topics.name(Topic.RESULTS);
        List<TopicPartition> partitions = Stream.of(resultsTopic, topics.name(Topic.DEAD_LETTERS)).flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(info -> new TopicPartition(info.topic(), info.partition())).toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        thread.start();
    }

    private void read() {
        while (!closed) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(50))) {
                if (record.topic().equals(resultsTopic)) {
                    RecognitionResult result = codec.decode(record.value());
                    results.computeIfAbsent(place(result), p -> new CopyOnWriteArrayList<>()).add(new Result(record, result));
                    inOrder.add(result);
                } else {
                    deadLetters.computeIfAbsent(place(record.headers()), p -> new CopyOnWriteArrayList<>()).add(record);
                }
            }
        }
        consumer.close();
    }

    static String place(RecordMetadata sent) {
        return sent.topic() + "-" + sent.partition() + "@" + sent.offset();
    }

    private static String place(RecognitionResult result) {
        return result.getLineage().getInputTopic() + "-" + result.getLineage().getInputPartition() + "@" + result.getLineage().getInputOffset();
    }

    private static String place(Headers headers) {
        return text(headers, RecordHeaders.SOURCE_TOPIC) + "-" + text(headers, RecordHeaders.SOURCE_PARTITION) + "@" + text(headers, RecordHeaders.SOURCE_OFFSET);
    }

    private static String text(Headers headers, String name) {
        return RecordHeaders.text(headers, name).orElse("?");
    }

    /** The one result of the request at that place; waits for it. */
    Result result(String place) {
        List<Result> found = await("result of " + place).atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> results(place), r -> !r.isEmpty());
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " results of " + place + " (expected: 1)");
        }
        return found.get(0);
    }

    Result result(RecordMetadata sent) {
        return result(place(sent));
    }

    /** The one result of the request with that id; waits for it. */
    Result resultOf(String requestId) {
        return await("result of " + requestId).atMost(PATIENCE).until(() -> results.values().stream().flatMap(List::stream)
                .filter(result -> result.value().getRequestId().equals(requestId)).toList(), found -> found.size() == 1).get(0);
    }

    List<Result> results(String place) {
        return List.copyOf(results.getOrDefault(place, List.of()));
    }

    /** All results of requests with that id, from whatever place. */
    List<Result> resultsOf(String id) {
        return results.values().stream().flatMap(List::stream).filter(result -> result.value().getRequestId().equals(id)).toList();
    }

    /** The one dead letter of the record at that place; waits for it. */
    ConsumerRecord<byte[], byte[]> deadLetter(String place) {
        List<ConsumerRecord<byte[], byte[]>> found = await("dead letter of " + place).atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> deadLetters(place), r -> !r.isEmpty());
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " dead letters of " + place + " (expected: 1)");
        }
        return found.get(0);
    }

    List<ConsumerRecord<byte[], byte[]>> deadLetters(String place) {
        return List.copyOf(deadLetters.getOrDefault(place, List.of()));
    }

    /** All results, as they were read. */
    List<RecognitionResult> all() {
        return List.copyOf(inOrder);
    }

    /** All dead letters. */
    List<ConsumerRecord<byte[], byte[]>> deadLetters() {
        return deadLetters.values().stream().flatMap(List::stream).toList();
    }

    int answered() {
        return results.size();
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.join();
    }
}
