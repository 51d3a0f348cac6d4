package io.sightline.connectors.testing;

import io.sightline.schemas.GalleryEntry;
import io.sightline.schemas.GalleryVector;
import io.sightline.schemas.Lineage;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.topics.GalleryKey;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
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

/** Works on gallery edits as a worker would: puts vectors on gallery-vectors and answers those who wait. A thread of its own. */
public final class TestGalleryWorker implements AutoCloseable {
    public static final String MODEL = "m@1#0";
    private final AvroCodec<GalleryEntry> entries = new AvroCodec<>(GalleryEntry.class, EmbeddedRegistry.INSTANCE);
    private final AvroCodec<GalleryVector> vectors = new AvroCodec<>(GalleryVector.class, EmbeddedRegistry.INSTANCE);
    private final AvroCodec<RecognitionResult> results = new AvroCodec<>(RecognitionResult.class, EmbeddedRegistry.INSTANCE);
    private final Map<String, Long> epochs = new ConcurrentHashMap<>();
    private final Queue<ConsumerRecord<byte[], byte[]>> seen = new ConcurrentLinkedQueue<>();
    private final Topics topics;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Thread thread;
    /** The reason to refuse an entry; empty: none. */
    private volatile Function<GalleryEntry, String> refusal = entry -> "";
    private volatile boolean closed;

    public TestGalleryWorker(TestBroker broker, Topics topics) {
        this.topics = topics;
        Map<String, Object> common = new HashMap<>(broker.kafka());
        common.put("max.request.size", Topics.MAX_MESSAGE_BYTES);
        producer = new KafkaProducer<>(common, new ByteArraySerializer(), new ByteArraySerializer());
        Map<String, Object> reading = new HashMap<>(broker.kafka());
        reading.putAll(Map.of("enable.auto.commit", false, "fetch.max.wait.ms", 50, "max.partition.fetch.bytes", Topics.MAX_MESSAGE_BYTES));
        consumer = new KafkaConsumer<>(reading, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        CountDownLatch started = new CountDownLatch(1);
        thread = new Thread(() -> run(started), "test-gallery-worker");
        thread.start();
        try {
            started.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void run(CountDownLatch started) {
        List<TopicPartition> partitions = consumer.partitionsFor(topics.name(Topic.GALLERY)).stream().map(p -> new TopicPartition(p.topic(), p.partition())).toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
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
        GalleryKey key = GalleryKey.parse(new String(record.key(), StandardCharsets.UTF_8));
        GalleryEntry entry = entries.decode(record.value());
        String refused = entry == null ? "" : refusal.apply(entry);
        seen.add(record);
        long epoch = record.offset() + 1;
        if (refused.isEmpty()) {
            vector(key, entry, epoch);
            epochs.put(key.gallery(), epoch);
        }
        if (RecordHeaders.text(record.headers(), RecordHeaders.CORRELATION_ID).isPresent()) {
            answer(record, refused.isEmpty() ? searchable(key.gallery(), epoch)
                    : TestWorker.ended(RecognitionRequest.newBuilder().build(), RecognitionStatus.REJECTED, 5000, refused));
        }
    }

    private void vector(GalleryKey key, GalleryEntry entry, long epoch) {
        byte[] value = entry == null ? null
                : vectors.encode("v", new GalleryVector(key.gallery(), key.id(), entry.getLabel(), entry.getAttributes(), List.of(1f, 0f), MODEL, epoch, null));
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topics.name(Topic.GALLERY_VECTORS), key.toString().getBytes(StandardCharsets.UTF_8), value);
        RecordHeaders.put(record.headers(), RecordHeaders.EPOCH, Long.toString(epoch));
        producer.send(record);
    }

    private void answer(ConsumerRecord<byte[], byte[]> to, RecognitionResult result) {
        String id = RecordHeaders.text(to.headers(), RecordHeaders.REQUEST_ID).orElseThrow();
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topics.name(Topic.RESULTS), id.getBytes(StandardCharsets.UTF_8), results.encode("r", result));
        RecordHeaders.text(to.headers(), RecordHeaders.CORRELATION_ID).ifPresent(text -> RecordHeaders.put(record.headers(), RecordHeaders.CORRELATION_ID, text));
        producer.send(record);
    }

    private static RecognitionResult searchable(String gallery, long epoch) {
        return RecognitionResult.newBuilder().setRequestId("").setStatus(RecognitionStatus.RECOGNISED)
                .setLineage(Lineage.newBuilder().setGallery(gallery).setGalleryEpoch(epoch).setGalleries(Map.of(gallery, epoch)).build()).build();
    }

    /** From now on entries are refused with what this gives, where that is not empty. */
    public void refuseBy(Function<GalleryEntry, String> reason) {
        refusal = reason;
    }

    /** How the owner of a partition of the requests topic answers the question whether that epoch is reached: 6000 where it is not. */
    public RecognitionResult reached(RecognitionRequest question) {
        long epoch = epochs.getOrDefault(question.getGallery(), 0L);
        return epoch >= question.getMinEpoch() ? searchable(question.getGallery(), epoch)
                : TestWorker.ended(question, RecognitionStatus.FAILED, 6000, "min_epoch: " + question.getMinEpoch() + " (expected: " + epoch + ")");
    }

    /** All edits, oldest first. */
    public List<ConsumerRecord<byte[], byte[]>> seen() {
        return List.copyOf(seen);
    }

    public GalleryEntry entry(int index) {
        return entries.decode(seen().get(index).value());
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
