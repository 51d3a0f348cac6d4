package io.sightline.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sightline.processors.embed.BreakableEmbedder;
import io.sightline.processors.embed.Crop;
import io.sightline.processors.gallery.EmbeddedIndex;
import io.sightline.processors.gallery.StaleEntries;
import io.sightline.processors.gallery.WatchedIndex;
import io.sightline.processors.model.ModelStore;
import io.sightline.processors.model.RuntimeSettings;
import io.sightline.processors.model.TinyOnnx;
import io.sightline.processors.recognition.GalleryEngine;
import io.sightline.processors.recognition.Pipeline;
import io.sightline.processors.recognition.PipelinePlan;
import io.sightline.processors.recognition.PipelineSettings;
import io.sightline.processors.recognition.PipelineStage;
import io.sightline.processors.recognition.Provenance;
import io.sightline.processors.recognition.RecognitionEngine;
import io.sightline.processors.recognition.RecognitionSettings;
import io.sightline.processors.recognition.RecognitionStages;
import io.sightline.processors.recognition.Withdrawals;
import io.sightline.processors.stage.StageEngine;
import io.sightline.processors.stage.StageSettings;
import io.sightline.processors.tracer.Tracer;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.request.RequestLimits;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.EmbeddedRegistry;
import io.sightline.topology.WorkerSettings.ProcessingGuarantee;
import io.sightline.topology.gallery.GalleryCheckpoint;
import io.sightline.topology.lookahead.LookAheadSettings;
import io.sightline.topology.support.Broker;
import io.sightline.topology.support.Kafka;
import io.sightline.topology.topics.TopicSettings;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A worker on a broker, with a real model whose sessions break: no record is blamed, none is lost. */
@Timeout(300)
@ExtendWith(Broker.class)
class BrokenModelOnBrokerTest {
    private static final Duration LONG = Duration.ofSeconds(90);
    private static final StageSettings ONE_LANE = new StageSettings(1, 8, 0, 64);
    private static final String EMBED_ONLY = "recognition";
    /** More than a lane opens anew. */
    private static final int FOR_EVER = 1_000;
    private static final int REQUESTS = 40;
    /** Of these this one's model fails, whatever its session. */
    private static final int WHITE = 7;
    private static final AtomicInteger NUMBER = new AtomicInteger();

    @TempDir
    private Path models;
    private final Topics topics = new Topics("broken" + NUMBER.incrementAndGet() + ".");
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();

    /** One worker and what it is made of. */
    private record Service(Worker worker, BreakableEmbedder embedder, RecognitionStages stages, Tracer tracer) {
        double breakdowns() {
            return tracer.read().stream().filter(stage -> stage.stage().equals("broken-embed")).findFirst().orElseThrow().breakdowns();
        }
    }

    @BeforeEach
    void prepare() {
        Kafka.createTopics(topics);
        String yaml = TinyOnnx.meanColourYaml(4, 4).replace("std: [1, 1, 1]", "std: [0.1, 0.1, 0.1]");
        TinyOnnx.install(models, "embedder", TinyOnnx.meanColourBelow(8, 0, 4, 4), yaml);
    }

    @AfterEach
    void stop() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    @ParameterizedTest
    @EnumSource(ProcessingGuarantee.class)
    void shouldAnswerAllWhenABrokenSessionIsOpenedAnew(ProcessingGuarantee guarantee) throws Exception {
        // given
        Service service = start(guarantee);
        service.embedder().breakDown(2);
        // when
        produce();
        // then
        awaitAnswered();
        assertThat(service.breakdowns()).isEqualTo(1);
        assertThat(service.embedder().sessions()).isEqualTo(1 + 3);
        assertThat(service.stages().trouble()).isEmpty();
        assertThat(failures).isEmpty();
        assertOnlyTheWhiteOneIsRejected();
    }

    @ParameterizedTest
    @EnumSource(ProcessingGuarantee.class)
    void shouldHoldTheOffsetsAndGiveUpWhenTheSessionStaysBroken(ProcessingGuarantee guarantee) throws Exception {
        // given
        Service service = start(guarantee);
        service.embedder().breakDown(FOR_EVER);
        // when
        produce();
        // then the worker says so and gives up, and no record was answered, dead-lettered or committed
        await().dontCatchUncaughtExceptions().atMost(LONG).until(() -> service.stages().trouble().isPresent());
        await().dontCatchUncaughtExceptions().atMost(LONG).until(() -> !failures.isEmpty());
        assertThat(failures.get(0)).hasStackTraceContaining("stage broken-embed: broken by").hasStackTraceContaining(": closed");
        assertThat(service.stages().healthy()).isFalse();
        assertThat(service.stages().trouble().orElseThrow()).startsWith("stage broken-embed: broken by").contains("InferenceException: model mean-colour@1#");
        await().dontCatchUncaughtExceptions().atMost(LONG).until(() -> service.worker().state() == WorkerState.FAILED);
        service.worker().close();
        assertThat(Kafka.results(topics)).isEmpty();
        assertThat(Kafka.readAll(topics, Topic.DEAD_LETTERS)).isEmpty();
        assertThat(committed()).isZero();
        // and the next worker, on a GPU that works, answers all
        start(guarantee);
        awaitAnswered();
        assertOnlyTheWhiteOneIsRejected();
    }

    private void assertOnlyTheWhiteOneIsRejected() {
        Map<String, RecognitionResult> results = Kafka.results(topics).stream()
                .collect(Collectors.toMap(RecognitionResult::getRequestId, result -> result, (first, again) -> again));
        results.forEach((id, result) -> assertThat(result.getStatus()).as(id + ": " + result.getErrMsg())
                .isEqualTo(id.equals("r" + WHITE) ? RecognitionStatus.FAILED : RecognitionStatus.RECOGNISED));
        assertThat(results.get("r" + WHITE).getErrMsg()).contains("Gather");
        assertThat(Kafka.readAll(topics, Topic.DEAD_LETTERS)).isNotEmpty().allSatisfy(letter -> assertThat(new String(letter.key())).isEqualTo("r" + WHITE));
    }

    private void awaitAnswered() {
        Set<String> expected = IntStream.range(0, REQUESTS).mapToObj(i -> "r" + i).collect(Collectors.toSet());
        await().dontCatchUncaughtExceptions().atMost(LONG).pollInterval(Duration.ofMillis(200)).untilAsserted(() -> assertThat(new HashSet<>(Kafka.results(topics).stream()
                .map(RecognitionResult::getRequestId).toList())).isEqualTo(expected));
    }

    private long committed() throws Exception {
        try (Admin admin = Admin.create(Kafka.client())) {
            Map<TopicPartition, OffsetAndMetadata> offsets = admin.listConsumerGroupOffsets(topics.prefix() + "app").partitionsToOffsetAndMetadata().get();
            return offsets.entrySet().stream().filter(offset -> offset.getKey().topic().equals(topics.name(Topic.REQUESTS)) && offset.getValue() != null)
                    .mapToLong(offset -> offset.getValue().offset()).sum();
        }
    }

    private void produce() throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = Kafka.producer()) {
            for (int i = 0; i < REQUESTS; i++) {
                producer.send(new ProducerRecord<>(topics.name(Topic.REQUESTS), i % TopicSettings.DEFAULT.partitions(), Kafka.bytes("r" + i), png(i == WHITE ? 255 : 60 + i)));
            }
        }
    }

    private static byte[] png(int grey) throws IOException {
        BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(new Color(grey, grey, grey));
        graphics.fillRect(0, 0, 8, 8);
        graphics.dispose();
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ImageIO.write(image, "png", file);
        return file.toByteArray();
    }

    private Service start(ProcessingGuarantee guarantee) {
        PipelineSettings pipeline = PipelineSettings.of(List.of(PipelineStage.EMBED), "default");
        RecognitionSettings settings = new RecognitionSettings(Map.of(EMBED_ONLY, pipeline), EMBED_ONLY, Map.of(), 1L << 27, 30_000,
                ONE_LANE, ONE_LANE, ONE_LANE, ONE_LANE, ONE_LANE);
        ModelStore store = new ModelStore(models, RuntimeSettings.DEFAULT, Map.of());
        PipelinePlan plan = PipelinePlan.of(settings, store);
        Tracer tracer = new Tracer("test", Clock.systemUTC());
        WatchedIndex index = opened(new WatchedIndex(new EmbeddedIndex(plan.galleries(), List.of())));
        RecognitionStages real = opened(RecognitionStages.open(plan, RequestLimits.DEFAULT, index, tracer));
        BreakableEmbedder embedder = new BreakableEmbedder(plan.models().of(EMBED_ONLY).embedder().orElseThrow(), ONE_LANE.maxBatch());
        RecognitionStages stages = with(real, opened(StageEngine.start("broken-embed", ONE_LANE, embedder, tracer.stage("broken-embed"))));
        StaleEntries stale = new StaleEntries();
        RecognitionEngine recognition = new RecognitionEngine(stages, EMBED_ONLY, RequestLimits.DEFAULT, EmbeddedRegistry.INSTANCE, index, index,
                gallery -> { }, new Provenance("test", "test"), tracer.requests(), new Withdrawals(), Clock.systemUTC());
        StreamsSettings streams = StreamsSettings.of(Broker.bootstrapServers(),
                WorkerSettings.DEFAULT.withApplicationId(topics.prefix() + "app").withProcessingGuarantee(guarantee));
        Worker worker = opened(new Worker(new WorkerParts(topics, EmbeddedRegistry.INSTANCE, streams, LookAheadSettings.DEFAULT, recognition,
                new GalleryEngine(stages, RequestLimits.DEFAULT, EmbeddedRegistry.INSTANCE, stale), index, plan.galleries(), stale, GalleryCheckpoint.NONE), failures::add));
        worker.start();
        assertThat(worker.awaitRunning(LONG)).isTrue();
        return new Service(worker, embedder, stages, tracer);
    }

    private static RecognitionStages with(RecognitionStages real, StageEngine<Crop, float[]> embed) {
        Pipeline pipeline = real.pipelines().get(EMBED_ONLY);
        return new RecognitionStages(real.decode(), List.of(embed), real.lookup(), Map.of(EMBED_ONLY,
                new Pipeline(pipeline.rules(), Optional.empty(), Optional.empty(), Optional.of(embed), pipeline.models(), pipeline.galleryView())), real.plan());
    }

    private <T extends AutoCloseable> T opened(T part) {
        opened.add(part);
        return part;
    }
}
