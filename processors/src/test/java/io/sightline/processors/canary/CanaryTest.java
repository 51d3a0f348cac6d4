package io.sightline.processors.canary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.sightline.processors.SharedData;
import io.sightline.processors.embed.Crop;
import io.sightline.processors.gallery.EmbeddedIndex;
import io.sightline.processors.model.ModelException;
import io.sightline.processors.model.ModelFolder;
import io.sightline.processors.model.ModelSpec;
import io.sightline.processors.model.ModelStore;
import io.sightline.processors.model.RuntimeSettings;
import io.sightline.processors.model.TinyOnnx;
import io.sightline.processors.recognition.Pipeline;
import io.sightline.processors.recognition.PipelinePlan;
import io.sightline.processors.recognition.PipelineSettings;
import io.sightline.processors.recognition.PipelineStage;
import io.sightline.processors.recognition.RecognitionSettings;
import io.sightline.processors.recognition.RecognitionStages;
import io.sightline.processors.stage.StageEngine;
import io.sightline.processors.stage.StageResult;
import io.sightline.processors.stage.StageSettings;
import io.sightline.processors.tracer.StageMeter;
import io.sightline.processors.tracer.Tracer;
import io.sightline.schemas.request.RequestLimits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class CanaryTest {
    private static final StageSettings ONE_LANE = new StageSettings(1, 4, 0, 64);
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final CanarySettings SETTINGS = new CanarySettings(true, 3600, 60_000, 0.01, false);
    private static final String GOOD = TinyOnnx.meanColourYaml(4, 4);
    /** What a runtime that goes wrong may do: the same file, other numbers. */
    private static final String OTHER = GOOD.replace("mean: [0, 0, 0]", "mean: [0.9, 0, 0]");
    /** Each pixel becomes 1, whatever it was. */
    private static final String EQUAL = GOOD.replace("mean: [0, 0, 0], std: [1, 1, 1]", "mean: [-1000000000, -1000000000, -1000000000], std: [1000000000, 1000000000, 1000000000]");

    @TempDir
    private Path models;
    private final Tracer tracer = new Tracer("test", Clock.systemUTC());
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    @Test
    void shouldFindTheProjectsOwnModelsAsRecorded() {
        PipelinePlan plan = plan(SharedData.models(), PipelineSettings.DEFAULT);
        Canary canary = canary(stages(plan), plan, SETTINGS);

        canary.check();

        assertThat(canary.readings()).singleElement().satisfies(reading -> {
            assertThat(reading.detail()).as("canary.json is there for each model: ./sightline models canary --record").isEmpty();
            assertThat(reading.state()).isEqualTo(CanaryReading.State.OK);
            assertThat(reading.distance()).isLessThan(0.01);
            assertThat(reading.age(NOW.plusSeconds(7))).isEqualTo(Duration.ofSeconds(7));
        });
        assertThat(canary.trouble()).isEmpty();
    }

    @Test
    void shouldCountNothingOfItsOwnInTheTracer() {
        PipelinePlan plan = plan(SharedData.models(), PipelineSettings.DEFAULT);
        canary(stages(plan), plan, SETTINGS).check();

        assertThat(tracer.window().stages()).isNotEmpty().allSatisfy(window -> {
            assertThat(window.getCount()).isZero();
            assertThat(window.getBatches()).isZero();
        });
    }

    @Test
    void shouldTellADriftAndItsEnd() throws Exception {
        // given a model that was recorded and says something else now
        record(install(GOOD));
        install(OTHER);
        PipelinePlan plan = plan(models, embedding());
        Canary canary = canary(stages(plan), plan, SETTINGS);
        // when
        canary.check();
        // then
        CanaryReading reading = canary.readings().get(0);
        assertThat(reading.state()).isEqualTo(CanaryReading.State.DRIFTED);
        assertThat(reading.ok()).isFalse();
        assertThat(reading.distance()).isBetween(0.01, 2.0);
        assertThat(canary.trouble()).startsWith("recognition: embed mean-colour@1#").contains("picture a at distance 0.").contains("(expected: at most 0.01, canary.epsilon)");
        assertThat(canary.ready()).as("a detail, unless asked").isTrue();
        assertThat(canary(stages(plan), plan, new CanarySettings(true, 60, 60_000, 2, false)).trouble()).isEmpty();
    }

    @Test
    void shouldBeNotReadyWhereThatIsAsked() throws Exception {
        record(install(GOOD));
        install(OTHER);
        PipelinePlan plan = plan(models, embedding());
        Canary canary = canary(stages(plan), plan, new CanarySettings(true, 3600, 60_000, 0.01, true));
        assertThat(canary.ready()).as("nothing is known yet").isTrue();
        canary.check();
        assertThat(canary.ready()).isFalse();
    }

    @Test
    void shouldSeeThatAllEmbeddingsAreEqualThoughNothingWasRecorded() {
        install(EQUAL);
        PipelinePlan plan = plan(models, embedding());
        Canary canary = canary(stages(plan), plan, SETTINGS);

        canary.check();

        assertThat(canary.readings().get(0).state()).isEqualTo(CanaryReading.State.DRIFTED);
        assertThat(canary.trouble()).contains("two different pictures have the same embedding, distance 0.000000");
    }

    @Test
    void shouldSayThatNothingIsRecordedAndNotCallItTrouble() throws Exception {
        // given a record of another file of the model
        ModelSpec spec = install(GOOD);
        record(spec);
        Path record = spec.file().resolveSibling(CanaryRecord.FILE);
        Files.writeString(record, Files.readString(record).replace(spec.id(), "mean-colour@1#000000000000"));
        PipelinePlan plan = plan(models, embedding());
        Canary canary = canary(stages(plan), plan, SETTINGS);

        canary.check();

        assertThat(canary.readings().get(0).ok()).isTrue();
        assertThat(canary.readings().get(0).detail()).isEqualTo("embed " + spec.id() + ": not recorded");
        assertThat(canary.trouble()).isEmpty();
    }

    @Test
    void shouldTellThatAStageCannotWork() throws Exception {
        // given stages whose lanes have gone
        record(install(GOOD));
        PipelinePlan plan = plan(models, embedding());
        RecognitionStages stages = stages(plan);
        stages.close();
        Canary canary = canary(stages, plan, SETTINGS);

        canary.check();

        assertThat(canary.readings().get(0).state()).isEqualTo(CanaryReading.State.FAILED);
        assertThat(canary.readings().get(0).distance()).isNaN();
        assertThat(canary.trouble()).startsWith("recognition: the stored pictures can't be worked on: ");
        assertThat(canary.ready()).isTrue();
        // and where that is asked the worker is not ready
        Canary strict = canary(stages, plan, new CanarySettings(true, 3600, 60_000, 0.01, true));
        assertThat(strict.ready()).as("nothing is known yet").isTrue();
        strict.check();
        assertThat(strict.ready()).isFalse();
    }

    @Test
    void shouldTellThatAModelRefusesThePictures() {
        PipelinePlan plan = planOf(GOOD);
        RecognitionStages stages = withEmbed(stages(plan), crops -> {
            throw new IllegalStateException("the embedder fell over");
        });
        Canary canary = canary(stages, plan, SETTINGS);
        canary.check();
        assertThat(canary.readings().get(0).state()).isEqualTo(CanaryReading.State.FAILED);
        assertThat(canary.trouble()).contains("picture a was refused").contains("the embedder fell over");
    }

    @Test
    void shouldSayNothingNewWhereTheStagesHaveTooMuchToDoAndFreeItsPictureLater() throws Exception {
        // given an embedder that is busy for longer than a check may take
        PipelinePlan plan = planOf(GOOD);
        CountDownLatch busy = new CountDownLatch(1);
        AtomicInteger made = new AtomicInteger();
        List<Crop> seen = java.util.Collections.synchronizedList(new ArrayList<>());
        RecognitionStages stages = withEmbed(stages(plan), crops -> {
            seen.addAll(crops);
            busy.await();
            return crops.stream().map(crop -> StageResult.accepted(new float[] {1, made.incrementAndGet() % 2, 0})).toList();
        });
        Canary canary = canary(stages, plan, new CanarySettings(true, 3600, 100, 0.01, true));
        // when
        canary.check();
        // then
        assertThat(canary.readings()).isEmpty();
        assertThat(canary.trouble()).isEmpty();
        assertThat(canary.ready()).isTrue();
        // and the next one is fine; no stage reads a picture that was freed
        busy.countDown();
        await().atMost(Duration.ofSeconds(90)).untilAsserted(() -> {
            canary.check();
            assertThat(canary.readings()).singleElement().matches(CanaryReading::ok);
        });
    }

    @Test
    void shouldCheckAtTheStartByItself() {
        PipelinePlan plan = planOf(GOOD);
        Canary canary = canary(stages(plan), plan, SETTINGS);
        canary.start();
        await().atMost(Duration.ofSeconds(90)).until(() -> !canary.readings().isEmpty());
        canary.close();
    }

    @Test
    void shouldRefuseARecordThatIsNone() throws Exception {
        ModelSpec spec = install(GOOD);
        Files.writeString(spec.file().resolveSibling(CanaryRecord.FILE), "{\"model\": \"" + spec.id() + "\", \"pictures\": {}}");
        PipelinePlan plan = plan(models, embedding());
        RecognitionStages stages = stages(plan);
        assertThatThrownBy(() -> canary(stages, plan, SETTINGS)).isInstanceOf(ModelException.class).hasMessageContaining("canary.json: can't be read, no numbers (expected: as `sightline models canary --record` writes it)");
    }

    @Test
    void shouldMeasureDistances() {
        assertThat(CanaryValue.embedding(new float[] {1, 0}).distance(CanaryValue.embedding(new float[] {0, 2}))).isEqualTo(1, within(1e-9));
        assertThat(CanaryValue.embedding(new float[] {1, 1}).distance(CanaryValue.embedding(new float[] {3, 3}))).isEqualTo(0, within(1e-9));
        assertThat(CanaryValue.embedding(new float[] {0, 0}).distance(CanaryValue.embedding(new float[] {0, 1}))).isNaN();
        assertThat(CanaryValue.embedding(new float[] {1}).distance(CanaryValue.embedding(new float[] {0, 1}))).isEqualTo(2);
        assertThat(new CanaryValue(CanaryValue.Kind.BOXES, "x", new float[] {0, 0, 10, 10, 1}).distance(new CanaryValue(CanaryValue.Kind.BOXES, "x", new float[] {0, 0, 10, 5, 1}))).isEqualTo(0.5, within(1e-9));
        assertThat(CanaryValue.boxes(List.of()).distance(CanaryValue.boxes(List.of()))).isZero();
        assertThat(CanaryValue.classes(List.of()).label()).isEqualTo("nothing");
    }

    @Test
    void shouldWriteAndReadARecord() throws Exception {
        ModelSpec spec = install(GOOD);
        CanaryTrial trial = CanaryTrial.of(models, new ModelFolder.Entry("embedder", "1"), RuntimeSettings.DEFAULT);
        assertThat(trial.distance()).isEmpty();
        trial.now().write(spec);
        assertThat(trial.distance().getAsDouble()).isLessThan(1e-6);
        assertThat(CanaryRecord.read(spec).orElseThrow().values()).containsOnlyKeys(CanaryPicture.values());
    }

    private ModelSpec install(String yaml) {
        return TinyOnnx.install(models, "embedder", TinyOnnx.meanColour(4, 4), yaml);
    }

    private void record(ModelSpec spec) throws Exception {
        CanaryTrial.of(models, new ModelFolder.Entry("embedder", "1"), RuntimeSettings.DEFAULT).now().write(spec);
    }

    private PipelinePlan planOf(String yaml) {
        install(yaml);
        return plan(models, embedding());
    }

    private static PipelineSettings embedding() {
        return PipelineSettings.of(List.of(PipelineStage.EMBED), "default");
    }

    private static PipelinePlan plan(Path folder, PipelineSettings pipeline) {
        RecognitionSettings settings = new RecognitionSettings(Map.of("recognition", pipeline), "recognition", Map.of(), 1L << 27, 30_000, ONE_LANE, ONE_LANE, ONE_LANE, ONE_LANE, ONE_LANE);
        return PipelinePlan.of(settings, new ModelStore(folder, RuntimeSettings.DEFAULT, Map.of()));
    }

    private RecognitionStages stages(PipelinePlan plan) {
        EmbeddedIndex index = new EmbeddedIndex(plan.galleries(), List.of());
        opened.add(index);
        RecognitionStages stages = RecognitionStages.open(plan, RequestLimits.DEFAULT, index, tracer);
        opened.add(stages);
        return stages;
    }

    private interface Embed {
        List<StageResult<float[]>> apply(List<Crop> crops) throws Exception;
    }

    /** The same stages but for the embedder. */
    private RecognitionStages withEmbed(RecognitionStages stages, Embed function) {
        StageEngine<Crop, float[]> embed = StageEngine.start("embed-of-the-test", ONE_LANE, lane -> (crops, clock) -> function.apply(crops), new StageMeter("embed"));
        opened.add(embed);
        Pipeline pipeline = stages.pipelines().get("recognition");
        return new RecognitionStages(stages.decode(), stages.between(), stages.lookup(), Map.of("recognition",
                new Pipeline(pipeline.rules(), Optional.empty(), Optional.empty(), Optional.of(embed), pipeline.models(), pipeline.galleryView())), stages.plan());
    }

    private Canary canary(RecognitionStages stages, PipelinePlan plan, CanarySettings settings) {
        Canary canary = new Canary(stages, plan, settings, Clock.fixed(NOW, ZoneOffset.UTC));
        opened.add(canary);
        return canary;
    }
}
