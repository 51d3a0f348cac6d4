package io.sightline.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sightline.processors.gallery.GalleryModel;
import io.sightline.processors.gallery.GalleryModels;
import io.sightline.processors.gallery.IndexUnavailableException;
import io.sightline.processors.gallery.StaleEntries;
import io.sightline.processors.recognition.GalleryOutcome;
import io.sightline.processors.recognition.RecognitionOutcome;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.EmbeddedRegistry;
import io.sightline.topology.gallery.GalleryCheckpoint;
import io.sightline.topology.lookahead.LookAheadSettings;
import io.sightline.topology.WorkerSettings.ProcessingGuarantee;
import io.sightline.topology.support.Broker;
import io.sightline.topology.support.ControlledEngine;
import io.sightline.topology.support.ControlledRun;
import io.sightline.topology.support.DelayedCompletion;
import io.sightline.topology.support.Kafka;
import io.sightline.topology.support.MapIndex;
import io.sightline.topology.support.Results;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(Broker.class)
class WorkerOnBrokerTest {
    private static final Duration LONG = Duration.ofSeconds(90);
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final Topics topics = new Topics("worker" + NUMBER.incrementAndGet() + ".");
    private final List<Worker> workers = new ArrayList<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final DelayedCompletion delayed = new DelayedCompletion(20);
    private final MapIndex index = new MapIndex();
    private final StaleEntries stale = new StaleEntries();

    @BeforeEach
    void topics() {
        Kafka.createTopics(topics);
    }

    @AfterEach
    void stop() {
        workers.forEach(Worker::close);
        delayed.close();
    }

    private ControlledEngine<RecognitionOutcome> engine(Consumer<ControlledRun<RecognitionOutcome>> atStart) {
        return new ControlledEngine<>(atStart, "decode", "detect");
    }

    private ControlledEngine<GalleryOutcome> galleryEngine() {
        return new ControlledEngine<>(run -> run.complete(
                Results.searchable("shoes", new String(run.input().key()).substring(6), run.input().offset() + 1)), "decode");
    }

    private StreamsSettings settings(ProcessingGuarantee guarantee) {
        return StreamsSettings.of(Broker.bootstrapServers(), workerSettings(guarantee));
    }

    private WorkerSettings workerSettings(ProcessingGuarantee guarantee) {
        return WorkerSettings.DEFAULT.withApplicationId(topics.prefix() + "app").withProcessingGuarantee(guarantee);
    }

    private Worker worker(StreamsSettings settings, ControlledEngine<RecognitionOutcome> engine) {
        Worker worker = new Worker(new WorkerParts(topics, EmbeddedRegistry.INSTANCE, settings, LookAheadSettings.DEFAULT, engine,
                galleryEngine(), index, GalleryModels.same(new GalleryModel("m@1#0", 2)), stale, GalleryCheckpoint.NONE), failures::add);
        workers.add(worker);
        return worker;
    }

    private Worker running(StreamsSettings settings, ControlledEngine<RecognitionOutcome> engine) {
        Worker worker = worker(settings, engine);
        worker.start();
        assertThat(worker.awaitRunning(LONG)).isTrue();
        return worker;
    }

    private Set<String> ids(int to) {
        return IntStream.range(0, to).mapToObj(i -> "r" + i).collect(Collectors.toSet());
    }

    private Set<String> answered() {
        return Kafka.results(topics).stream().map(RecognitionResult::getRequestId).collect(Collectors.toSet());
    }

    private void awaitAnswered(int to) {
        await().dontCatchUncaughtExceptions().atMost(LONG).pollInterval(Duration.ofMillis(200))
                .untilAsserted(() -> assertThat(answered()).hasSize(to));
        assertThat(answered()).isEqualTo(ids(to));
    }

    private static void assertInOrder(List<RecognitionResult> results) {
        Map<String, Long> last = new HashMap<>();
        for (RecognitionResult result : results) {
            String[] place = result.getAttributes().get("place").split("@");
            // One result partition holds several request partitions' results, each in order.
            long offset = Long.parseLong(place[1]);
            assertThat(offset).as("order in " + place[0]).isGreaterThanOrEqualTo(last.getOrDefault(place[0], -1L));
            last.put(place[0], offset);
        }
    }

    private Map<Integer, List<RecognitionResult>> resultsByPartition() {
        return Kafka.readAll(topics, Topic.RESULTS).stream().collect(Collectors.groupingBy(ConsumerRecord::partition,
                Collectors.mapping(record -> Kafka.RESULTS.decode(record.value()), Collectors.toList())));
    }

    @ParameterizedTest
    @EnumSource(ProcessingGuarantee.class)
    void shouldAnswerEachOnceAndInOrderWhenOutcomesCompleteOutOfOrder(ProcessingGuarantee guarantee) {
        ControlledEngine<RecognitionOutcome> engine = engine(delayed);
        Worker worker = running(settings(guarantee), engine);

        Kafka.produceRequests(topics, "r", 0, 1000);
        awaitAnswered(1000);

        assertThat(Kafka.results(topics)).hasSize(1000);
        resultsByPartition().values().forEach(WorkerOnBrokerTest::assertInOrder);
        assertThat(engine.runs()).hasSize(1000).allMatch(ControlledRun::isClosed);
        assertThat(worker.recordsInFlight()).isZero();
        assertThat(worker.bytesInFlight()).isZero();
        assertThat(worker.isReady()).isTrue();
        assertThat(Kafka.readAll(topics, Topic.DEAD_LETTERS)).isEmpty();
        assertThat(failures).isEmpty();
    }

    @Test
    void shouldAnswerEachOnceWhenSeveralThreadsShareTheWork() {
        StreamsSettings two = StreamsSettings.of(Broker.bootstrapServers(), workerSettings(ProcessingGuarantee.EXACTLY_ONCE_V2).withStreamThreads(2));
        Set<String> threads = ConcurrentHashMap.newKeySet();
        running(two, engine(run -> {
            threads.add(Thread.currentThread().getName());
            delayed.accept(run);
        }));

        Kafka.produceRequests(topics, "r", 0, 500);
        awaitAnswered(500);

        assertThat(Kafka.results(topics)).hasSize(500);
        assertThat(threads).hasSize(2);
    }

    @Test
    void shouldTakeItsPlaceAgainAtOnceWhenItsMembershipIsStatic() {
        StreamsSettings settings = StreamsSettings.of(Broker.bootstrapServers(), workerSettings(ProcessingGuarantee.AT_LEAST_ONCE).withInstanceId("w1"));
        running(settings, engine(delayed)).stop(Duration.ofSeconds(5));

        Worker again = worker(settings, engine(delayed));
        again.start();

        assertThat(again.awaitRunning(Duration.ofMillis(settings.worker().sessionTimeoutMs() - 1000))).isTrue();
        Kafka.produceRequests(topics, "r", 0, 20);
        awaitAnswered(20);
    }

    @ParameterizedTest
    @EnumSource(ProcessingGuarantee.class)
    void shouldLoseNothingWhenASecondWorkerJoinsAndLeavesUnderLoad(ProcessingGuarantee guarantee) {
        running(settings(guarantee), engine(delayed));
        Kafka.produceRequests(topics, "r", 0, 400);
        ControlledEngine<RecognitionOutcome> second = engine(delayed);
        Worker joined = worker(settings(guarantee), second);

        joined.start();
        Kafka.produceRequests(topics, "r", 400, 800);
        assertThat(joined.awaitRunning(LONG)).isTrue();
        await().atMost(LONG).until(() -> {
            Kafka.produceRequests(topics, "warm", 0, 4);
            return !second.runs().isEmpty();
        });
        Kafka.produceRequests(topics, "r", 800, 1000);
        joined.stop(Duration.ofSeconds(20));
        Kafka.produceRequests(topics, "r", 1000, 1200);

        await().atMost(LONG).pollInterval(Duration.ofMillis(200)).until(() -> answered().containsAll(ids(1200)));
        assertThat(joined.state()).isEqualTo(WorkerState.STOPPED);
        assertThat(second.runs()).allMatch(ControlledRun::isClosed);
        if (guarantee == ProcessingGuarantee.EXACTLY_ONCE_V2) {
            List<String> all = Kafka.results(topics).stream().map(RecognitionResult::getRequestId).filter(id -> id.startsWith("r")).toList();
            assertThat(all).doesNotHaveDuplicates().hasSize(1200);
        }
        assertThat(failures).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(ProcessingGuarantee.class)
    void shouldAnswerAllWhenAStreamThreadDiesMidWay(ProcessingGuarantee guarantee) {
        AtomicInteger started = new AtomicInteger();
        running(settings(guarantee), engine(run -> {
            if (started.incrementAndGet() == 150) {
                run.fail(new IllegalStateException("lane broke"));
            } else {
                delayed.accept(run);
            }
        }));

        Kafka.produceRequests(topics, "r", 0, 600);
        awaitAnswered(600);

        assertThat(started.get()).as("what was not committed was done again").isGreaterThan(600);
        if (guarantee == ProcessingGuarantee.EXACTLY_ONCE_V2) {
            assertThat(Kafka.results(topics)).hasSize(600);
        }
        assertThat(failures).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(ProcessingGuarantee.class)
    void shouldCommitUpToTheEndWhenTransactionMarkersComeLast(ProcessingGuarantee guarantee) throws Exception {
        running(settings(guarantee), engine(delayed));
        Map<String, Object> config = Kafka.client();
        config.put("transactional.id", topics.prefix() + "producer");
        TopicPartition partition = new TopicPartition(topics.name(Topic.REQUESTS), 0);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            for (int i = 0; i < 6; i++) {
                producer.beginTransaction();
                producer.send(new ProducerRecord<>(partition.topic(), 0, Kafka.bytes((i % 2 == 0 ? "r" : "aborted") + i / 2), Kafka.bytes("x")));
                if (i % 2 == 0) {
                    producer.commitTransaction();
                } else {
                    producer.flush();
                    producer.abortTransaction();
                }
            }
        }

        // 6 records and 6 markers
        try (Admin admin = Admin.create(Kafka.client())) {
            await().atMost(LONG).untilAsserted(() -> assertThat(admin.listConsumerGroupOffsets(topics.prefix() + "app")
                    .partitionsToOffsetAndMetadata().get()).hasEntrySatisfying(partition, place -> assertThat(place.offset()).isEqualTo(12)));
        }
        assertThat(answered()).contains("r0", "r1", "r2");
        if (guarantee == ProcessingGuarantee.EXACTLY_ONCE_V2) {
            assertThat(answered()).hasSize(3);
        }
    }

    @Test
    void shouldStopLoudlyWhenEachRecordBreaksTheService() {
        Worker worker = running(settings(ProcessingGuarantee.AT_LEAST_ONCE), engine(run -> run.fail(new IllegalStateException("out of memory"))));

        Kafka.produceRequests(topics, "r", 0, 1);

        await().dontCatchUncaughtExceptions().atMost(LONG).untilAsserted(() -> assertThat(failures).hasSize(1));
        assertThat(failures.get(0)).hasRootCauseMessage("out of memory");
        await().dontCatchUncaughtExceptions().atMost(LONG).until(() -> worker.state() == WorkerState.FAILED);
        assertThat(worker.isReady()).isFalse();
        assertThat(Kafka.results(topics)).isEmpty();
        assertThat(Kafka.readAll(topics, Topic.DEAD_LETTERS)).isEmpty();
    }

    @Test
    void shouldWorkWithoutLookAheadWhenTheStreamsGroupProtocolIsUsed() {
        StreamsSettings settings = new StreamsSettings(Broker.bootstrapServers(), workerSettings(ProcessingGuarantee.AT_LEAST_ONCE), Map.of(), Map.of("group.protocol", "streams"));
        Worker worker = running(settings, engine(run -> run.complete(Results.echo(run.input()))));

        Kafka.produceRequests(topics, "r", 0, 40);
        awaitAnswered(40);

        assertThat(worker.lag()).isEmpty();
    }

    @Test
    void shouldFinishWhatIsInFlightWhenStopped() {
        List<ControlledRun<RecognitionOutcome>> held = new CopyOnWriteArrayList<>();
        Worker worker = running(settings(ProcessingGuarantee.AT_LEAST_ONCE), engine(held::add));
        Kafka.produceRequests(topics, "r", 0, 10);
        await().atMost(LONG).until(() -> held.size() == 10);

        Thread stopping = new Thread(() -> worker.stop(Duration.ofSeconds(20)));
        stopping.start();
        await().atMost(LONG).until(() -> worker.state() == WorkerState.STOPPING);
        held.forEach(run -> run.complete(Results.echo(run.input())));
        await().atMost(LONG).until(() -> worker.state() == WorkerState.STOPPED);

        assertThat(answered()).isEqualTo(ids(10));
    }

    @Test
    void shouldStopInTimeAndLeaveTheRestToTheNextWorkerWhenWorkHangs() {
        List<ControlledRun<RecognitionOutcome>> held = new CopyOnWriteArrayList<>();
        Worker worker = running(settings(ProcessingGuarantee.AT_LEAST_ONCE), engine(held::add));
        Kafka.produceRequests(topics, "r", 0, 10);
        await().atMost(LONG).until(() -> held.size() == 10);

        long begun = System.nanoTime();
        worker.stop(Duration.ofSeconds(2));

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(25));
        await().atMost(LONG).untilAsserted(() -> assertThat(held).allMatch(ControlledRun::isClosed));
        running(settings(ProcessingGuarantee.AT_LEAST_ONCE), engine(delayed));
        awaitAnswered(10);
    }

    @Test
    void shouldTakeTheLargestRequestAndReplaceAResultTheTopicRefuses() {
        Worker worker = running(settings(ProcessingGuarantee.AT_LEAST_ONCE), engine(run -> run.reject("decode",
                Results.rejected(run.input(), "big", io.sightline.schemas.ErrorCode.BAD_INPUT, "no image"))));
        byte[] largest = new byte[Topics.MAX_MESSAGE_BYTES - 200];
        try (KafkaProducer<byte[], byte[]> producer = Kafka.producer()) {
            producer.send(new ProducerRecord<>(topics.name(Topic.REQUESTS), Kafka.bytes("big"), largest));
        }

        await().atMost(LONG).untilAsserted(() -> assertThat(Kafka.results(topics)).hasSize(1));

        assertThat(Kafka.readAll(topics, Topic.DEAD_LETTERS)).singleElement().satisfies(dead -> assertThat(dead.value()).hasSize(largest.length));
        assertThat(worker.isReady()).isTrue();
    }

    @Test
    void shouldMakeEditsSearchableOnTheWorkerItself() {
        Worker worker = running(settings(ProcessingGuarantee.EXACTLY_ONCE_V2), engine(delayed));
        try (KafkaProducer<byte[], byte[]> producer = Kafka.producer()) {
            for (int i = 0; i < 5; i++) {
                producer.send(new ProducerRecord<>(topics.name(Topic.GALLERY), Kafka.bytes("shoes/" + i), Kafka.bytes("picture")));
            }
        }

        await().atMost(LONG).untilAsserted(() -> assertThat(index.ids("shoes")).isEqualTo(Set.of("0", "1", "2", "3", "4")));

        assertThat(index.epoch("shoes")).isEqualTo(5);
        assertThat(worker.follower().applied()).isEqualTo(5);
        assertThat(worker.follower().isFollowing()).isTrue();
    }

    @Test
    void shouldTellItsLagWhileWorkIsHeld() {
        List<ControlledRun<RecognitionOutcome>> held = new CopyOnWriteArrayList<>();
        Worker worker = running(settings(ProcessingGuarantee.AT_LEAST_ONCE), engine(held::add));
        Kafka.produceRequests(topics, "r", 0, 200);

        await().atMost(LONG).untilAsserted(() -> assertThat(worker.lag()).hasValue(200));
        assertThat(worker.recordsInFlight()).isEqualTo(64);
        worker.stop(Duration.ofSeconds(1));
    }

    @Test
    void shouldRefuseASecondStart() {
        Worker worker = running(settings(ProcessingGuarantee.AT_LEAST_ONCE), engine(delayed));

        assertThatThrownBy(worker::start).isInstanceOf(IllegalStateException.class).hasMessage("worker: RUNNING (expected: CREATED)");
    }

    @Test
    void shouldNotStartWithoutItsGallery() {
        StreamsSettings impatient = StreamsSettings.of("127.0.0.1:1", WorkerSettings.DEFAULT.withStartTimeoutMs(300));
        Worker worker = worker(impatient, engine(delayed));

        assertThatThrownBy(worker::start).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("gallery: not loaded after 300 ms").hasMessageContaining("127.0.0.1:1");
        assertThat(worker.isReady()).isFalse();
        assertThat(new HashSet<>(failures)).isEmpty();
    }

    @Test
    void shouldWaitAtItsStartForAnIndexThatIsAway() throws Exception {
        // given a gallery with an entry, and an index that is away for two seconds, twice as long as a start may take
        try (KafkaProducer<byte[], byte[]> producer = Kafka.producer()) {
            producer.send(new ProducerRecord<>(topics.name(Topic.GALLERY), Kafka.bytes("shoes/a"), Kafka.bytes("a"))).get();
        }
        Worker first = running(settings(ProcessingGuarantee.AT_LEAST_ONCE), engine(run -> { }));
        await().atMost(LONG).until(() -> Kafka.readAll(topics, Topic.GALLERY_VECTORS).size() == 1);
        first.close();
        for (int i = 0; i < 6; i++) {
            index.failNext(new IndexUnavailableException("away", null));
        }
        // when
        Worker second = worker(StreamsSettings.of(Broker.bootstrapServers(), workerSettings(ProcessingGuarantee.AT_LEAST_ONCE).withStartTimeoutMs(1000)), engine(delayed));
        second.start();
        // then
        assertThat(second.awaitRunning(LONG)).isTrue();
        assertThat(index.failuresLeft()).isZero();
        assertThat(second.follower().applied()).isEqualTo(1);
    }

    /** A re-read log gives the same edits, and so the same epochs: nothing but the vectors changes. */
    @Test
    void shouldReadTheGalleryAgainWhenEntriesHaveVectorsOfAnotherModel() throws Exception {
        // given two edits that were worked on and committed
        try (KafkaProducer<byte[], byte[]> producer = Kafka.producer()) {
            for (String id : List.of("a", "b")) {
                producer.send(new ProducerRecord<>(topics.name(Topic.GALLERY), Kafka.bytes("shoes/" + id), Kafka.bytes(id))).get();
            }
        }
        Worker first = running(settings(ProcessingGuarantee.AT_LEAST_ONCE), engine(run -> { }));
        await().atMost(LONG).until(() -> Kafka.readAll(topics, Topic.GALLERY_VECTORS).size() == 2);
        first.close();
        // when a worker starts that has nothing to embed again
        Worker second = running(settings(ProcessingGuarantee.AT_LEAST_ONCE), engine(run -> { }));
        await().atMost(LONG).until(() -> second.follower().applied() == 2);
        second.close();
        assertThat(Kafka.readAll(topics, Topic.GALLERY_VECTORS)).hasSize(2);
        // and one that has (an entry that no vector on the topic makes good)
        stale.add("shoes/x", 1);
        Worker third = running(settings(ProcessingGuarantee.AT_LEAST_ONCE), engine(run -> { }));
        // then both edits are worked on once more, with their own epochs
        await().atMost(LONG).until(() -> third.follower().applied() == 4);
        assertThat(Kafka.readAll(topics, Topic.GALLERY_VECTORS)).hasSize(4);
        assertThat(index.epoch("shoes")).isEqualTo(2);
    }
}
