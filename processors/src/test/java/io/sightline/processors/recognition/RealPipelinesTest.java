package io.sightline.processors.recognition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.processors.RealModels;
import io.sightline.processors.SharedData;
import io.sightline.processors.gallery.EmbeddedIndex;
import io.sightline.processors.gallery.GalleryEdit;
import io.sightline.processors.gallery.StaleEntries;
import io.sightline.processors.gallery.WatchedIndex;
import io.sightline.processors.model.ModelException;
import io.sightline.processors.model.ModelRuntime;
import io.sightline.processors.model.ModelStore;
import io.sightline.processors.model.RuntimeSettings;
import io.sightline.processors.tracer.Tracer;
import io.sightline.processors.tracer.VirtualClock;
import io.sightline.schemas.Detection;
import io.sightline.schemas.GalleryEntry;
import io.sightline.schemas.GalleryVector;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.request.RequestLimits;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Point2f;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pipelines of models that others trained, side by side in one service, on photographs. */
@Timeout(240)
class RealPipelinesTest {
    private static final List<PipelineStage> RECOGNITION = List.of(PipelineStage.DETECT, PipelineStage.EMBED, PipelineStage.LOOKUP);
    private static final String CLASSIFIER = "mobilenetv2";

    @TempDir
    private static Path models;
    private static int sessionsBefore;
    private static WatchedIndex index;
    private static RecognitionStages stages;
    private static RecognitionEngine engine;
    private static GalleryEngine gallery;
    private static long offset;

    @BeforeAll
    static void start() {
        for (String name : List.of("yunet", "mobilefacenet", CLASSIFIER, "picodet-xs-320", "general-mobilenetv2-512")) {
            RealModels.install(models, name);
        }
        sessionsBefore = ModelRuntime.openSessions();
        VirtualClock clock = new VirtualClock(TestStages.START);
        Tracer tracer = new Tracer("test", clock);
        RecognitionSettings settings = settings(Map.of(
                "faces", pipeline(RECOGNITION, "", "yunet", "mobilefacenet", "faces"),
                "face", pipeline(List.of(PipelineStage.DETECT, PipelineStage.EMBED), "", "yunet", "mobilefacenet", "none"),
                "imagenet", pipeline(List.of(PipelineStage.CLASSIFY), "", "yunet", "mobilefacenet", "none"),
                "shitu", pipeline(RECOGNITION, "pp-shitu", "picodet-xs-320", "general-mobilenetv2-512", "things")), "shitu");
        PipelinePlan plan = PipelinePlan.of(settings, store());
        index = new WatchedIndex(new EmbeddedIndex(plan.galleries(), settings.declaredGalleries()));
        stages = RecognitionStages.open(plan, RequestLimits.DEFAULT, index, tracer);
        engine = new RecognitionEngine(stages, "shitu", RequestLimits.DEFAULT, EmbeddedRegistry.INSTANCE, index, index, gallery -> { }, new Provenance("test", "0"), tracer.requests(), new Withdrawals(), clock);
        gallery = new GalleryEngine(stages, RequestLimits.DEFAULT, EmbeddedRegistry.INSTANCE, new StaleEntries());
    }

    @AfterAll
    static void stop() {
        if (stages != null) {
            stages.close();
            assertThat(ModelRuntime.openSessions()).isEqualTo(sessionsBefore);
        }
    }

    @Test
    void shouldSayWhatThePhotographShows() throws Exception {
        RecognitionResult result = answer("imagenet", file("daisy.jpg"));
        assertThat(result.getDetections()).singleElement().satisfies(d -> {
            assertThat(d.getClasses()).hasSize(5);
            assertThat(d.getClasses().get(0).getId()).isEqualTo(985);
            assertThat(d.getClasses().get(0).getLabel()).isEqualTo("daisy");
        });
    }

    @Test
    void shouldShareTheStagesOfPipelinesThatAgree() {
        assertThat(stages.pipelines().get("face").embed()).containsSame(stages.pipelines().get("faces").embed().orElseThrow());
        assertThat(stages.pipelines().get("face").detect()).containsSame(stages.pipelines().get("faces").detect().orElseThrow());
        assertThat(stages.between()).extracting(stage -> stage.stage()).containsExactlyInAnyOrder("detect", "embed", "face.detect", "face.embed", "imagenet.classify");
    }

    /** Brought into place by its landmarks, a turned face has nearly the vector of the upright one. */
    @Test
    void shouldKnowFacesAgainWhenThePhotographIsTurned() throws Exception {
        // given all faces of a photograph in the gallery, each by its vector
        RecognitionResult upright = answer("face", file("uf_2.jpg"));
        assertThat(upright.getDetections()).hasSize(4).allSatisfy(face -> {
            assertThat(face.getEmbedding()).hasSize(128);
            assertThat(face.getPoints()).hasSize(10);
        });
        for (int i = 0; i < 4; i++) {
            put("faces", GalleryEntry.newBuilder().setGallery("faces").setId("face " + i).setLabel("face " + i).setVector(upright.getDetections().get(i).getEmbedding()));
        }
        // when the photograph is turned by 8 degrees
        RecognitionResult turned = answer("faces", turned(file("uf_2.jpg"), 8));
        // then each is found, by a wide margin over the others
        assertThat(turned.getDetections()).hasSize(4);
        assertThat(turned.getDetections().stream().map(face -> face.getMatches().get(0).getLabel()).distinct()).hasSize(4);
        assertThat(turned.getDetections()).allSatisfy(face -> assertThat(face.getMatches().get(0).getScore()).isGreaterThan(0.6));
        assertThat(turned.getLineage().getModels().get("embed")).startsWith("mobilefacenet@1#");
    }

    @Test
    void shouldIndexTheBestFaceOfAGalleryPicture() throws Exception {
        put("faces", GalleryEntry.newBuilder().setGallery("faces").setId("portrait").setLabel("portrait").setImage(ByteBuffer.wrap(file("uf_2.jpg"))));
        RecognitionResult result = answer("faces", file("uf_2.jpg"));
        assertThat(result.getDetections().get(0).getMatches()).filteredOn(match -> match.getId().equals("portrait")).singleElement()
                .satisfies(match -> assertThat(match.getScore()).as("the same face, brought into place the same way").isGreaterThan(0.999));
    }

    @Test
    void shouldRecogniseAsPpShituDoes() throws Exception {
        // given a photograph in the gallery, whole
        put("things", GalleryEntry.newBuilder().setGallery("things").setId("daisy").setLabel("daisy").setImage(ByteBuffer.wrap(file("daisy.jpg"))));
        // when it is asked for, then the whole picture is what matches best
        RecognitionResult result = answer("shitu", file("daisy.jpg"));
        assertThat(result.getDetections()).first().satisfies(d -> {
            assertThat(d.getBbox()).containsExactly(0, 0, result.getImage().getWidth(), result.getImage().getHeight());
            assertThat(d.getMatches()).singleElement().satisfies(match -> assertThat(match.getScore()).isGreaterThan(0.999));
        });
        // and another photograph has nothing in it that reaches 0.5
        assertThat(answer("shitu", file("tabby_cat.jpg")).getDetections()).isEmpty();
    }

    @Test
    void shouldRefuseAVectorOfAnotherPipelinesModel() throws Exception {
        RecognitionResult result = engine.start(TestRecords.keyed("k", TestRecords.request(RecognitionRequest.newBuilder().setRequestId("r").setPipeline("faces").setGallery("things")
                .setImage(ByteBuffer.wrap(file("daisy.jpg")))))).outcome().get().result();
        assertThat(result.getErrMsg()).matches("gallery: 'things' holds vectors of general-mobilenetv2-512@1#\\w+ \\(expected: of mobilefacenet@1#\\w+, the embedder of pipeline 'faces'\\)");
    }

    @Test
    void shouldNotStartWhereAModelIsNotFitForItsStage() {
        assertThatThrownBy(() -> PipelinePlan.of(settings(Map.of("p", pipeline(RECOGNITION, "", "mobilefacenet", "mobilefacenet", "g")), "p"), store()))
                .isInstanceOf(ModelException.class).hasMessageMatching("pipelines.p: model mobilefacenet@1#\\w+: decoder Embedding \\(expected: DetectionOutput\\)");
        assertThatThrownBy(() -> PipelinePlan.of(settings(Map.of("p", pipeline(RECOGNITION, "", "picodet-xs-320", "mobilefacenet", "g")), "p"), store()))
                .isInstanceOf(ModelException.class).hasMessageContaining("aligns faces by their landmarks, and detector picodet-xs-320@1#");
        assertThatThrownBy(() -> PipelinePlan.of(settings(Map.of("p", pipeline(RECOGNITION, "", "yunet", "mobilefacenet@7", "g")), "p"), store()))
                .hasMessageStartingWith("pipelines.p: model mobilefacenet: version '7' (expected: one of 1 in ");
        assertThatThrownBy(() -> PipelinePlan.of(settings(Map.of("p", onDevice("cuda:0")), "p"), store()))
                .hasMessageStartingWith("pipelines.p: model yunet@1#").hasMessageContaining("device cuda:0: ").hasMessageContaining("(expected: a device that is there, or cpu listed too)");
        assertThat(PipelinePlan.of(settings(Map.of("p", onDevice("cuda:0", "cpu")), "p"), store()).defaultModels().detector().orElseThrow().device().toString())
                .isEqualTo("cpu");
    }

    private static ModelStore store() {
        return new ModelStore(models, RuntimeSettings.DEFAULT, Map.of("yunet", List.of("cuda:7", "cpu")));
    }

    private static RecognitionSettings settings(Map<String, PipelineSettings> pipelines, String byDefault) {
        return new RecognitionSettings(pipelines, byDefault, Map.of(), 1L << 27, 30_000, TestStages.ONE_LANE, TestStages.ONE_LANE, TestStages.ONE_LANE, TestStages.ONE_LANE,
                TestStages.ONE_LANE);
    }

    private static PipelineSettings pipeline(List<PipelineStage> does, String profile, String detector, String embedder, String gallery) {
        return new PipelineSettings(does, profile, detector, embedder, Optional.of(CLASSIFIER), List.of(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(),
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), false, false, gallery, Map.of());
    }

    private static PipelineSettings onDevice(String... device) {
        return new PipelineSettings(List.of(PipelineStage.DETECT), "", "yunet", "none", Optional.empty(), List.of(device), Optional.empty(), Optional.empty(), Optional.empty(),
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), false, false, "g", Map.of());
    }

    private static void put(String what, GalleryEntry.Builder entry) throws Exception {
        GalleryOutcome outcome = gallery.start(new InputRecord("gallery", 0, offset++, 0, TestRecords.utf8(entry.getGallery() + "/" + entry.getId()), TestRecords.entry(entry),
                new org.apache.kafka.common.header.internals.RecordHeaders())).outcome().get();
        assertThat(outcome).as(what).isInstanceOf(GalleryOutcome.Searchable.class);
        GalleryVector vector = ((GalleryOutcome.Searchable) outcome).vector().orElseThrow();
        float[] components = new float[vector.getVector().size()];
        for (int i = 0; i < components.length; i++) {
            components[i] = vector.getVector().get(i);
        }
        index.apply(new GalleryEdit.Put(vector.getGallery(), vector.getId(), vector.getEpoch(), offset, vector.getLabel(), vector.getAttributes(), components));
    }

    private static RecognitionResult answer(String pipeline, byte[] picture) throws Exception {
        RecognitionResult result = engine.start(TestRecords.keyed("k", TestRecords.request(RecognitionRequest.newBuilder().setRequestId("r").setPipeline(pipeline).setScoreThreshold(pipeline.equals("faces") ? -1.0 : null)
                .setImage(ByteBuffer.wrap(picture))))).outcome().get().result();
        assertThat(result.getStatus()).as(result.getErrMsg()).isEqualTo(RecognitionStatus.RECOGNISED);
        assertThat(result.getDetections()).allSatisfy((Detection d) -> assertThat(d.getClass$()).isNotEmpty());
        return result;
    }

    private static byte[] file(String name) throws Exception {
        return Files.readAllBytes(SharedData.folder().resolve("images").resolve(name));
    }

    private static byte[] turned(byte[] file, double degrees) {
        try (BytePointer bytes = new BytePointer(file); Mat encoded = new Mat(1, file.length, opencv_core.CV_8U, bytes);
                Mat picture = opencv_imgcodecs.imdecode(encoded, opencv_imgcodecs.IMREAD_COLOR); Mat turned = new Mat();
                Point2f middle = new Point2f(picture.cols() / 2f, picture.rows() / 2f); Mat matrix = opencv_imgproc.getRotationMatrix2D(middle, degrees, 0.8);
                BytePointer out = new BytePointer()) {
            opencv_imgproc.warpAffine(picture, turned, matrix, picture.size(), opencv_imgproc.INTER_LINEAR, opencv_core.BORDER_CONSTANT, new Scalar(127, 127, 127, 0));
            opencv_imgcodecs.imencode(".png", turned, out);
            byte[] png = new byte[(int) out.limit()];
            out.get(png);
            return png;
        }
    }
}
