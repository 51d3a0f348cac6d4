package io.sightline.topology.history;

import static org.awaitility.Awaitility.await;

import io.sightline.processors.gallery.EmbeddedIndexSettings;
import io.sightline.processors.gallery.GalleryModel;
import io.sightline.processors.gallery.GalleryModels;
import io.sightline.processors.gallery.GallerySearch;
import io.sightline.processors.recognition.DeadLetter;
import io.sightline.processors.recognition.GalleryOutcome;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.GalleryVector;
import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.EmbeddedRegistry;
import io.sightline.topology.support.ControlledEngine;
import io.sightline.topology.support.Kafka;
import io.sightline.topology.topics.TopicSettings;
import io.sightline.topology.topics.TopicSetup;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The galleries' two topics as a test wants them, holes included. An entry's picture is a number: its place on the unit circle, degrees. */
final class GalleryLogs implements AutoCloseable {
    static final String MODEL = "m@1#0";
    static final String OTHER = "m@2#0";
    private static final AvroCodec<GalleryVector> CODEC = new AvroCodec<>(GalleryVector.class, EmbeddedRegistry.INSTANCE);
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final Topics topics = new Topics("history" + NUMBER.incrementAndGet() + ".");
    private final KafkaProducer<byte[], byte[]> producer = Kafka.producer();
    private final KafkaProducer<byte[], byte[]> transactions;
    /** Edits that were embedded again. */
    final ControlledEngine<GalleryOutcome> embedding = new ControlledEngine<>(run -> {
        String[] key = new String(run.input().key(), StandardCharsets.UTF_8).split("/");
        String picture = new String(run.input().value(), StandardCharsets.UTF_8);
        run.complete(picture.equals("bad") ? new GalleryOutcome.Refused(new DeadLetter(run.input(), ErrorCode.BAD_INPUT, "no picture"))
                : new GalleryOutcome.Searchable(key[0] + "/" + key[1], Optional.of(vector(key[0], key[1], run.input().offset() + 1, Integer.parseInt(picture), OTHER)), run.input().offset() + 1));
    });

    /** @param historyMs min.compaction.lag.ms of both topics */
    GalleryLogs(long historyMs) {
        try (Admin admin = Admin.create(Kafka.client())) {
            new TopicSetup(admin, topics, new TopicSettings("", true, 1, 1, -1, historyMs, 30_000)).ensure();
        }
        Map<String, Object> config = Kafka.client();
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, topics.prefix());
        transactions = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
        transactions.initTransactions();
    }

    /** An edit on the topic gallery alone. @param picture null: a removal @return its epoch */
    long edit(String key, String picture) throws Exception {
        return producer.send(new ProducerRecord<>(topics.name(Topic.GALLERY), Kafka.bytes(key), picture == null ? null : Kafka.bytes(picture))).get().offset() + 1;
    }

    /** An edit that nobody can read any more, as if it had been compacted away: its place is there, the record is not. @return its epoch */
    long gone() throws Exception {
        transactions.beginTransaction();
        long epoch = transactions.send(new ProducerRecord<>(topics.name(Topic.GALLERY), Kafka.bytes("g/aborted"), new byte[0])).get().offset() + 1;
        transactions.abortTransaction();
        // The abort's mark takes a place too, a little later.
        TopicPartition partition = new TopicPartition(topics.name(Topic.GALLERY), 0);
        try (Admin admin = Admin.create(Kafka.client())) {
            await().atMost(Duration.ofSeconds(90)).until(() -> admin.listOffsets(Map.of(partition, OffsetSpec.latest())).partitionResult(partition).get().offset() == epoch + 1);
        }
        return epoch;
    }

    /** What a worker makes of an edit. @param degrees null: a removal */
    void searchable(String key, long epoch, Integer degrees, String model) throws Exception {
        String gallery = key.substring(0, key.indexOf('/'));
        byte[] value = degrees == null ? null : CODEC.encode("v", vector(gallery, key.substring(gallery.length() + 1), epoch, degrees, model));
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topics.name(Topic.GALLERY_VECTORS), Kafka.bytes(key), value);
        RecordHeaders.put(record.headers(), RecordHeaders.EPOCH, "" + epoch);
        producer.send(record).get();
    }

    /** An edit and what a worker of the first model makes of it. */
    long put(String key, int degrees) throws Exception {
        long epoch = edit(key, "" + degrees);
        searchable(key, epoch, degrees, MODEL);
        return epoch;
    }

    long remove(String key) throws Exception {
        long epoch = edit(key, null);
        searchable(key, epoch, null, MODEL);
        return epoch;
    }

    /** Somebody else's record. */
    void raw(Topic topic, byte[] key, byte[] value) throws Exception {
        producer.send(new ProducerRecord<>(topics.name(topic), key, value)).get();
    }

    private static GalleryVector vector(String gallery, String id, long epoch, int degrees, String model) {
        return new GalleryVector(gallery, id, "label " + degrees, "{}", List.of((float) Math.cos(Math.toRadians(degrees)), (float) Math.sin(Math.toRadians(degrees))), model, epoch, null);
    }

    GalleryHistory history() {
        return GalleryHistory.read(Kafka.client(), topics, EmbeddedRegistry.INSTANCE);
    }

    HistoricIndex index(GalleryHistory history, String model) {
        HistoricIndex index = new HistoricIndex(history, Kafka.client(), topics, EmbeddedRegistry.INSTANCE, GalleryModels.same(new GalleryModel(model, 2)), EmbeddedIndexSettings.DEFAULT, Set.of("declared"));
        index.embedWith(embedding);
        return index;
    }

    /** What is in the gallery shown: labels by id. */
    static Map<String, String> entries(HistoricIndex index, String gallery) {
        GallerySearch search = index.search(gallery, List.of(new float[] {1, 0}), 1000, -1);
        Map<String, String> entries = new TreeMap<>();
        search.hits().get(0).forEach(hit -> entries.put(hit.id(), hit.label()));
        return entries;
    }


    @Override
    public void close() {
        producer.close();
        transactions.close();
    }
}
