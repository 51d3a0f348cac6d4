package io.sightline.topology.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.sightline.processors.gallery.GalleryModel;
import io.sightline.processors.gallery.GalleryModels;
import io.sightline.processors.gallery.StaleEntries;
import io.sightline.schemas.GalleryVector;
import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.EmbeddedRegistry;
import io.sightline.topology.support.MapIndex;
import io.sightline.topology.support.Results;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class GalleryFollowerTest {
    private static final String TOPIC = "t.gallery-vectors";
    private static final TopicPartition P0 = new TopicPartition(TOPIC, 0);
    private static final String MODEL = "embed@1#abc";
    private static final AvroCodec<GalleryVector> CODEC = new AvroCodec<>(GalleryVector.class, EmbeddedRegistry.INSTANCE);
    private static final Duration LONG = Duration.ofSeconds(90);

    private final Logger log = (Logger) LoggerFactory.getLogger(GalleryFollower.class);
    private final StaleEntries stale = new StaleEntries();
    private final Map<Integer, Long> keptBefore = new HashMap<>();
    private final List<Map<Integer, Long>> kept = new CopyOnWriteArrayList<>();
    private final List<Instant> seen = new CopyOnWriteArrayList<>();
    private final GalleryCheckpoint checkpoint = new GalleryCheckpoint() {
        @Override
        public Map<Integer, Long> nextOffsets() {
            return keptBefore;
        }

        @Override
        public void save(Map<Integer, Long> nextOffsets, Instant seenUntil) throws IOException {
            seen.add(seenUntil);
            kept.add(nextOffsets);
            if (kept.size() == 1) {
                throw new IOException("made by the test: no room");
            }
        }
    };
    private final MapIndex index = new MapIndex();
    private final List<MockConsumer<byte[], byte[]>> consumers = new CopyOnWriteArrayList<>();
    private volatile long end = 3;
    private final GalleryFollower follower =
            new GalleryFollower(this::consumer, new Topics("t."), EmbeddedRegistry.INSTANCE, index, GalleryModels.same(new GalleryModel(MODEL, 2)), stale, checkpoint);

    private MockConsumer<byte[], byte[]> consumer() {
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
        consumer.updatePartitions(TOPIC, List.of(new PartitionInfo(TOPIC, 0, null, null, null)));
        consumer.updateBeginningOffsets(Map.of(P0, 0L));
        consumer.updateEndOffsets(Map.of(P0, end));
        consumers.add(consumer);
        return consumer;
    }

    @BeforeEach
    void quiet() {
        log.setLevel(Level.OFF);
    }

    @AfterEach
    void stop() {
        follower.close();
        log.setLevel(null);
    }

    private void fetched(long offset, String key, byte[] value, String... epoch) {
        org.apache.kafka.common.header.internals.RecordHeaders headers = new org.apache.kafka.common.header.internals.RecordHeaders();
        for (String text : epoch) {
            RecordHeaders.put(headers, RecordHeaders.EPOCH, text);
        }
        latest().schedulePollTask(() -> latest().addRecord(new ConsumerRecord<>(TOPIC, 0, offset, 0L, TimestampType.CREATE_TIME, 0, 0,
                key == null ? null : key.getBytes(StandardCharsets.UTF_8), value, headers, Optional.empty())));
    }

    private MockConsumer<byte[], byte[]> latest() {
        await().atMost(LONG).until(() -> !consumers.isEmpty());
        return consumers.get(consumers.size() - 1);
    }

    private static byte[] vector(String id, long epoch, String model, float... values) {
        return CODEC.encode(TOPIC, Results.vector("shoes", id, epoch, model, values));
    }

    private static byte[] good(String id, long epoch) {
        return vector(id, epoch, MODEL, 0.6f, 0.8f);
    }

    @Test
    void shouldBeLoadedWhenTheEndSeenAtStartIsReachedAndNotBefore() {
        follower.start();
        fetched(0, "shoes/a", good("a", 1));
        fetched(1, "shoes/b", good("b", 2));
        await().atMost(LONG).until(() -> index.size("shoes") == 2);
        assertThat(follower.awaitLoaded(Duration.ofMillis(20))).isFalse();
        assertThat(follower.isLoaded()).isFalse();

        fetched(2, "shoes/a", null, "3");

        assertThat(follower.awaitLoaded(LONG)).isTrue();
        assertThat(index.ids("shoes")).containsExactly("b");
        assertThat(index.epoch("shoes")).isEqualTo(3);
        assertThat(follower.applied()).isEqualTo(3);
        assertThat(follower.bad()).isEmpty();
    }

    @Test
    void shouldBeLoadedAtOnceWhenTheTopicIsEmpty() {
        end = 0;
        follower.start();

        assertThat(follower.awaitLoaded(LONG)).isTrue();
    }

    @Test
    void shouldKeepFollowingWhenLoaded() {
        end = 0;
        follower.start();
        assertThat(follower.awaitLoaded(LONG)).isTrue();

        fetched(0, "shoes/late", good("late", 9));

        await().atMost(LONG).until(() -> index.contains("shoes"));
        await().atMost(LONG).until(follower::isFollowing);
    }

    @Test
    void shouldPassOverAndCountBadRecordsWhenSomeAre() {
        end = 9;
        follower.start();
        fetched(0, "shoes/a", new byte[] {1, 2, 3});
        fetched(1, "shoes/b", vector("b", 2, "other@1#0", 1, 0));
        fetched(2, "shoes/c", vector("c", 3, MODEL, 1, 0, 0));
        fetched(3, "noslash", good("d", 4));
        fetched(4, null, good("e", 5));
        fetched(5, "shoes/f", null);
        fetched(6, "shoes/g", null, "soon");
        fetched(7, "shoes/h", vector("h", 8, "other@1#0", 1, 0));
        fetched(8, "shoes/good", good("good", 9));

        assertThat(follower.awaitLoaded(LONG)).isTrue();

        assertThat(index.ids("shoes")).containsExactly("good");
        assertThat(follower.bad()).containsOnly(Map.entry("undecodable", 1L), Map.entry("other model", 2L), Map.entry("unfit vector", 1L),
                Map.entry("bad key", 2L), Map.entry("no epoch", 2L));
    }

    @Test
    void shouldGoOnWhereItWasOnANewConsumerWhenKafkaFails() {
        follower.start();
        fetched(0, "shoes/a", good("a", 1));
        await().atMost(LONG).until(() -> index.size("shoes") == 1);
        latest().setPollException(new KafkaException("broker away"));
        await().atMost(LONG).until(() -> consumers.size() == 2);
        assertThat(consumers.get(0).closed()).isTrue();

        await().atMost(LONG).until(() -> !latest().assignment().isEmpty());
        fetched(1, "shoes/b", good("b", 2));
        fetched(2, "shoes/c", good("c", 3));

        assertThat(follower.awaitLoaded(LONG)).isTrue();
        assertThat(index.ids("shoes")).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(follower.applied()).as("nothing twice").isEqualTo(3);
    }

    @Test
    void shouldApplyTheSameRecordAgainWhenTheIndexWasAway() {
        end = 1;
        index.failNext(new IllegalStateException("redis away"));
        follower.start();
        fetched(0, "shoes/a", good("a", 1));
        await().atMost(LONG).until(() -> consumers.size() == 2);
        fetched(0, "shoes/a", good("a", 1));

        assertThat(follower.awaitLoaded(LONG)).isTrue();
        assertThat(index.ids("shoes")).containsExactly("a");
    }

    @Test
    void shouldStopSoonWhenClosed() {
        follower.start();
        latest();

        follower.close();

        await().atMost(LONG).until(() -> latest().closed());
        assertThat(follower.awaitLoaded(Duration.ZERO)).isFalse();
    }

    @Test
    void shouldKnowWhichEntriesHaveVectorsOfAnotherModel() {
        end = 6;
        follower.start();
        fetched(0, "shoes/a", vector("a", 1, "other@1#0", 1, 0));
        fetched(1, "shoes/b", vector("b", 2, "other@1#0", 1, 0));
        fetched(2, "shoes/c", vector("c", 3, "other@1#0", 1, 0));
        fetched(3, "shoes/d", vector("d", 4, "other@1#0", 1, 0));
        fetched(4, "shoes/b", good("b", 2));
        fetched(5, "shoes/c", null, "5");
        assertThat(follower.awaitLoaded(LONG)).isTrue();
        assertThat(stale.size()).isEqualTo(2);
        assertThat(stale.contains("shoes/a") && stale.contains("shoes/d")).isTrue();

        // an entry of which no vector can be made any more
        GalleryVector marker = new GalleryVector("shoes", "a", "", "{}", List.of(), MODEL, 1L, "image: gone");
        fetched(6, "shoes/a", CODEC.encode(TOPIC, marker));
        await().atMost(LONG).until(() -> stale.size() == 1);
        assertThat(index.ids("shoes")).containsExactly("b");
    }

    @Test
    void shouldReadOnWhereTheIndexWasKept() {
        keptBefore.put(0, 2L);
        end = 3;
        Instant before = Instant.now();
        follower.start();
        fetched(2, "shoes/c", good("c", 3));
        assertThat(follower.awaitLoaded(LONG)).isTrue();
        assertThat(latest().position(new TopicPartition(TOPIC, 0))).isEqualTo(3);
        assertThat(index.ids("shoes")).containsExactly("c");
        // kept when loaded, which failed, and when stopped
        assertThat(kept).containsExactly(Map.of(0, 3L));
        follower.close();
        assertThat(kept).containsExactly(Map.of(0, 3L), Map.of(0, 3L));
        // said to be read until the end was asked for, not until it was reached or kept
        assertThat(seen).hasSize(2).allSatisfy(time -> assertThat(time).isBetween(before, Instant.now()));
        assertThat(seen.get(0)).isBeforeOrEqualTo(seen.get(1));
    }
}
