package io.sightline.app.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sightline.app.broker.BrokerSettings;
import io.sightline.app.broker.EmbeddedBroker;
import io.sightline.app.config.ConfigFile;
import io.sightline.app.config.SightlineConfig;
import io.sightline.app.run.WorkerRuntime;
import io.sightline.schemas.GalleryEntry;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A broker, and a client that edits galleries, asks and reads; workers are started by the test. */
final class RerunBench implements AutoCloseable {
    static final Duration LONG = Duration.ofSeconds(120);
    static final Topics TOPICS = new Topics("sightline.");
    private static final AvroCodec<GalleryEntry> ENTRIES = new AvroCodec<>(GalleryEntry.class, EmbeddedRegistry.INSTANCE);
    private static final AvroCodec<RecognitionRequest> REQUESTS = new AvroCodec<>(RecognitionRequest.class, EmbeddedRegistry.INSTANCE);
    private static final AvroCodec<RecognitionResult> RESULTS = new AvroCodec<>(RecognitionResult.class, EmbeddedRegistry.INSTANCE);

    private final EmbeddedBroker broker;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Map<String, String> keys;

    /** @param keys of the configuration */
    RerunBench(Path folder, Map<String, String> keys) {
        System.setProperty("sightline.home", Product.HOME.toString());
        broker = EmbeddedBroker.start(new BrokerSettings(0, folder.resolve("kafka"), Map.of("log.cleaner.backoff.ms", "500", "log.segment.delete.delay.ms", "100")));
        this.keys = new HashMap<>(keys);
        this.keys.put("kafka.bootstrap.servers", servers());
        this.keys.put("worker.session_timeout_ms", "6000");
        producer = new KafkaProducer<>(Map.of("bootstrap.servers", servers(), "max.request.size", Topics.MAX_MESSAGE_BYTES), new ByteArraySerializer(), new ByteArraySerializer());
    }

    String servers() {
        return broker.bootstrapServers();
    }

    SightlineConfig config(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(keys);
        all.putAll(more);
        return ConfigFile.read(Optional.empty(), all);
    }

    WorkerRuntime worker() {
        return WorkerRuntime.start(config(Map.of()), e -> { });
    }

    /** The command with this broker and these keys. */
    CommandLineRun rerun(String... arguments) throws Exception {
        List<String> line = new ArrayList<>(List.of("rerun"));
        keys.forEach((key, value) -> line.addAll(List.of("--set", key + "=" + value)));
        line.addAll(List.of(arguments));
        return CommandLineRun.of(line.toArray(String[]::new));
    }

    /** @return the edit's epoch */
    long put(String gallery, String id, GalleryEntry.Builder entry) throws Exception {
        return edit(gallery, id, ENTRIES.encode("g", entry.setGallery(gallery).setId(id).setLabel(id).build()));
    }

    long put(String gallery, String id, int picture) throws Exception {
        return put(gallery, id, GalleryEntry.newBuilder().setImage(ByteBuffer.wrap(Product.galleryPicture(picture))));
    }

    /** @param value null: removes it */
    long edit(String gallery, String id, byte[] value) throws Exception {
        return producer.send(new ProducerRecord<>(TOPICS.name(Topic.GALLERY), (gallery + "/" + id).getBytes(StandardCharsets.UTF_8), value)).get().offset() + 1;
    }

    void awaitEpoch(WorkerRuntime worker, String gallery, long epoch) {
        await().atMost(LONG).until(() -> worker.index().epoch(gallery) >= epoch);
    }

    void ask(String id, int scene, UnaryOperator<RecognitionRequest.Builder> with) {
        RecognitionRequest.Builder request = RecognitionRequest.newBuilder().setRequestId(id).setImage(ByteBuffer.wrap(Product.scene(scene)));
        ask(id, REQUESTS.encode("r", with.apply(request).build()));
    }

    void ask(String key, byte[] value) {
        producer.send(new ProducerRecord<>(TOPICS.name(Topic.REQUESTS), key.getBytes(StandardCharsets.UTF_8), value));
    }

    void flush() {
        producer.flush();
    }

    void awaitResults(int count) {
        flush();
        await().atMost(LONG).until(() -> results(TOPICS.name(Topic.RESULTS)).size() >= count);
    }

    /** Results of requests by request id; there is one of each. */
    Map<String, RecognitionResult> results(String topic) {
        return records(topic).stream().map(record -> RESULTS.decode(record.value())).filter(result -> result.getLineage().getInputTopic().equals(TOPICS.name(Topic.REQUESTS)))
                .collect(Collectors.toMap(RecognitionResult::getRequestId, result -> result));
    }

    RecognitionResult decode(ConsumerRecord<byte[], byte[]> record) {
        return RESULTS.decode(record.value());
    }

    List<ConsumerRecord<byte[], byte[]>> records(String topic) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(Map.of("bootstrap.servers", servers()), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream().map(p -> new TopicPartition(p.topic(), p.partition())).toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
            return records;
        }
    }

    /** What somebody who disturbs the service would change: where its topics end, which groups there are and what they have committed, which topics there are. */
    Map<String, Object> trace() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers()))) {
            Map<String, Object> trace = new HashMap<>();
            for (Topic topic : Topic.values()) {
                // The workers' own windows go on.
                if (topic != Topic.TRACE) {
                    for (int partition = 0; partition < records(admin, topic); partition++) {
                        TopicPartition place = new TopicPartition(TOPICS.name(topic), partition);
                        trace.put("end of " + place, admin.listOffsets(Map.of(place, OffsetSpec.latest())).partitionResult(place).get().offset());
                    }
                }
            }
            for (String group : admin.listGroups().all().get().stream().map(listing -> listing.groupId()).toList()) {
                Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
                trace.put("group " + group, committed.entrySet().stream().collect(Collectors.toMap(e -> e.getKey().toString(), e -> e.getValue().offset())));
            }
            return trace;
        }
    }

    private static int records(Admin admin, Topic topic) throws Exception {
        return admin.describeTopics(List.of(TOPICS.name(topic))).allTopicNames().get().get(TOPICS.name(topic)).partitions().size();
    }

    static void assertSame(Map<String, RecognitionResult> again, Map<String, RecognitionResult> first) {
        assertThat(again.keySet()).isEqualTo(first.keySet());
        again.forEach((id, result) -> assertThat(bare(result)).as(id).isEqualTo(bare(first.get(id))));
    }

    /** All but the times. */
    private static RecognitionResult bare(RecognitionResult result) {
        return RecognitionResult.newBuilder(result).setTimingsMs(Map.of()).setCompletedAtMs(java.time.Instant.EPOCH).build();
    }

    @Override
    public void close() {
        producer.close();
        broker.close();
    }
}
