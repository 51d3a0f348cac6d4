package io.sightline.connectors.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sightline.connectors.testing.TestBroker;
import io.sightline.schemas.GalleryVector;
import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.nio.ByteBuffer;
import io.sightline.schemas.wire.ScriptedRegistry;
import io.sightline.schemas.wire.SchemaRegistry;
import io.sightline.schemas.wire.Registries;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GalleryCatalogueTest {
    private static final AvroCodec<GalleryVector> VECTORS = new AvroCodec<>(GalleryVector.class, EmbeddedRegistry.INSTANCE);
    private final TestBroker broker = TestBroker.shared();
    private final Topics topics = broker.newTopics(1);
    private final KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(properties(broker), new ByteArraySerializer(), new ByteArraySerializer());
    private GalleryCatalogue catalogue;

    private static Map<String, Object> properties(TestBroker broker) {
        Map<String, Object> properties = new HashMap<>(broker.kafka());
        properties.put("metadata.max.age.ms", 200);
        return properties;
    }

    @AfterEach
    void close() {
        producer.close();
        if (catalogue != null) {
            catalogue.close();
        }
    }

    private void start() {
        catalogue = GalleryCatalogue.start(new CatalogueSettings(broker.kafka(), 1000), topics, EmbeddedRegistry.INSTANCE);
    }

    private void send(String key, byte[] value, long epoch) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topics.name(Topic.GALLERY_VECTORS), key.getBytes(StandardCharsets.UTF_8), value);
        RecordHeaders.put(record.headers(), RecordHeaders.EPOCH, Long.toString(epoch));
        producer.send(record);
        producer.flush();
    }

    private static byte[] vector(String gallery, String id, long epoch) {
        return VECTORS.encode("v", new GalleryVector(gallery, id, "label of " + id, "{\"n\":" + epoch + "}", Collections.nCopies(512, 0.1f), "m@1#0", epoch, id.equals("b") ? "no picture" : null));
    }

    @Test
    void shouldKnowWhatWasThereAndWhatComesAndGoes() throws Exception {
        // given
        broker.create(topics, Topic.GALLERY_VECTORS, 2);
        send("g/a", vector("g", "a", 1), 1);
        send("g/b", vector("g", "b", 2), 2);
        start();
        assertThat(catalogue.awaitLoaded(Duration.ofSeconds(20))).isTrue();
        await().until(() -> catalogue.trouble().isEmpty());
        assertThat(catalogue.page("g", null, 10)).isEqualTo(Map.of("a", new CatalogueEntry("label of a", "{\"n\":1}", 1, "m@1#0", null), "b", new CatalogueEntry("label of b", "{\"n\":2}", 2, "m@1#0", "no picture")));
        // when
        send("g/c", vector("g", "c", 3), 3);
        send("g/a", null, 4);
        // then
        assertThat(catalogue.awaitEpoch("g", 4, Duration.ofSeconds(20))).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(true);
        await().until(() -> catalogue.page("g", null, 10).keySet().equals(java.util.Set.of("b", "c")));
    }

    @Test
    void shouldPassOverWhatIsNoVector() throws Exception {
        broker.create(topics, Topic.GALLERY_VECTORS, 1);
        for (byte[] value : List.of(new byte[] {1, 2, 3}, new byte[0], new byte[] {0, 0, 0, 0, 99, 1})) {
            send("g/x", value, 1);
        }
        send("no key", vector("g", "a", 1), 1);
        send("g/a", vector("g", "a", 5), 5);
        start();
        assertThat(catalogue.awaitLoaded(Duration.ofSeconds(20))).isTrue();
        assertThat(catalogue.passedOver()).isEqualTo(4);
        assertThat(catalogue.summaries()).extracting(GallerySummary::entries).containsExactly(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 503})
    void shouldPassNothingOverWhileTheSchemaRegistryIsInTrouble(int status) throws Exception {
        // given
        broker.create(topics, Topic.GALLERY_VECTORS, 1);
        byte[] value = vector("g", "a", 1);
        ByteBuffer.wrap(value).putInt(1, 77);
        send("g/a", value, 1);
        try (ScriptedRegistry http = new ScriptedRegistry(); SchemaRegistry registry = Registries.open(Map.of("schema.registry.url", http.url()), topics)) {
            http.on("GET /schemas/ids/77", 200, ScriptedRegistry.answer(GalleryVector.getClassSchema())).down(status, "trouble");
            catalogue = GalleryCatalogue.start(new CatalogueSettings(broker.kafka(), 1000), topics, registry);
            // when
            await().atMost(Duration.ofSeconds(90)).until(() -> catalogue.trouble().filter(trouble -> trouble.contains("/schemas/ids/77")).isPresent());
            assertThat(catalogue.contains("g")).isFalse();
            http.up();
            // then
            assertThat(catalogue.awaitLoaded(Duration.ofSeconds(30))).isTrue();
            assertThat(catalogue.entry("g", "a")).isPresent();
            assertThat(catalogue.passedOver()).isZero();
        }
    }

    @Test
    void shouldSayWhatItWaitsForUntilTheTopicIsThere() throws Exception {
        start();
        await().until(() -> catalogue.trouble().filter(trouble -> trouble.contains("no such topic") || trouble.contains("can't be read")).isPresent());
        assertThat(catalogue.awaitLoaded(Duration.ofMillis(1))).isFalse();
        broker.create(topics, Topic.GALLERY_VECTORS, 1);
        assertThat(catalogue.awaitLoaded(Duration.ofSeconds(30))).isTrue();
        await().until(() -> catalogue.trouble().isEmpty());
    }

    @Test
    void shouldReadPartitionsThatAreAddedLater() throws Exception {
        broker.create(topics, Topic.GALLERY_VECTORS, 1);
        start();
        assertThat(catalogue.awaitLoaded(Duration.ofSeconds(20))).isTrue();
        broker.setPartitions(topics.name(Topic.GALLERY_VECTORS), 2);
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topics.name(Topic.GALLERY_VECTORS), 1, "g/a".getBytes(StandardCharsets.UTF_8), vector("g", "a", 1));
        await().atMost(Duration.ofSeconds(90)).until(() -> producer.partitionsFor(topics.name(Topic.GALLERY_VECTORS)).size() == 2);
        producer.send(record);
        producer.flush();
        assertThat(catalogue.awaitEpoch("g", 1, Duration.ofSeconds(60))).succeedsWithin(Duration.ofSeconds(60)).isEqualTo(true);
    }
}
