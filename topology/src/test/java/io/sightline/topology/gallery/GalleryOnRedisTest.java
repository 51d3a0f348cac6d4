package io.sightline.topology.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.sightline.processors.gallery.EmbeddedIndex;
import io.sightline.processors.gallery.GalleryIndex;
import io.sightline.processors.gallery.GalleryModel;
import io.sightline.processors.gallery.GalleryModels;
import io.sightline.processors.gallery.GallerySearch;
import io.sightline.processors.gallery.IndexLostException;
import io.sightline.processors.gallery.IndexUnavailableException;
import io.sightline.processors.gallery.StaleEntries;
import io.sightline.processors.gallery.redis.RedisIndexes;
import io.sightline.processors.gallery.redis.testing.RedisProcess;
import io.sightline.schemas.GalleryVector;
import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.EmbeddedRegistry;
import io.sightline.topology.support.Broker;
import io.sightline.topology.support.Kafka;
import io.sightline.topology.support.Results;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

/** Two workers' followers on one real Redis server and a real broker; an embedded index says what has to be there. */
@ExtendWith(Broker.class)
@Timeout(240)
class GalleryOnRedisTest {
    private static final AtomicInteger RUN = new AtomicInteger();
    private static final AvroCodec<GalleryVector> CODEC = new AvroCodec<>(GalleryVector.class, EmbeddedRegistry.INSTANCE);
    private static final GalleryModels MODELS = GalleryModels.same(new GalleryModel("m@1#0", 2));
    private static final Duration LONG = Duration.ofSeconds(90);
    private static final List<String> GALLERIES = List.of("shoes", "hats", "bags");

    private final Logger log = (Logger) LoggerFactory.getLogger(IndexUpkeep.class);
    private final Topics topics = new Topics("onredis" + RUN.incrementAndGet() + ".");
    private final Random random = new Random(1);
    private int number;

    @BeforeEach
    void quiet() {
        log.setLevel(Level.ERROR);
    }

    @AfterEach
    void loud() {
        log.setLevel(null);
    }

    private void edits(KafkaProducer<byte[], byte[]> producer, int count) {
        for (int i = 0; i < count; i++) {
            String gallery = GALLERIES.get(random.nextInt(3));
            String id = "id" + random.nextInt(200);
            number++;
            byte[] value = random.nextInt(4) == 0 ? null
                    : CODEC.encode("x", Results.vector(gallery, id, number, "m@1#0", (float) Math.cos(number), (float) Math.sin(number)));
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topics.name(Topic.GALLERY_VECTORS), Kafka.bytes(gallery + "/" + id), value);
            RecordHeaders.put(record.headers(), RecordHeaders.EPOCH, "" + number);
            producer.send(record);
        }
        producer.flush();
    }

    private GalleryFollower follower(GalleryIndex index) {
        GalleryFollower follower = new GalleryFollower(GalleryFollower.consumers(Kafka.client()), topics, EmbeddedRegistry.INSTANCE, index, MODELS, new StaleEntries(), GalleryCheckpoint.NONE);
        follower.start();
        return follower;
    }

    /** All entries with their scores to 4 digits, as published; empty while the index is unavailable. */
    private static String contents(GalleryIndex index) {
        StringBuilder text = new StringBuilder();
        try {
            for (String gallery : GALLERIES) {
                GallerySearch search = index.search(gallery, List.of(new float[] {0.6f, 0.8f}), 1000, -1);
                text.append(gallery).append('@').append(search.epoch());
                search.hits().get(0).stream().map(hit -> hit.id() + " " + hit.label() + " " + Math.round(hit.score() * 1e4)).sorted().forEach(hit -> text.append('\n').append(hit));
            }
        } catch (IndexUnavailableException e) {
            return "";
        }
        return text.toString();
    }

    private static void awaitSame(GalleryIndex index, GalleryIndex truth) {
        await().atMost(LONG).untilAsserted(() -> assertThat(contents(index)).isEqualTo(contents(truth)));
    }

    @Test
    void shouldFollowTheOthersWhileALostGalleryCantBeRebuilt() throws Exception {
        Kafka.createTopics(topics);
        try (RedisProcess redis = RedisProcess.start();
                KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(Kafka.client(), new ByteArraySerializer(), new ByteArraySerializer());
                EmbeddedIndex truth = new EmbeddedIndex(MODELS, GALLERIES);
                GalleryIndex index = RedisIndexes.vectorSets(redis.settings(), "log", MODELS, GALLERIES);
                GalleryFollower truths = follower(truth);
                GalleryFollower follower = follower(index);
                var jedis = redis.connect()) {
            edits(producer, 300);
            assertThat(truths.awaitLoaded(LONG) && follower.awaitLoaded(LONG)).isTrue();
            await().atMost(LONG).until(() -> GALLERIES.stream().mapToLong(truth::epoch).max().orElse(0) == number);
            awaitSame(index, truth);

            // when one gallery's vectors are evicted, and nobody can rebuild it, as if another worker did
            String lock = jedis.keys("*/shoes/*:state").iterator().next().replaceAll(":state$", ":lock");
            jedis.set(lock, "another worker's");
            jedis.keys("*/shoes/*:g1").forEach(jedis::del);
            edits(producer, 300);
            // then the others are followed
            for (String gallery : List.of("hats", "bags")) {
                await().atMost(LONG).until(() -> index.epoch(gallery) == truth.epoch(gallery));
            }
            await().atMost(LONG).until(() -> !follower.isFollowing());
            edits(producer, 300);
            for (String gallery : List.of("hats", "bags")) {
                await().atMost(LONG).until(() -> index.epoch(gallery) == truth.epoch(gallery));
            }
            assertThatThrownBy(() -> index.stats("shoes")).isInstanceOf(IndexLostException.class);

            // and when it can be rebuilt, it has all its edits, those that were passed by too
            jedis.del(lock);
            await().atMost(LONG).until(() -> GALLERIES.stream().mapToLong(truth::epoch).max().orElse(0) == number);
            awaitSame(index, truth);
            edits(producer, 100);
            await().atMost(LONG).until(() -> GALLERIES.stream().mapToLong(truth::epoch).max().orElse(0) == number);
            awaitSame(index, truth);
            await().atMost(LONG).until(follower::isFollowing);
        }
    }

    @Test
    void shouldHaveTheLogsGalleriesAgainWhateverHappensToTheServer() throws Exception {
        Kafka.createTopics(topics);
        try (RedisProcess redis = RedisProcess.start();
                KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(Kafka.client(), new ByteArraySerializer(), new ByteArraySerializer());
                EmbeddedIndex truth = new EmbeddedIndex(MODELS, GALLERIES);
                GalleryIndex a = RedisIndexes.vectorSets(redis.settings(), "log", MODELS, GALLERIES);
                GalleryIndex b = RedisIndexes.vectorSets(redis.settings(), "log", MODELS, GALLERIES);
                GalleryFollower truths = follower(truth);
                GalleryFollower as = follower(a);
                GalleryFollower bs = follower(b)) {
            edits(producer, 2000);
            assertThat(truths.awaitLoaded(LONG)).isTrue();
            await().atMost(LONG).until(() -> GALLERIES.stream().mapToLong(truth::epoch).max().orElse(0) == 2000);
            awaitSame(a, truth);
            awaitSame(b, truth);

            // when it dies while edits come, and comes back empty
            redis.kill();
            edits(producer, 500);
            redis.restart();
            edits(producer, 500);
            await().atMost(LONG).until(() -> GALLERIES.stream().mapToLong(truth::epoch).max().orElse(0) == 3000);
            awaitSame(a, truth);
            awaitSame(b, truth);

            // when it is flushed and nothing comes that would bring it up
            try (var jedis = redis.connect()) {
                jedis.flushAll();
            }
            await().atMost(LONG).until(() -> contents(a).isEmpty() || a.stats("shoes").generation() > 1);
            awaitSame(a, truth);
            awaitSame(b, truth);

            // when a gallery is rebuilt by both at once
            var first = as.rebuild("shoes");
            var second = bs.rebuild("shoes");
            edits(producer, 100);
            first.get(90, TimeUnit.SECONDS);
            second.get(90, TimeUnit.SECONDS);
            await().atMost(LONG).until(() -> GALLERIES.stream().mapToLong(truth::epoch).max().orElse(0) == 3100);
            awaitSame(a, truth);
            awaitSame(b, truth);
            await().atMost(LONG).until(() -> as.isFollowing() && bs.isFollowing());
        }
    }
}
