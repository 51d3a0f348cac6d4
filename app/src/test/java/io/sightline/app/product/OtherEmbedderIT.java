package io.sightline.app.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sightline.app.broker.BrokerSettings;
import io.sightline.app.broker.EmbeddedBroker;
import io.sightline.app.config.ConfigFile;
import io.sightline.app.config.SightlineConfig;
import io.sightline.app.run.WorkerRuntime;
import io.sightline.processors.gallery.GallerySearch;
import io.sightline.schemas.GalleryEntry;
import io.sightline.schemas.GalleryVector;
import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A service that comes back with another embedder: the gallery is embedded again from its pictures; what has only a vector is refused. */
@Timeout(240)
class OtherEmbedderIT {
    private static final AvroCodec<GalleryEntry> ENTRIES = new AvroCodec<>(GalleryEntry.class, EmbeddedRegistry.INSTANCE);
    private static final AvroCodec<GalleryVector> VECTORS = new AvroCodec<>(GalleryVector.class, EmbeddedRegistry.INSTANCE);
    private static final Duration LONG = Duration.ofSeconds(90);

    @TempDir
    private Path folder;
    private String servers;

    @Test
    void shouldEmbedTheGalleryAgain() throws Exception {
        copy("detector", Optional.empty());
        copy("embedder", Optional.empty());
        System.setProperty("sightline.home", Product.HOME.toString());
        try (EmbeddedBroker broker = EmbeddedBroker.start(new BrokerSettings(0, folder.resolve("kafka"), Map.of()))) {
            servers = broker.bootstrapServers();
            List<Float> vector = new ArrayList<>(Collections.nCopies(192, 0f));
            vector.set(0, 1f);
            GallerySearch before;
            // given a gallery of two pictures and a vector
            try (WorkerRuntime worker = WorkerRuntime.start(config(), e -> { })) {
                put("a", GalleryEntry.newBuilder().setImage(ByteBuffer.wrap(Product.galleryPicture(0))));
                put("b", GalleryEntry.newBuilder().setImage(ByteBuffer.wrap(Product.galleryPicture(1))));
                put("v", GalleryEntry.newBuilder().setVector(vector).setVectorModel(worker.index().stats("default").model()));
                await().atMost(LONG).until(() -> worker.index().size("g") == 3);
                before = search(worker);
            }
            // when the worker comes back with another version of its embedder (the same network under another name)
            copy("embedder", Optional.of("900"));
            try (WorkerRuntime worker = WorkerRuntime.start(config(), e -> { })) {
                // then the pictures are found again at the same epoch, and the vector is not
                await().atMost(LONG).until(() -> worker.index().size("g") == 2 && letters().size() == 1);
                assertThat(worker.index().stats("g").model()).contains("@900#");
                GallerySearch after = search(worker);
                assertThat(after.epoch()).isEqualTo(before.epoch());
                assertThat(after.hits().get(0)).extracting(GallerySearch.Hit::id).containsExactlyInAnyOrder("a", "b");
                assertThat(RecordHeaders.text(letters().get(0).headers(), RecordHeaders.ERR_MSG)).hasValueSatisfying(text -> assertThat(text).startsWith("vector_model: "));
            }
            int vectors = vectors().size();
            assertThat(VECTORS.decode(vectors().get(vectors - 1).value()).getError()).startsWith("vector_model: ");
            // and the next start has nothing left to do
            try (WorkerRuntime worker = WorkerRuntime.start(config(), e -> { })) {
                put("c", GalleryEntry.newBuilder().setImage(ByteBuffer.wrap(Product.galleryPicture(2))));
                await().atMost(LONG).until(() -> worker.index().size("g") == 3);
                assertThat(vectors()).hasSize(vectors + 1);
                assertThat(letters()).hasSize(1);
            }
        }
    }

    private SightlineConfig config() {
        return ConfigFile.read(Optional.empty(), Map.of("kafka.bootstrap.servers", servers, "models.folder", folder.resolve("models").toString(), "worker.session_timeout_ms", "6000"));
    }

    private static GallerySearch search(WorkerRuntime worker) {
        float[] query = new float[192];
        query[0] = 1;
        return worker.index().search("g", List.of(query), 5, -1);
    }

    private void put(String id, GalleryEntry.Builder entry) throws Exception {
        byte[] value = ENTRIES.encode("g", entry.setGallery("g").setId(id).setLabel(id).build());
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(Map.of("bootstrap.servers", servers, "max.request.size", Topics.MAX_MESSAGE_BYTES),
                new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(new Topics("sightline.").name(Topic.GALLERY), ("g/" + id).getBytes(StandardCharsets.UTF_8), value)).get();
        }
    }

    private List<ConsumerRecord<byte[], byte[]>> vectors() {
        return all(Topic.GALLERY_VECTORS);
    }

    private List<ConsumerRecord<byte[], byte[]>> letters() {
        return all(Topic.DEAD_LETTERS);
    }

    private List<ConsumerRecord<byte[], byte[]>> all(Topic topic) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(Map.of("bootstrap.servers", servers), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(new Topics("sightline.").name(topic)).stream().map(p -> new TopicPartition(p.topic(), p.partition())).toList();
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

    /** @param as the version to copy the newest one as; empty: all versions as they are */
    private void copy(String model, Optional<String> as) throws IOException {
        Path from = Product.HOME.resolve("models").resolve(model);
        Path to = folder.resolve("models").resolve(model);
        try (Stream<Path> versions = Files.list(from)) {
            for (Path version : versions.filter(Files::isDirectory).toList()) {
                Path target = Files.createDirectories(to.resolve(as.orElse(version.getFileName().toString())));
                Files.copy(version.resolve("model.onnx"), target.resolve("model.onnx"));
                String yaml = Files.readString(version.resolve("model.yaml"));
                Files.writeString(target.resolve("model.yaml"), as.map(name -> yaml.replaceFirst("version: \"\\d+\"", "version: \"" + name + "\"")).orElse(yaml));
            }
        }
    }
}
