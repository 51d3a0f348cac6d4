package io.sightline.connectors.testing;

import io.sightline.schemas.Detection;
import io.sightline.schemas.ImageSize;
import io.sightline.schemas.Lineage;
import io.sightline.schemas.Match;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Answers requests as a worker would: a plain consumer and producer in a loop on one thread of its own, with answers the test makes.
 * It stands in for the real worker, which this module may not see; bridge and real worker together are tested in module app.
 */
public final class TestWorker implements AutoCloseable {
    private static final int MAX_SEEN = 50;
    private final AvroCodec<RecognitionRequest> requests = new AvroCodec<>(RecognitionRequest.class, EmbeddedRegistry.INSTANCE);
    private final AvroCodec<RecognitionResult> results = new AvroCodec<>(RecognitionResult.class, EmbeddedRegistry.INSTANCE);
    private final Queue<RecognitionRequest> seen = new ConcurrentLinkedQueue<>();
    private final Queue<ConsumerRecord<byte[], byte[]>> held = new ConcurrentLinkedQueue<>();
    private final String requestsTopic;
    private final String resultsTopic;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Thread thread;
    private volatile Function<RecognitionRequest, RecognitionResult> answer = TestWorker::recognised;
    private volatile boolean closed;

    public TestWorker(TestBroker broker, Topics topics) {
        requestsTopic = topics.name(Topic.REQUESTS);
        resultsTopic = topics.name(Topic.RESULTS);
        Map<String, Object> common = new HashMap<>(broker.kafka());
        consumer = new KafkaConsumer<>(with(common, Map.of("enable.auto.commit", false, "fetch.max.wait.ms", 50, "max.partition.fetch.bytes", Topics.MAX_MESSAGE_BYTES)),
                new ByteArrayDeserializer(), new ByteArrayDeserializer());
        producer = new KafkaProducer<>(with(common, Map.of("linger.ms", 0, "max.request.size", Topics.MAX_MESSAGE_BYTES)), new ByteArraySerializer(), new ByteArraySerializer());
        CountDownLatch started = new CountDownLatch(1);
        thread = new Thread(() -> run(started), "test-worker");
        thread.start();
        try {
            started.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, Object> with(Map<String, Object> some, Map<String, Object> more) {
        Map<String, Object> all = new HashMap<>(some);
        all.putAll(more);
        return all;
    }

    private void run(CountDownLatch started) {
        List<TopicPartition> partitions = consumer.partitionsFor(requestsTopic).stream().map(p -> new TopicPartition(requestsTopic, p.partition())).toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
        started.countDown();
        try {
            while (!closed) {
                consumer.poll(Duration.ofMillis(100)).forEach(this::onRecord);
            }
        } catch (WakeupException e) {
            // closed
        } finally {
            consumer.close();
            producer.close(Duration.ofSeconds(1));
        }
    }

    private void onRecord(ConsumerRecord<byte[], byte[]> record) {
        RecognitionRequest request = requests.decode(record.value());
        seen.add(request);
        if (seen.size() > MAX_SEEN) {
            seen.remove();
        }
        RecognitionResult result = answer.apply(request);
        if (result == null) {
            held.add(record);
        } else {
            reply(record, results.encode(resultsTopic, result));
        }
    }

    private void reply(ConsumerRecord<byte[], byte[]> to, byte[] value) {
        reply(null, to, value);
    }

    private void reply(Integer partition, ConsumerRecord<byte[], byte[]> to, byte[] value) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(resultsTopic, partition, to.key(), value);
        for (String name : List.of(RecordHeaders.REQUEST_ID, RecordHeaders.CORRELATION_ID)) {
            RecordHeaders.text(to.headers(), name).ifPresent(text -> RecordHeaders.put(record.headers(), name, text));
        }
        producer.send(record);
        producer.flush();
    }

    /** From now on answers are made by this function; null: no answer yet, the request is held. */
    public void answerBy(Function<RecognitionRequest, RecognitionResult> function) {
        answer = function;
    }

    public void hold() {
        answerBy(request -> null);
    }

    /** Answers what is held, and further requests at once. */
    public void release() {
        answerBy(TestWorker::recognised);
        for (ConsumerRecord<byte[], byte[]> record = held.poll(); record != null; record = held.poll()) {
            reply(record, results.encode(resultsTopic, recognised(requests.decode(record.value()))));
        }
    }

    /** Puts any bytes on the results topic, as a stranger or a broken worker would. */
    public void publish(byte[] key, byte[] value, Map<String, String> headers) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(resultsTopic, key, value);
        headers.forEach((name, text) -> RecordHeaders.put(record.headers(), name, text));
        producer.send(record);
        producer.flush();
    }

    /** Answers the request, in a partition of the results topic. */
    public void publish(Integer partition, ConsumerRecord<byte[], byte[]> to) {
        reply(partition, to, results.encode(resultsTopic, recognised(requests.decode(to.value()))));
    }

    /** The last requests, oldest first. */
    public List<RecognitionRequest> seen() {
        return List.copyOf(seen);
    }

    public List<ConsumerRecord<byte[], byte[]>> held() {
        return List.copyOf(held);
    }

    public static RecognitionResult recognised(RecognitionRequest request) {
        Match match = new Match("42", "Green tea", 0.9123, "{\"price\":1.50}", "demo");
        return RecognitionResult.newBuilder().setRequestId(request.getRequestId()).setStatus(RecognitionStatus.RECOGNISED).setPipeline("products")
                .setImage(new ImageSize(640, 480)).setDetections(List.of(new Detection(List.of(1, 2, 30, 40), 0.87, "product", List.of(match), List.of(), null, null)))
                .setLineage(lineage()).setTimingsMs(Map.of("total", 12.5, "detect.midp", 8.25)).setCompletedAtMs(Instant.now()).build();
    }

    public static RecognitionResult ended(RecognitionRequest request, RecognitionStatus status, int errNo, String message) {
        return ended(request, status, errNo, message, List.of());
    }

    public static RecognitionResult ended(RecognitionRequest request, RecognitionStatus status, int errNo, String message, List<Detection> detections) {
        return RecognitionResult.newBuilder().setRequestId(request.getRequestId()).setStatus(status).setErrNo(errNo).setErrMsg(message).setDetections(detections)
                .setLineage(Lineage.newBuilder().build()).build();
    }

    private static Lineage lineage() {
        return Lineage.newBuilder().setBuild("test").setConfigHash("0123456789ab").setModels(Map.of("embed", "e@1#11", "detect", "d@1#22"))
                .setGallery("demo").setGalleryEpoch(7L).setInputTopic("requests").setInputPartition(0).setInputOffset(9).build();
    }

    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
