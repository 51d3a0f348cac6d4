package io.sightline.processors.recognition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sightline.processors.SharedData;
import io.sightline.processors.gallery.EmbeddedIndex;
import io.sightline.processors.gallery.GalleryEdit;
import io.sightline.processors.gallery.StaleEntries;
import io.sightline.processors.gallery.WatchedIndex;
import io.sightline.processors.model.ModelException;
import io.sightline.processors.model.ModelRuntime;
import io.sightline.processors.model.ModelStore;
import io.sightline.processors.model.RuntimeSettings;
import io.sightline.processors.stage.StageSettings;
import io.sightline.processors.tracer.Tracer;
import io.sightline.processors.tracer.VirtualClock;
import io.sightline.schemas.Detection;
import io.sightline.schemas.GalleryVector;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.request.RequestLimits;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The whole chain with the project's own models, on the demo's pictures: records in, results out, no Kafka. */
@Timeout(240)
class DefaultPipelineTest {
    private static final int SCENES = 6;
    private static final Path DEMO = SharedData.models().resolve("demo");
    private static final StageSettings STAGE = new StageSettings(1, 8, 0, 64);
    private static final RecognitionSettings SETTINGS = new RecognitionSettings(Map.of(), "recognition", Map.of(), 1L << 27, 30_000, STAGE, STAGE, STAGE, STAGE, STAGE);
    private static int sessionsBefore;
    private static RecognitionStages stages;
    private static WatchedIndex index;
    private static RecognitionEngine engine;

    @BeforeAll
    static void loadGallery() throws Exception {
        sessionsBefore = ModelRuntime.openSessions();
        PipelinePlan plan = PipelinePlan.of(SETTINGS, new ModelStore(SharedData.models(), RuntimeSettings.DEFAULT, Map.of()));
        VirtualClock clock = new VirtualClock(TestStages.START);
        Tracer tracer = new Tracer("test", clock);
        index = new WatchedIndex(new EmbeddedIndex(plan.galleries(), SETTINGS.declaredGalleries()));
        stages = RecognitionStages.open(plan, RequestLimits.DEFAULT, index, tracer);
        engine = new RecognitionEngine(stages, "recognition", RequestLimits.DEFAULT, EmbeddedRegistry.INSTANCE, index, index, gallery -> { }, new Provenance("test", "000000000000"),
                tracer.requests(), new Withdrawals(), clock);
        GalleryEngine gallery = new GalleryEngine(stages, RequestLimits.DEFAULT, EmbeddedRegistry.INSTANCE, new StaleEntries());
        List<RecordRun<GalleryOutcome>> edits = new ArrayList<>();
        for (JsonNode entry : lines(DEMO.resolve("gallery/gallery.jsonl"))) {
            byte[] picture = Files.readAllBytes(DEMO.resolve("gallery").resolve(entry.get("file").asText()));
            edits.add(gallery.start(record("default/" + entry.get("identity").asText(), picture, edits.size())));
        }
        for (RecordRun<GalleryOutcome> edit : edits) {
            GalleryVector vector = ((GalleryOutcome.Searchable) edit.outcome().get()).vector().orElseThrow();
            float[] components = new float[vector.getVector().size()];
            for (int i = 0; i < components.length; i++) {
                components[i] = vector.getVector().get(i);
            }
            index.apply(new GalleryEdit.Put(vector.getGallery(), vector.getId(), vector.getEpoch(), vector.getEpoch(), vector.getLabel(), vector.getAttributes(), components));
        }
    }

    @AfterAll
    static void closeAll() {
        stages.close();
        assertThat(ModelRuntime.openSessions()).isEqualTo(sessionsBefore);
    }

    @Test
    void shouldFindAndNameProductsThatTheModelsNeverSaw() throws Exception {
        // given scenes whose products are in the gallery
        int products = 0;
        int named = 0;
        for (JsonNode scene : lines(DEMO.resolve("scenes/scenes.jsonl")).subList(0, SCENES)) {
            // when
            RecognitionResult result = recognise(scene);
            // then
            assertThat(result.getStatus()).as(result.getErrMsg()).isEqualTo(RecognitionStatus.RECOGNISED);
            assertThat(result.getLineage().getModels().get("detect")).matches("sightline-detector@\\d+#[0-9a-f]{12}");
            assertThat(result.getLineage().getModels().get("embed")).matches("sightline-embedder@\\d+#[0-9a-f]{12}");
            assertThat(result.getLineage().getDevices()).isEqualTo(Map.of("detect", "cpu", "embed", "cpu"));
            assertThat(result.getLineage().getGalleryEpoch()).isEqualTo(index.epoch("default"));
            List<String> best = result.getDetections().stream().filter(detection -> !detection.getMatches().isEmpty())
                    .map(detection -> detection.getMatches().get(0).getId()).toList();
            for (JsonNode object : scene.get("objects")) {
                products++;
                named += best.contains(object.get("identity").asText()) ? 1 : 0;
            }
        }
        assertThat(products).isGreaterThan(SCENES);
        assertThat((double) named / products).as("%d of %d products named", named, products).isGreaterThan(0.5);
    }

    @Test
    void shouldGiveTheSameResultAloneAndInABatch() throws Exception {
        // given
        List<JsonNode> scenes = lines(DEMO.resolve("scenes/scenes.jsonl")).subList(0, SCENES);
        Map<Integer, List<Detection>> alone = new HashMap<>();
        for (int i = 0; i < scenes.size(); i++) {
            alone.put(i, recognise(scenes.get(i)).getDetections());
        }
        // when all come at once
        List<RecordRun<RecognitionOutcome>> runs = new ArrayList<>();
        for (JsonNode scene : scenes) {
            runs.add(engine.start(record("k", Files.readAllBytes(DEMO.resolve("scenes").resolve(scene.get("file").asText())), 0)));
        }
        // then
        for (int i = 0; i < runs.size(); i++) {
            assertThat(runs.get(i).outcome().get().result().getDetections()).isEqualTo(alone.get(i));
        }
    }

    @Test
    void shouldRejectWhatIsNoPictureAndGoOn() throws Exception {
        assertThat(engine.start(record("k", "hello".getBytes(), 0)).outcome().get().result().getErrNo()).isEqualTo(5000);
        byte[] jpeg = Files.readAllBytes(DEMO.resolve("scenes").resolve(lines(DEMO.resolve("scenes/scenes.jsonl")).get(0).get("file").asText()));
        assertThat(engine.start(record("k", Arrays.copyOf(jpeg, jpeg.length / 2), 0)).outcome().get().result().getErrNo()).isEqualTo(5000);
        assertThat(engine.start(record("k", jpeg, 0)).outcome().get().deadLetter()).isEmpty();
    }

    @Test
    void shouldNotLoadWhenAModelIsNotThere() {
        RecognitionSettings unknown = TestStages.settings(Map.of("recognition", TestPipelines.pipeline("detektor", "embedder", 1, 1, 0, "default")));
        assertThatThrownBy(() -> RecognitionModels.load(unknown, new ModelStore(SharedData.models(), RuntimeSettings.DEFAULT, Map.of()))).isInstanceOf(ModelException.class)
                .hasMessageStartingWith("pipelines.recognition: model: 'detektor' (expected: one of");
    }

    @Test
    void shouldNameThePipelinesWhenTheDefaultIsNoneOfThem() {
        assertThatThrownBy(() -> new RecognitionSettings(Map.of("b", PipelineSettings.DEFAULT), "recognition", Map.of(), 1, 1, STAGE, STAGE, STAGE, STAGE, STAGE))
                .isInstanceOf(IllegalArgumentException.class).hasMessage("default_pipeline: 'recognition' (expected: one of b)");
    }

    private static RecognitionResult recognise(JsonNode scene) throws Exception {
        return engine.start(record("k", Files.readAllBytes(DEMO.resolve("scenes").resolve(scene.get("file").asText())), 0)).outcome().get().result();
    }

    private static InputRecord record(String key, byte[] value, long offset) {
        return new InputRecord("topic", 0, offset, 0, key.getBytes(), value, new RecordHeaders());
    }

    private static List<JsonNode> lines(Path file) throws IOException {
        List<JsonNode> nodes = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            nodes.add(new ObjectMapper().readTree(line));
        }
        return nodes;
    }
}
