package io.sightline.topology.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.sightline.processors.gallery.GalleryModel;
import io.sightline.processors.gallery.GalleryModels;
import io.sightline.processors.gallery.IndexUnavailableException;
import io.sightline.processors.gallery.RebuildBehindException;
import io.sightline.processors.gallery.StaleEntries;
import io.sightline.processors.gallery.UnknownGalleryException;
import io.sightline.schemas.GalleryVector;
import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.EmbeddedRegistry;
import io.sightline.topology.support.MapIndex;
import io.sightline.topology.support.Results;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** The follower with an index that is away, has lost what it had, or is to be rebuilt. */
@Timeout(240)
class GalleryFollowerTroubleTest {
    private static final String TOPIC = "t.gallery-vectors";
    private static final TopicPartition P0 = new TopicPartition(TOPIC, 0);
    private static final String MODEL = "embed@1#abc";
    private static final AvroCodec<GalleryVector> CODEC = new AvroCodec<>(GalleryVector.class, EmbeddedRegistry.INSTANCE);
    private static final Duration LONG = Duration.ofSeconds(90);

    private final Logger log = (Logger) LoggerFactory.getLogger(IndexUpkeep.class);
    private final MapIndex index = new MapIndex();
    private final List<MockConsumer<byte[], byte[]>> consumers = new CopyOnWriteArrayList<>();
    private volatile long end = 2;
    /** Told each consumer made from now on. */
    private volatile java.util.function.Consumer<MockConsumer<byte[], byte[]>> everyReading = consumer -> { };
    private final GalleryFollower follower =
            new GalleryFollower(this::consumer, new Topics("t."), EmbeddedRegistry.INSTANCE, index, GalleryModels.same(new GalleryModel(MODEL, 2)), new StaleEntries(), GalleryCheckpoint.NONE);

    private MockConsumer<byte[], byte[]> consumer() {
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
        consumer.updatePartitions(TOPIC, List.of(new PartitionInfo(TOPIC, 0, null, null, null)));
        consumer.updateBeginningOffsets(Map.of(P0, 0L));
        consumer.updateEndOffsets(Map.of(P0, end));
        everyReading.accept(consumer);
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

    /** The nth consumer, once it is there. */
    private MockConsumer<byte[], byte[]> made(int number) {
        await().atMost(LONG).until(() -> consumers.size() > number);
        return consumers.get(number);
    }

    private void fetched(int consumer, long offset, String id) {
        fetched(consumer, offset, "shoes", id);
    }

    private void fetched(int consumer, long offset, String gallery, String id) {
        MockConsumer<byte[], byte[]> fetching = made(consumer);
        fetching.schedulePollTask(() -> fetching.addRecord(record(offset, gallery, id)));
    }

    private static ConsumerRecord<byte[], byte[]> record(long offset, String gallery, String id) {
        byte[] value = CODEC.encode(TOPIC, Results.vector(gallery, id, offset + 1, MODEL, 0.6f, 0.8f));
        org.apache.kafka.common.header.internals.RecordHeaders headers = new org.apache.kafka.common.header.internals.RecordHeaders();
        RecordHeaders.put(headers, RecordHeaders.EPOCH, "" + (offset + 1));
        return new ConsumerRecord<>(TOPIC, 0, offset, 0L, TimestampType.CREATE_TIME, 0, 0,
                (gallery + "/" + id).getBytes(StandardCharsets.UTF_8), value, headers, Optional.empty());
    }

    private void startWithTwo() {
        follower.start();
        fetched(0, 0, "a");
        fetched(0, 1, "b");
        assertThat(follower.awaitLoaded(LONG)).isTrue();
    }

    @Test
    void shouldApplyTheSameEditsAgainUntilTheIndexIsBack() {
        for (int i = 0; i < 3; i++) {
            index.failNext(new IndexUnavailableException("redis away", null));
        }
        startWithTwo();
        assertThat(index.ids("shoes")).containsExactlyInAnyOrder("a", "b");
        assertThat(consumers).as("no new consumer for that").hasSize(1);
        await().atMost(LONG).until(follower::isFollowing);
        assertThat(follower.trouble()).isEmpty();
    }

    @Test
    void shouldNotBeFollowingWhileTheIndexIsAway() {
        for (int i = 0; i < 1000; i++) {
            index.failNext(new IndexUnavailableException("redis away", null));
        }
        follower.start();
        fetched(0, 0, "a");
        await().atMost(LONG).until(() -> index.failuresLeft() < 998);
        assertThat(follower.isFollowing()).isFalse();
        assertThat(follower.isLoaded()).isFalse();
        assertThat(follower.trouble()).contains("redis away");
    }

    @Test
    void shouldReadLostGalleriesAgainFromTheLogAndGoOn() {
        startWithTwo();
        // when the index loses all, and a third edit has come meanwhile
        end = 3;
        index.lose();
        for (int offset = 0; offset < 3; offset++) {
            fetched(1, offset, List.of("a", "b", "c").get(offset));
        }
        // then the galleries are read by a consumer of their own, and the follower goes on where it was
        await().atMost(LONG).until(() -> index.ids("shoes").size() == 3);
        await().atMost(LONG).until(() -> consumers.get(1).closed());
        assertThat(index.stats("shoes").generation()).isEqualTo(2);
        fetched(0, 2, "c");
        fetched(0, 3, "d");
        await().atMost(LONG).until(() -> index.ids("shoes").size() == 4);
        assertThat(index.epoch("shoes")).isEqualTo(4);
        await().atMost(LONG).until(follower::isFollowing);
    }

    @Test
    void shouldReadLostGalleriesAgainWhenAnEditFindsThemLost() {
        startWithTwo();
        end = 3;
        index.lose();
        fetched(0, 2, "c");
        for (int offset = 0; offset < 3; offset++) {
            fetched(1, offset, List.of("a", "b", "c").get(offset));
        }
        await().atMost(LONG).until(() -> index.ids("shoes").size() == 3);
        assertThat(index.stats("shoes").generation()).isEqualTo(2);
    }

    @Test
    void shouldFollowOtherGalleriesWhileOneIsLost() {
        startWithTwo();
        end = 5;
        index.lose("shoes");
        // when a gallery is lost, and its rebuild is not done yet
        fetched(0, 2, "shoes", "c");
        fetched(0, 3, "hats", "x");
        made(1);
        fetched(0, 4, "shoes", "d");
        fetched(0, 5, "hats", "y");
        // then the others go on
        await().atMost(LONG).until(() -> index.ids("hats").size() == 2);
        assertThat(follower.isFollowing()).isFalse();
        // and when it is back, its edits are read again from the first one that was left out
        List<String> ids = List.of("a", "b", "c", "x", "d");
        for (int offset = 0; offset < 5; offset++) {
            fetched(1, offset, offset == 3 ? "hats" : "shoes", ids.get(offset));
        }
        await().atMost(LONG).until(() -> index.ids("shoes").size() == 4);
        await().atMost(LONG).until(follower::isFollowing);
        assertThat(consumers.get(0).position(P0)).isLessThanOrEqualTo(2);
        fetched(0, 6, "shoes", "e");
        await().atMost(LONG).until(() -> index.ids("shoes").contains("e"));
    }

    @Test
    void shouldNoticeThatAGalleryIsLostWhileAnotherIsFedWithoutAPause() {
        startWithTwo();
        AtomicLong fed = new AtomicLong(2);
        fed(made(0), fed);
        await().atMost(LONG).until(() -> index.ids("hats").contains("x"));
        // when the one that gets no edits is lost
        index.lose("shoes");
        fetched(1, 0, "a");
        fetched(1, 1, "b");
        // then it is back, and the other was fed all the time
        await().atMost(LONG).until(() -> !index.isLost("shoes"));
        assertThat(index.ids("shoes")).containsExactlyInAnyOrder("a", "b");
        long now = fed.get();
        await().atMost(LONG).until(() -> index.epoch("hats") > now);
    }

    /** From now on each poll fetches one more edit. */
    private void fed(MockConsumer<byte[], byte[]> consumer, AtomicLong offset) {
        consumer.schedulePollTask(() -> {
            consumer.addRecord(record(offset.getAndIncrement(), "hats", "x"));
            fed(consumer, offset);
        });
    }

    @Test
    void shouldLetARebuildKnowThatItIsUnderWayWhileNothingOfItComes() {
        startWithTwo();
        fetched(0, 2, "hats", "x");
        await().atMost(LONG).until(() -> index.ids("hats").contains("x"));
        end = 4;
        index.lose("hats");
        // when the log is read, and first others' edits come, then nothing for long
        fetched(1, 0, "shoes", "a");
        fetched(1, 1, "shoes", "b");
        await().atMost(LONG).until(() -> index.idleRebuilds("hats") > 1);
        // then
        fetched(1, 2, "hats", "x");
        fetched(1, 3, "hats", "y");
        await().atMost(LONG).until(() -> index.ids("hats").contains("y"));
        assertThat(index.stats("hats").generation()).isEqualTo(2);
        assertThat(consumers).hasSize(2);
    }

    @Test
    void shouldBringBackWhatCanBeWhenAnotherGalleryCantBeSwitchedTo() {
        startWithTwo();
        fetched(0, 2, "hats", "x");
        fetched(0, 3, "bags", "y");
        await().atMost(LONG).until(() -> index.ids("bags").contains("y"));
        end = 4;
        everyReading = this::log;
        // when all are lost, which may take several readings to be noticed, and one of them can't be committed
        index.failCommitsOf("hats", new IndexUnavailableException("lock gone", null));
        index.lose();
        // then the others are back, and followed
        await().atMost(LONG).until(() -> !index.isLost("shoes") && !index.isLost("bags"));
        fetched(0, 4, "shoes", "next");
        fetched(0, 5, "bags", "next");
        await().atMost(LONG).until(() -> index.ids("shoes").contains("next") && index.ids("bags").contains("next"));
        assertThat(index.isLost("hats")).isTrue();
        assertThat(follower.isFollowing()).isFalse();
        // and the one comes back by a later reading
        index.failCommitsOf("hats", null);
        await().atMost(LONG).until(follower::isFollowing);
        assertThat(index.ids("hats")).containsExactly("x");
    }

    /** The log's four edits are fetched. */
    private void log(MockConsumer<byte[], byte[]> consumer) {
        consumer.schedulePollTask(() -> {
            consumer.addRecord(record(0, "shoes", "a"));
            consumer.addRecord(record(1, "shoes", "b"));
            consumer.addRecord(record(2, "hats", "x"));
            consumer.addRecord(record(3, "bags", "y"));
        });
    }

    @Test
    void shouldFollowWhileAGalleryIsRebuilt() throws Exception {
        startWithTwo();
        end = 4;
        CompletableFuture<Void> future = follower.rebuild("shoes");
        made(1);
        // when edits come of this gallery and another one, and the log is not read again yet
        fetched(0, 2, "hats", "x");
        fetched(0, 3, "shoes", "c");
        // then both are applied
        await().atMost(LONG).until(() -> index.ids("hats").contains("x") && index.ids("shoes").contains("c"));
        assertThat(future).isNotDone();
        assertThat(index.stats("shoes").generation()).isEqualTo(1);
        // and the new generation has them too
        List<String> ids = List.of("a", "b", "x", "c");
        for (int offset = 0; offset < 4; offset++) {
            fetched(1, offset, offset == 2 ? "hats" : "shoes", ids.get(offset));
        }
        future.get(90, TimeUnit.SECONDS);
        assertThat(index.stats("shoes").generation()).isEqualTo(2);
        assertThat(index.ids("shoes")).containsExactlyInAnyOrder("a", "b", "c");
    }

    @Test
    void shouldServeTheOthersWhenOneRebuildHasToWait() throws Exception {
        startWithTwo();
        fetched(0, 2, "hats", "x");
        await().atMost(LONG).until(() -> index.ids("hats").contains("x"));
        end = 3;
        index.failRebuildsOf("shoes", new IndexUnavailableException("another worker rebuilds it", null));
        CompletableFuture<Void> shoes = follower.rebuild("shoes");
        CompletableFuture<Void> hats = follower.rebuild("hats");
        for (int consumer = 1; consumer <= 2; consumer++) {
            fetched(consumer, 0, "shoes", "a");
            fetched(consumer, 1, "shoes", "b");
            fetched(consumer, 2, "hats", "x");
            if (consumer == 1) {
                hats.get(90, TimeUnit.SECONDS);
                assertThat(shoes).isNotDone();
                index.failRebuildsOf("shoes", null);
            }
        }
        shoes.get(90, TimeUnit.SECONDS);
    }

    @Test
    void shouldRebuildAGalleryWhenAsked() throws Exception {
        startWithTwo();
        CompletableFuture<Void> future = follower.rebuild("shoes");
        assertThat(follower.rebuild("shoes")).isSameAs(future);
        fetched(1, 0, "a");
        fetched(1, 1, "b");
        future.get(90, TimeUnit.SECONDS);
        assertThat(index.stats("shoes").generation()).isEqualTo(2);
        assertThat(index.ids("shoes")).containsExactlyInAnyOrder("a", "b");
        fetched(0, 2, "c");
        await().atMost(LONG).until(() -> index.ids("shoes").contains("c"));
    }

    @Test
    void shouldReadOnWhenAnotherWorkerIsAhead() throws Exception {
        startWithTwo();
        index.failNextCommit(new RebuildBehindException("behind"));
        CompletableFuture<Void> future = follower.rebuild("shoes");
        fetched(1, 0, "a");
        fetched(1, 1, "b");
        future.get(90, TimeUnit.SECONDS);
        assertThat(index.failuresLeft()).isZero();
        assertThat(consumers).hasSize(2);
    }

    @Test
    void shouldTryARebuildAgainWhenTheIndexIsAway() throws Exception {
        startWithTwo();
        index.failNextCommit(new IndexUnavailableException("lock gone", null));
        CompletableFuture<Void> future = follower.rebuild("shoes");
        for (int consumer = 1; consumer <= 2; consumer++) {
            fetched(consumer, 0, "a");
            fetched(consumer, 1, "b");
        }
        future.get(90, TimeUnit.SECONDS);
        assertThat(index.stats("shoes").generation()).isEqualTo(2);
    }

    @Test
    void shouldSayThatAGalleryIsUnknownWhenItIsToBeRebuilt() {
        startWithTwo();
        CompletableFuture<Void> future = follower.rebuild("hats");
        assertThatThrownBy(() -> future.get(90, TimeUnit.SECONDS)).hasCauseInstanceOf(UnknownGalleryException.class);
    }

    @Test
    void shouldCancelRebuildsWhenClosed() {
        startWithTwo();
        CompletableFuture<Void> future = follower.rebuild("shoes");
        made(1); // which nothing is fetched from
        follower.close();
        assertThat(future).isCancelled();
        assertThat(follower.rebuild("shoes")).isCancelled();
    }
}
