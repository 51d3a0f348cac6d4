package io.sightline.connectors.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sightline.connectors.client.RecognitionOptions;
import io.sightline.connectors.dataset.Dataset;
import io.sightline.connectors.dataset.DatasetOptions;
import io.sightline.connectors.results.ResultFiles;
import io.sightline.connectors.results.ResultFormat;
import io.sightline.connectors.results.ResultReader;
import io.sightline.connectors.testing.TestBroker;
import io.sightline.connectors.testing.TestWorker;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.EmbeddedRegistry;
import io.sightline.schemas.wire.SchemaRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Against a real broker; what stands in for the worker answers in the order it is asked, unless told otherwise. */
class ReplayTest {
    private static final int PICTURES = 60;
    private static final Duration PATIENT = Duration.ofSeconds(60);
    @TempDir
    private Path folder;
    private Path pictures;
    private Path out;
    private Topics topics;
    private TestWorker worker;
    private final Map<String, Integer> asked = new ConcurrentHashMap<>();
    private final List<String> unreadable = new ArrayList<>();
    private IntConsumer onProgress = done -> { };

    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @BeforeEach
    void begin() throws Exception {
        pictures = Files.createDirectories(folder.resolve("pictures"));
        out = folder.resolve("results.jsonl");
        for (int i = 0; i < PICTURES; i++) {
            Files.createDirectories(pictures.resolve(i % 2 == 0 ? "Green tea" : "Milk"));
            Files.writeString(pictures.resolve((i % 2 == 0 ? "Green tea/" : "Milk/") + (100 + i) + ".jpg"), "picture " + i);
        }
        topics = TestBroker.shared().newTopics(3);
        worker = new TestWorker(TestBroker.shared(), topics);
        worker.answerBy(this::answer);
    }

    @AfterEach
    void end() {
        worker.close();
    }

    /** As a worker does: attributes are copied. */
    private RecognitionResult answer(RecognitionRequest request) {
        asked.merge(request.getRequestId(), 1, Integer::sum);
        return RecognitionResult.newBuilder(TestWorker.recognised(request)).setAttributes(request.getAttributes()).build();
    }

    @ParameterizedTest
    @EnumSource(value = ResultFormat.class, names = {"JSONL", "AVRO"})
    void shouldWriteOneResultForEachPictureAndSumThemUp(ResultFormat format) throws Exception {
        // when
        ReplayReport report = replay(settings().format(format));

        // then
        assertThat(ids()).containsExactlyInAnyOrderElementsOf(expectedIds());
        assertThat(results()).allSatisfy(result -> assertThat(result.getAttributes()).containsKeys("path", "label"));
        assertThat(report.recognised()).isEqualTo(PICTURES);
        assertThat(report.recallAt1()).isEqualTo(0.5);
        assertThat(report.top1()).isCloseTo(0.9123, org.assertj.core.data.Offset.offset(1e-9));
        assertThat(report.predictionMs()).isCloseTo(12.5, org.assertj.core.data.Offset.offset(1e-9));
        assertThat(report.confusions()).singleElement().satisfies(wrong -> {
            assertThat(wrong.pair().label()).isEqualTo("Milk");
            assertThat(wrong.pair().answer()).isEqualTo("Green tea");
            assertThat(wrong.count()).isEqualTo(PICTURES / 2);
        });
        assertThat(report.lines()).startsWith("The average time of prediction cost: 0.013 s/image").contains("The average top-1 score: 0.912");
        assertThat(report.lines().get(1)).matches("The average time cost: [0-9]+\\.[0-9]{3} s/image");
    }

    @Test
    void shouldAskWhatItIsToldToAsk() throws Exception {
        replay(settings().request(new RecognitionOptions("shelf", "shop", null, 3, 0.25, "price < 5", true)));
        RecognitionRequest request = worker.seen().get(0);
        assertThat(request.getPipeline()).isEqualTo("shelf");
        assertThat(request.getGallery()).isEqualTo("shop");
        assertThat(request.getTopK()).isEqualTo(3);
        assertThat(request.getScoreThreshold()).isEqualTo(0.25);
        assertThat(request.getFilter()).isEqualTo("price < 5");
        assertThat(request.getDistinctLabels()).isTrue();
        assertThat(request.getDeadlineMs()).isNull();
    }

    @Test
    void shouldFillTheWindowAndNoMoreWhenItIsFilledInPortions() throws Exception {
        // given a window of 17, portions of 2, and nobody who answers
        worker.hold();
        CompletableFuture<ReplayReport> report = CompletableFuture.supplyAsync(() -> {
            try {
                return replay(settings().concurrency(17));
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        // then as many portions are sent as there is room for
        await().until(() -> worker.held().size() == 16);
        await().during(Duration.ofMillis(300)).until(() -> worker.seen().size() == 16);
        // and all the others once there is room again
        worker.release();
        assertThat(report.get(90, TimeUnit.SECONDS).recognised()).isEqualTo(PICTURES);
    }

    /** Every fifth picture is answered only after the others have filled the window. */
    @Test
    void shouldWriteInOrderWhatIsAnsweredInAnyOrder() throws Exception {
        worker.answerBy(request -> request.getRequestId().matches(".*[05]") ? null : answer(request));
        Settings settings = settings().inOrder().concurrency(7).shuffle(5).limit(50);
        AtomicInteger calls = new AtomicInteger();
        onProgress = done -> {
            if (calls.incrementAndGet() % 5 == 0) {
                worker.release();
                worker.answerBy(request -> request.getRequestId().matches(".*[05]") ? null : answer(request));
            }
        };
        replay(settings);
        SendingOrder order = new SendingOrder(PICTURES, OptionalLong.of(5), OptionalInt.of(50));
        RequestIds ids = new RequestIds("run");
        assertThat(ids()).containsExactlyElementsOf(IntStream.range(0, 50).mapToObj(position -> ids.of(order.item(position))).toList());
    }

    /** The first picture has no answer, the second can't be read, all others are answered and wait for these two: then it goes on with a window that is smaller than what waits. */
    @Test
    @Timeout(120)
    void shouldSendAPictureThatOthersWaitForHoweverSmallTheWindowIsNow() throws Exception {
        // given
        Files.write(pictures.resolve("Green tea/102.jpg"), new byte[0]);
        worker.answerBy(request -> request.getRequestId().equals("run-0000001") ? null : answer(request));
        onProgress = done -> {
            if (asked.size() == PICTURES - 2) {
                throw new Killed();
            }
        };
        assertThatThrownBy(() -> replay(settings().inOrder())).isInstanceOf(Killed.class);
        onProgress = done -> { };

        // when
        worker.release();
        ReplayReport report = replay(settings().inOrder().concurrency(1));

        // then
        assertThat(ids()).isEqualTo(expectedIds());
        assertThat(report.unreadable()).isEqualTo(1);
        assertThat(report.recognised()).isEqualTo(PICTURES - 1);
        assertThat(asked).hasSize(PICTURES - 2).allSatisfy((id, times) -> assertThat(times).as(id).isEqualTo(1));
    }

    /** A transaction that is open hides all that is behind it from those who read what is committed. */
    @Test
    void shouldFindWhatItHadSentBehindSomebodyElsesOpenTransaction() throws Exception {
        Map<String, Object> properties = new HashMap<>(TestBroker.shared().kafka());
        properties.put("transactional.id", topics.name(Topic.REQUESTS));
        String topic = topics.name(Topic.REQUESTS);
        RecognitionRequest theirs = RecognitionRequest.newBuilder().setRequestId("theirs").setImage(ByteBuffer.allocate(1)).build();
        try (KafkaProducer<byte[], byte[]> somebody = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            // given
            somebody.initTransactions();
            somebody.beginTransaction();
            for (int partition = 0; partition < 3; partition++) {
                somebody.send(new ProducerRecord<>(topic, partition, null, new AvroCodec<>(RecognitionRequest.class, EmbeddedRegistry.INSTANCE).encode(topic, theirs))).get();
            }
            assertThatThrownBy(() -> replay(settings(), 10)).isInstanceOf(Killed.class);
            loseLastWords();

            // when
            replay(settings());

            // then
            somebody.abortTransaction();
        }
        asked.remove("theirs");
        assertThat(asked).hasSize(PICTURES).allSatisfy((id, times) -> assertThat(times).as(id).isEqualTo(1));
        assertThat(ids()).containsExactlyInAnyOrderElementsOf(expectedIds());
    }

    /** Killed again and again wherever it was, each time with the last words lost: nothing twice, nothing missing. */
    @ParameterizedTest
    @CsvSource({"JSONL,false", "JSONL,true", "AVRO,false", "AVRO,true", "CSV,true", "CSV,false"})
    void shouldSendNothingTwiceAndSkipNothingHoweverOftenItIsKilled(ResultFormat format, boolean inOrder) throws Exception {
        Settings settings = settings().format(format).concurrency(8);
        settings.inOrder = inOrder;
        for (int kill = 10; kill < PICTURES; kill += 10) {
            int at = kill;
            assertThatThrownBy(() -> replay(settings, at)).isInstanceOf(Killed.class);
            loseLastWords();
        }
        ReplayReport report = replay(settings);

        assertThat(asked).hasSize(PICTURES).allSatisfy((id, times) -> assertThat(times).as(id).isEqualTo(1));
        if (format == ResultFormat.CSV) {
            assertThat(Files.readAllLines(out).stream().skip(1).map(line -> line.substring(0, line.indexOf(','))).toList()).containsExactlyInAnyOrderElementsOf(expectedIds());
        } else {
            assertThat(ids()).containsExactlyInAnyOrderElementsOf(expectedIds());
            assertThat(report.recognised()).isEqualTo(PICTURES);
        }
        if (inOrder && format != ResultFormat.CSV) {
            assertThat(ids()).isEqualTo(expectedIds());
        }
    }

    /** What a kill -9 leaves at worst: the last acknowledged requests are not noted, the last results are torn and not noted. */
    private void loseLastWords() throws IOException {
        Path state = out.resolveSibling(out.getFileName() + ".state");
        List<String> lines = new ArrayList<>(Files.readAllLines(state));
        int lost = 0;
        while (lost < 5 && lines.size() > 1) {
            lines.remove(lines.size() - 1);
            lost++;
        }
        Files.writeString(state, String.join("\n", lines) + "\ns 5");
        if (Files.exists(out)) {
            Files.write(out, "{\"request_id\":\"run-00".getBytes(StandardCharsets.UTF_8), StandardOpenOption.APPEND);
        }
    }

    @Test
    void shouldSayWhatItWillNotDoWithAnotherDatasetOrOtherOptions() throws Exception {
        assertThatThrownBy(() -> replay(settings(), 10)).isInstanceOf(Killed.class);

        assertThatThrownBy(() -> replay(settings().limit(20))).isInstanceOf(ReplayException.class).hasMessage("limit: 20 (expected: none, which the run of " + out + ".state began with; --restart begins a new run)");
        assertThatThrownBy(() -> replay(settings().request(new RecognitionOptions(null, "other", null, null, null, null, null)))).hasMessageContaining("gallery: other (expected: null");
        assertThatThrownBy(() -> replay(settings().name("other"))).hasMessageContaining("name: other (expected: run");
        Files.writeString(pictures.resolve("Milk/999.jpg"), "one more");
        assertThatThrownBy(() -> replay(settings())).isInstanceOf(ReplayException.class).hasMessageContaining("dataset: 61 pictures").hasMessageContaining("expected: the 60 pictures");
        Files.delete(pictures.resolve("Milk/999.jpg"));

        // and the run is unharmed
        replay(settings());
        assertThat(ids()).containsExactlyInAnyOrderElementsOf(expectedIds());
    }

    @Test
    void shouldNotOverwriteAFileUnlessToldTo() throws Exception {
        Files.writeString(out, "mine");
        assertThatThrownBy(() -> replay(settings())).isInstanceOf(ReplayException.class).hasMessage(out + ": is there already, and no state of a replay beside it (expected: a new file; --restart overwrites it)");
        assertThat(out).hasContent("mine");
        replay(settings().restart());
        assertThat(ids()).hasSize(PICTURES);
        replay(settings().restart().name("again"));
        assertThat(ids()).hasSize(PICTURES).allSatisfy(id -> assertThat(id).startsWith("again-"));
    }

    @Test
    void shouldDoNothingTwiceWhereAllIsDone() throws Exception {
        replay(settings());
        ReplayReport again = replay(settings());
        assertThat(again.run().now()).isZero();
        assertThat(again.recognised()).isEqualTo(PICTURES);
        assertThat(asked.values()).containsOnly(1);
    }

    @Test
    void shouldReportFilesThatCantBeSentAndGoOn() throws Exception {
        Files.delete(pictures.resolve("Milk/101.jpg"));
        Files.createSymbolicLink(pictures.resolve("Milk/101.jpg"), folder.resolve("gone.jpg"));
        Files.write(pictures.resolve("Milk/103.jpg"), new byte[0]);
        try (var large = java.nio.channels.FileChannel.open(pictures.resolve("Milk/105.jpg"), StandardOpenOption.WRITE)) {
            large.write(java.nio.ByteBuffer.wrap(new byte[1]), 16 << 20); // one over the limit
        }

        ReplayReport report = replay(settings().inOrder());

        assertThat(report.unreadable()).isEqualTo(3);
        assertThat(report.recognised()).isEqualTo(PICTURES - 3);
        assertThat(unreadable).containsExactly("Milk/101.jpg: not there (expected: a JPEG or PNG file)", "Milk/103.jpg: image: 0 bytes (expected: a JPEG or PNG file)",
                "Milk/105.jpg: 16777217 bytes (expected: at most 16777216)");
        assertThat(ids()).isEqualTo(expectedIds());
        assertThat(results().get(30)).satisfies(result -> {
            assertThat(result.getStatus()).isEqualTo(RecognitionStatus.REJECTED);
            assertThat(result.getErrNo()).isEqualTo(5000);
            assertThat(result.getAttributes()).containsEntry("path", "Milk/101.jpg");
        });
    }

    @Test
    void shouldCountErrorsByKind() throws Exception {
        worker.answerBy(request -> {
            RecognitionResult good = answer(request);
            return request.getRequestId().endsWith("1") ? failed(good, RecognitionStatus.FAILED, 9000) : request.getRequestId().endsWith("2") ? failed(good, RecognitionStatus.REJECTED, 5000) : good;
        });
        ReplayReport report = replay(settings());
        assertThat(report.failed()).isEqualTo(6);
        assertThat(report.rejected()).isEqualTo(6);
        assertThat(report.unreadable()).isZero();
        assertThat(report.errors()).isEqualTo(Map.of("5000 bad_input", 6L, "9000 inference", 6L));
    }

    private static RecognitionResult failed(RecognitionResult good, RecognitionStatus status, int errNo) {
        return RecognitionResult.newBuilder(good).setStatus(status).setErrNo(errNo).setErrMsg("no").setDetections(List.of()).build();
    }

    @Test
    void shouldWriteAResultThatComesTwiceOnceAndNobodyElsesAtAll() throws Exception {
        AvroCodec<RecognitionResult> codec = new AvroCodec<>(RecognitionResult.class, EmbeddedRegistry.INSTANCE);
        worker.answerBy(request -> {
            RecognitionResult result = answer(request);
            byte[] key = request.getRequestId().getBytes(StandardCharsets.UTF_8);
            RecognitionResult stranger = RecognitionResult.newBuilder(result).setErrMsg("stranger").build();
            worker.publish(key, codec.encode("x", stranger), Map.of());
            worker.publish(key, codec.encode("x", stranger), Map.of(RecordHeaders.CORRELATION_ID, "another run's"));
            worker.publish(null, new byte[] {1, 2, 3}, Map.of());
            return result;
        });
        replay(settings());
        assertThat(results()).hasSize(PICTURES).allSatisfy(result -> assertThat(result.getErrMsg()).isEmpty());

        // and once more, in another run of the same name: the results of the first one are no answers to it
        worker.answerBy(request -> RecognitionResult.newBuilder(answer(request)).setErrMsg("second").build());
        replay(settings().restart());
        assertThat(results()).hasSize(PICTURES).allSatisfy(result -> assertThat(result.getErrMsg()).isEqualTo("second"));
    }

    /** The registry's own word, in the background as its client gives it: a replay that stopped there would stop there again. */
    @Test
    void shouldWriteThatAResultIsOfASchemaThatTheRegistryDoesNotKnow() throws Exception {
        SchemaRegistry knowsNone = new SchemaRegistry() {
            @Override
            public int idOf(String subject, Schema schema) {
                return EmbeddedRegistry.INSTANCE.idOf(subject, schema);
            }

            @Override
            public Schema schemaOf(int id) {
                throw new SerializationException("schema id " + id + ": not known (expected: one of the registry's)");
            }

            @Override
            public CompletableFuture<Void> whenReadable(byte[] value) {
                return CompletableFuture.failedFuture(new SerializationException("schema id 7: not known (expected: one of the registry's)"));
            }
        };
        try (Dataset dataset = Dataset.open(List.of(pictures), new DatasetOptions(true, Optional.empty()))) {
            new Replay(settings().build(), topics, knowsNone, dataset, listener(Integer.MAX_VALUE)).run();
        }
        assertThat(results()).hasSize(PICTURES).allSatisfy(result -> {
            assertThat(result.getStatus()).isEqualTo(RecognitionStatus.FAILED);
            assertThat(result.getErrMsg()).endsWith(" can't be read: schema id 7: not known (expected: one of the registry's)");
        });
    }

    @Test
    void shouldStopWhereNobodyAnswersAndGoOnOnceSomebodyDoes() throws Exception {
        worker.close();
        assertThatThrownBy(() -> replay(settings().patience(Duration.ofSeconds(1)).concurrency(5))).isInstanceOf(ReplayException.class)
                .hasMessageContaining("replay run stopped after 0 of 60 results: no result for 1 s, 60 of 60 are missing (expected: a worker that runs; --timeout waits longer; the same command goes on)");

        // A worker that begins at the end of the topic does not see the five that were sent: they stay sent, and are waited for.
        worker = new TestWorker(TestBroker.shared(), topics);
        worker.answerBy(this::answer);
        assertThatThrownBy(() -> replay(settings().patience(Duration.ofSeconds(1)).concurrency(100))).isInstanceOf(ReplayException.class).hasMessageContaining("stopped after 55 of 60 results");
        assertThat(asked).hasSize(PICTURES - 5);
        assertThat(ids()).doesNotHaveDuplicates().hasSize(PICTURES - 5);
    }

    @Test
    void shouldSayThatThereIsNoSightline() {
        Topics none = new Topics("nobody.");
        Settings settings = settings();
        assertThatThrownBy(() -> replay(settings, Integer.MAX_VALUE, none)).isInstanceOf(ReplayException.class)
                .hasMessage("topic nobody.requests: not there (expected: a running Sightline; `sightline up` starts one)");
        assertThat(settings.out().resolveSibling("results.jsonl.state")).doesNotExist();
        assertThat(out).doesNotExist();
    }

    /** It is away for longer than a question is waited for, and not as long as the replay is told to wait. */
    @Test
    void shouldGoOnOnceABrokerThatWasAwayIsBack() throws Exception {
        try (TestBroker own = TestBroker.start()) {
            // given a replay that waits for its first results
            Topics ownTopics = own.newTopics(1);
            try (TestWorker first = new TestWorker(own, ownTopics)) {
                first.hold();
                CompletableFuture<ReplayReport> report = CompletableFuture.supplyAsync(() -> {
                    try (Dataset dataset = Dataset.open(List.of(pictures), DatasetOptions.DEFAULTS)) {
                        return new Replay(settings().concurrency(100).build().withKafka(own.kafka()), ownTopics, EmbeddedRegistry.INSTANCE, dataset, listener(Integer.MAX_VALUE)).run();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
                await().atMost(PATIENT).until(() -> first.held().size() == PICTURES);

                // when
                own.stop();
                await().atMost(PATIENT).during(Duration.ofSeconds(20)).until(() -> !report.isDone());
                own.startAgain();
                first.release();

                // then
                assertThat(report.get(90, TimeUnit.SECONDS).recognised()).isEqualTo(PICTURES);
            }
        }
        assertThat(ids()).containsExactlyInAnyOrderElementsOf(expectedIds());
    }

    @Test
    void shouldSayThatItsResultsAreGone() throws Exception {
        assertThatThrownBy(() -> replay(settings(), 10)).isInstanceOf(Killed.class);
        long noted = Files.size(out);
        Files.writeString(out.resolveSibling("results.jsonl.state"), "r " + noted + " 0:0\n", StandardOpenOption.APPEND);
        Files.delete(out);
        assertThatThrownBy(() -> replay(settings())).isInstanceOf(ReplayException.class).hasMessage(out + ": gone (expected: the results of run run; --restart begins a new run)");
    }

    @Test
    void shouldNotShuffleAPackedArchive() throws Exception {
        Path packed = folder.resolve("pictures.tar.gz");
        try (var tar = new org.apache.commons.compress.archivers.tar.TarArchiveOutputStream(new java.util.zip.GZIPOutputStream(Files.newOutputStream(packed)))) {
            var entry = new org.apache.commons.compress.archivers.tar.TarArchiveEntry("a.jpg");
            entry.setSize(1);
            tar.putArchiveEntry(entry);
            tar.write(1);
            tar.closeArchiveEntry();
        }
        try (Dataset dataset = Dataset.open(List.of(packed), DatasetOptions.DEFAULTS)) {
            ReplaySettings shuffled = settings().shuffle(1).build();
            assertThatThrownBy(() -> new Replay(shuffled, topics, EmbeddedRegistry.INSTANCE, dataset, listener(Integer.MAX_VALUE))).hasMessageStartingWith("shuffle: of a packed archive (expected: ");
        }
    }

    private final class Settings {
        private RecognitionOptions request = RecognitionOptions.DEFAULTS;
        private ResultFormat format = ResultFormat.JSONL;
        private boolean inOrder;
        private int concurrency = 16;
        private OptionalInt limit = OptionalInt.empty();
        private OptionalLong seed = OptionalLong.empty();
        private String name = "run";
        private Duration patience = PATIENT;
        private boolean restart;

        Settings request(RecognitionOptions options) {
            request = options;
            return this;
        }

        Settings format(ResultFormat of) {
            format = of;
            return this;
        }

        Settings inOrder() {
            inOrder = true;
            return this;
        }

        Settings concurrency(int of) {
            concurrency = of;
            return this;
        }

        Settings limit(int of) {
            limit = OptionalInt.of(of);
            return this;
        }

        Settings shuffle(long of) {
            seed = OptionalLong.of(of);
            return this;
        }

        Settings name(String of) {
            name = of;
            return this;
        }

        Settings patience(Duration of) {
            patience = of;
            return this;
        }

        Settings restart() {
            restart = true;
            return this;
        }

        Path out() {
            return out;
        }

        ReplaySettings build() {
            return new ReplaySettings(TestBroker.shared().kafka(), request, out, format, inOrder, concurrency, OptionalDouble.empty(), limit, seed, Optional.of(name), patience, restart);
        }
    }

    private Settings settings() {
        return new Settings();
    }

    private ReplayReport replay(Settings settings) throws Exception {
        return replay(settings, Integer.MAX_VALUE);
    }

    /** @param killedAt so many results are in the file when it is killed, at least */
    private ReplayReport replay(Settings settings, int killedAt) throws Exception {
        return replay(settings, killedAt, topics);
    }

    private ReplayReport replay(Settings settings, int killedAt, Topics on) throws Exception {
        try (Dataset dataset = Dataset.open(List.of(pictures), new DatasetOptions(true, Optional.empty()))) {
            return new Replay(settings.build(), on, EmbeddedRegistry.INSTANCE, dataset, listener(killedAt)).run();
        }
    }

    private ReplayListener listener(int killedAt) {
        return new ReplayListener() {
            @Override
            public void begun(String name, int total, int done) {
                assertThat(done).isLessThanOrEqualTo(total);
            }

            @Override
            public void progressed(int done) {
                onProgress.accept(done);
                if (done >= killedAt) {
                    throw new Killed();
                }
            }

            @Override
            public void unreadable(String path, String problem) {
                unreadable.add(path + ": " + problem);
            }
        };
    }

    private static List<String> expectedIds() {
        RequestIds ids = new RequestIds("run");
        return IntStream.range(0, PICTURES).mapToObj(ids::of).toList();
    }

    private List<String> ids() {
        return results().stream().map(RecognitionResult::getRequestId).toList();
    }

    private List<RecognitionResult> results() {
        List<RecognitionResult> results = new ArrayList<>();
        try (ResultReader reader = ResultFiles.reader(out)) {
            reader.forEachRemaining(results::add);
        }
        return results;
    }
}
