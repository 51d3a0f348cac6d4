package io.sightline.topology.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sightline.processors.gallery.EmbeddedIndex;
import io.sightline.processors.gallery.GalleryModel;
import io.sightline.processors.gallery.GalleryModels;
import io.sightline.processors.gallery.GallerySearch;
import io.sightline.processors.gallery.StaleEntries;
import io.sightline.schemas.GalleryVector;
import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.EmbeddedRegistry;
import io.sightline.schemas.wire.ScriptedRegistry;
import io.sightline.schemas.wire.SchemaRegistry;
import io.sightline.schemas.wire.Registries;
import io.sightline.topology.support.Broker;
import io.sightline.topology.support.Kafka;
import io.sightline.topology.support.MapIndex;
import io.sightline.topology.support.Results;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Broker.class)
class GalleryFollowerOnBrokerTest {
    private static final Topics TOPICS = new Topics("follower.");
    private static final AvroCodec<GalleryVector> CODEC = new AvroCodec<>(GalleryVector.class, EmbeddedRegistry.INSTANCE);
    private static final Duration LONG = Duration.ofSeconds(90);

    private static ProducerRecord<byte[], byte[]> edit(int number) {
        return edit(TOPICS, number);
    }

    private static ProducerRecord<byte[], byte[]> edit(Topics topics, int number) {
        byte[] value = CODEC.encode("x", Results.vector("shoes", "" + number, number, "m@1#0", 1, 0));
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topics.name(Topic.GALLERY_VECTORS), Kafka.bytes("shoes/" + number), value);
        RecordHeaders.put(record.headers(), RecordHeaders.EPOCH, "" + number);
        return record;
    }

    @Test
    void shouldLoadThenFollowCommittedEditsOnly() {
        Kafka.createTopics(TOPICS);
        Map<String, Object> config = Kafka.client();
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "follower-test");
        MapIndex index = new MapIndex();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
                GalleryFollower follower = new GalleryFollower(GalleryFollower.consumers(Kafka.client()), TOPICS, EmbeddedRegistry.INSTANCE, index, GalleryModels.same(new GalleryModel("m@1#0", 2)), new StaleEntries(), GalleryCheckpoint.NONE)) {
            producer.initTransactions();
            producer.beginTransaction();
            for (int i = 1; i <= 3000; i++) {
                producer.send(edit(i));
            }
            producer.commitTransaction();
            producer.beginTransaction();
            producer.send(edit(4000));
            producer.abortTransaction();

            follower.start();
            assertThat(follower.awaitLoaded(LONG)).isTrue();
            assertThat(index.size("shoes")).isEqualTo(3000);

            producer.beginTransaction();
            producer.send(edit(5000));
            producer.commitTransaction();
            await().atMost(LONG).until(() -> index.ids("shoes").contains("5000"));
            assertThat(index.ids("shoes")).hasSize(3001).doesNotContain("4000");
            assertThat(index.epoch("shoes")).isEqualTo(5000);
        }
    }

    @Test
    void shouldPassNoEditOverWhileTheSchemaRegistryIsInTrouble() throws Exception {
        // given a vector whose schema nobody here knows
        Topics own = new Topics("follow-registry.");
        Kafka.createTopics(own);
        byte[] value = CODEC.encode("v", new GalleryVector("g", "a", "l", "{}", List.of(1f, 0f), "m@1#0", 1L, null));
        ByteBuffer.wrap(value).putInt(1, 77);
        try (KafkaProducer<byte[], byte[]> producer = Kafka.producer()) {
            producer.send(new ProducerRecord<>(own.name(Topic.GALLERY_VECTORS), Kafka.bytes("g/a"), value));
        }
        MapIndex index = new MapIndex();
        try (ScriptedRegistry http = new ScriptedRegistry(); SchemaRegistry registry = Registries.open(Map.of("schema.registry.url", http.url()), own);
                GalleryFollower follower = new GalleryFollower(GalleryFollower.consumers(Kafka.client()), own, registry, index, GalleryModels.same(new GalleryModel("m@1#0", 2)), new StaleEntries(), GalleryCheckpoint.NONE)) {
            http.on("GET /schemas/ids/77", 200, ScriptedRegistry.answer(GalleryVector.getClassSchema())).down(401, "trouble");
            follower.start();
            // when
            await().atMost(Duration.ofSeconds(90)).until(() -> registry.trouble().isPresent());
            assertThat(follower.awaitLoaded(Duration.ofMillis(1500))).isFalse();
            http.up();
            // then
            assertThat(follower.awaitLoaded(Duration.ofSeconds(30))).isTrue();
            assertThat(index.size("g")).isEqualTo(1);
            assertThat(follower.bad()).isEmpty();
        }
    }

    @Test
    void shouldRebuildAGalleryWhileEditsOfItCome() throws Exception {
        // given edits one after the other, each of which says its number
        Topics topics = new Topics("rebuilding.");
        Kafka.createTopics(topics);
        GalleryModels models = GalleryModels.same(new GalleryModel("m@1#0", 2));
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(Kafka.client(), new ByteArraySerializer(), new ByteArraySerializer());
                EmbeddedIndex index = new EmbeddedIndex(models, List.of("shoes"));
                GalleryFollower follower = new GalleryFollower(GalleryFollower.consumers(Kafka.client()), topics, EmbeddedRegistry.INSTANCE, index, models, new StaleEntries(), GalleryCheckpoint.NONE)) {
            follower.start();
            AtomicBoolean enough = new AtomicBoolean();
            CompletableFuture<Integer> sender = CompletableFuture.supplyAsync(() -> {
                int number = 0;
                while (!enough.get()) {
                    producer.send(edit(topics, ++number));
                    producer.flush();
                }
                return number;
            });
            await().atMost(LONG).until(() -> index.size("shoes") > 100);
            // when it is built anew again and again
            long epoch = 0;
            for (int rebuild = 1; rebuild <= 10; rebuild++) {
                follower.rebuild("shoes").get(90, TimeUnit.SECONDS);
                assertThat(index.stats("shoes").generation()).isEqualTo(rebuild + 1);
                GallerySearch search = index.search("shoes", List.of(new float[] {1, 0}), 100_000, -1);
                // then no epoch goes back, and each is whole
                assertThat(search.epoch()).isGreaterThanOrEqualTo(epoch);
                assertThat(search.hits().get(0)).hasSize((int) search.epoch());
                epoch = search.epoch();
            }
            enough.set(true);
            int sent = sender.get(90, TimeUnit.SECONDS);
            await().atMost(LONG).until(() -> index.size("shoes") == sent);
            assertThat(follower.applied()).as("followed beside the rebuilds, nothing twice").isEqualTo(sent);
        }
    }
}
