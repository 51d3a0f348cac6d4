package io.sightline.processors.recognition;

import static io.sightline.processors.recognition.TestRecords.keyed;
import static io.sightline.processors.recognition.TestRecords.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sightline.processors.gallery.GalleryEdit;
import io.sightline.schemas.Detection;
import io.sightline.schemas.ImageSize;
import io.sightline.schemas.Match;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.ScoredClass;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the pipelines make of their stages, and what requests may ask of them. */
@Timeout(240)
class PipelinesTest {
    private static final String TWO_THINGS = "100x80 10,20,50,60,0.81234567,bottle 0,0,30,40,0.9,carton";
    private final TestStages stages = new TestStages();

    @AfterEach
    void everyPictureIsFreedOnce() {
        stages.close();
        assertThat(stages.pictures).allSatisfy(picture -> assertThat(picture.closed).as(picture.text).hasValue(1));
    }

    @Test
    void shouldClassifyTheWholePicture() throws Exception {
        pipelines(Map.of("sort", TestPipelines.of("none", PipelineStage.CLASSIFY)));
        RecognitionResult result = answer(request("100x80").setPipeline("sort"));
        assertThat(result.getDetections()).containsExactly(new Detection(List.of(0, 0, 100, 80), 1.0, "image", List.of(),
                List.of(new ScoredClass(100, "x2 is 100", 0.75), new ScoredClass(80, "y2 is 80", 0.2)), null, null));
        assertThat(result.getLineage().getModels()).isEqualTo(Map.of("classify", TestStages.CLASSIFIER.id()));
        assertThat(result.getLineage().getGallery()).isNull();
        assertThat(result.getTimingsMs()).containsKeys("decode.in", "classify.midp", "total").doesNotContainKeys("detect.in", "embed.in", "lookup.in");
    }

    @Test
    void shouldGiveAsManyClassesAsTheRequestAsks() throws Exception {
        pipelines(Map.of("sort", TestPipelines.of("none", PipelineStage.CLASSIFY)));
        assertThat(answer(request("100x80").setPipeline("sort").setTopK(1)).getDetections().get(0).getClasses()).extracting(ScoredClass::getId).containsExactly(100);
    }

    @Test
    void shouldClassifyAndLookUpEachThingFound() throws Exception {
        pipelines(Map.of("all", TestPipelines.of("default", PipelineStage.values())));
        stages.put("default", "carton", 5, 0, 0, 30, 40);
        RecognitionResult result = answer(request(TWO_THINGS).setPipeline("all"));
        assertThat(result.getDetections()).extracting(Detection::getClass$).containsExactly("carton", "bottle");
        assertThat(result.getDetections()).extracting(d -> d.getClasses().get(0).getId()).containsExactly(30, 50);
        assertThat(result.getDetections().get(0).getMatches()).extracting(Match::getId).containsExactly("carton");
        assertThat(result.getTimingsMs()).containsKeys("detect.in", "classify.in", "embed.in", "lookup.in");
    }

    @Test
    void shouldClassifyAPreparedPicture() throws Exception {
        pipelines(Map.of("sort", TestPipelines.of("none", PipelineStage.CLASSIFY)));
        RecognitionResult result = answer(RecognitionRequest.newBuilder().setRequestId("r1").setPipeline("sort").setTensor(TestRecords.tensor(List.of(3, 2, 4), 24)));
        assertThat(result.getStatus()).isEqualTo(RecognitionStatus.RECOGNISED);
        assertThat(result.getImage()).isEqualTo(new ImageSize(4, 2));
        assertThat(result.getDetections()).containsExactly(new Detection(List.of(0, 0, 4, 2), 1.0, "image", List.of(),
                List.of(new ScoredClass(0, "begins with 0.0", 0.5)), null, null));
        assertThat(result.getTimingsMs()).containsKey("classify.in").doesNotContainKey("decode.in");
        assertThat(result.getLineage().getModels()).containsOnlyKeys("classify");
    }

    @Test
    void shouldGiveTheEmbeddingWhereNothingIsLookedUp() throws Exception {
        pipelines(Map.of("face", TestPipelines.of("none", PipelineStage.EMBED)));
        Detection detection = answer(request("30x40").setPipeline("face")).getDetections().get(0);
        assertThat(detection.getEmbedding()).containsExactly(0f, 0f, 0.6f, 0.8f);
        assertThat(detection.getMatches()).isEmpty();
    }

    @Test
    void shouldRunPipelinesSideBySide() throws Exception {
        pipelines(Map.of("sort", TestPipelines.of("none", PipelineStage.CLASSIFY), "find", TestPipelines.of("none", PipelineStage.DETECT)));
        RecognitionEngine engine = stages.engine();
        List<RecordRun<RecognitionOutcome>> runs = List.of(start(engine, request(TWO_THINGS)), start(engine, request(TWO_THINGS).setPipeline("sort")),
                start(engine, request(TWO_THINGS).setPipeline("find")));
        assertThat(runs).extracting(run -> run.outcome().get().result().getDetections().size()).containsExactly(2, 1, 2);
        assertThat(runs).extracting(run -> run.outcome().get().result().getPipeline()).containsExactly("recognition", "sort", "find");
        assertThat(stages.stages().stageNames()).containsExactly("decode", "detect", "classify", "embed", "lookup");
    }

    @Test
    void shouldLookUpTheBoxThatTheRequestGives() throws Exception {
        stages.put("default", "here", 1, 5, 6, 7, 8);
        RecognitionResult result = answer(request(TWO_THINGS).setBox(List.of(5, 6, 7, 8)));
        assertThat(result.getDetections()).singleElement().satisfies(d -> {
            assertThat(d.getBbox()).containsExactly(5, 6, 7, 8);
            assertThat(d.getMatches().get(0).getScore()).isEqualTo(1.0);
        });
        assertThat(result.getTimingsMs()).doesNotContainKey("detect.in");
    }

    @Test
    void shouldLookUpTheWholePictureWhenTheBoxIsEmpty() throws Exception {
        assertThat(answer(request(TWO_THINGS).setBox(List.of())).getDetections()).extracting(Detection::getBbox).containsExactly(List.of(0, 0, 100, 80));
    }

    @Test
    void shouldRefuseABoxThatReachesOneOverThePicture() throws Exception {
        assertThat(answer(request(TWO_THINGS).setBox(List.of(0, 0, 100, 80))).getErrNo()).isZero();
        RecognitionResult result = answer(request(TWO_THINGS).setBox(List.of(0, 0, 101, 80)));
        assertThat(result.getErrMsg()).isEqualTo("box: [0, 0, 101, 80] (expected: inside the picture of 100 x 80 pixels)");
    }

    @Test
    void shouldLookUpAVector() throws Exception {
        stages.put("default", "a", 3, 1, 0, 0, 0);
        RecognitionResult result = answer(vector(2f, 0f, 0f, 0f));
        assertThat(result.getStatus()).isEqualTo(RecognitionStatus.RECOGNISED);
        assertThat(result.getImage()).isNull();
        assertThat(result.getDetections()).containsExactly(new Detection(List.of(), 1.0, "vector",
                List.of(new Match("a", "label of a", 1.0, "{\"n\":3}", "default")), List.of(), null, null));
        assertThat(result.getLineage().getGalleryEpoch()).isEqualTo(3);
    }

    @Test
    void shouldSearchSeveralGalleriesAtOnce() throws Exception {
        stages.put("east", "a", 3, 1, 0, 0, 0);
        stages.put("west", "b", 7, 1, 0.1f, 0, 0);
        stages.put("west", "c", 8, 1, 0.2f, 0, 0);
        RecognitionResult result = answer(vector(1f, 0f, 0f, 0f).setGalleries(List.of("west", "east")).setTopK(2));
        assertThat(result.getDetections().get(0).getMatches()).extracting(match -> match.getGallery() + "/" + match.getId()).containsExactly("east/a", "west/b");
        assertThat(result.getLineage().getGalleries()).isEqualTo(Map.of("east", 3L, "west", 8L));
        assertThat(result.getLineage().getGallery()).isEqualTo("west");
        assertThat(result.getLineage().getGalleryEpoch()).isEqualTo(8);
    }

    @Test
    void shouldTakeTheBestOfEachLabelOverAllGalleries() throws Exception {
        for (String gallery : List.of("east", "west")) {
            stages.index.apply(new GalleryEdit.Put(gallery, "1", 1, 1, "tea", "{}", new float[] {1, gallery.equals("east") ? 0 : 1, 0, 0}));
            stages.index.apply(new GalleryEdit.Put(gallery, "2", 2, 2, "tea", "{}", new float[] {1, 0.3f, 0, 0}));
            stages.index.apply(new GalleryEdit.Put(gallery, "3", 3, 3, "milk of the " + gallery, "{}", new float[] {1, 0.5f, 0, 0}));
        }
        RecognitionRequest.Builder query = vector(1f, 0f, 0f, 0f).setGalleries(List.of("west", "east"));
        assertThat(answer(query.setDistinctLabels(true)).getDetections().get(0).getMatches()).extracting(Match::getLabel)
                .containsExactly("tea", "milk of the east", "milk of the west");
        assertThat(answer(query.setDistinctLabels(false)).getDetections().get(0).getMatches()).hasSize(5);
    }

    @Test
    void shouldMatchOnlyWhatPassesTheFilter() throws Exception {
        stages.put("default", "a", 3, 1, 0, 0, 0);
        stages.put("default", "b", 4, 1, 0, 0, 0);
        assertThat(answer(vector(1f, 0f, 0f, 0f).setFilter("n > 3")).getDetections().get(0).getMatches()).extracting(Match::getId).containsExactly("b");
        assertThat(answer(vector(1f, 0f, 0f, 0f).setFilter("n >")).getErrMsg()).isEqualTo("filter: the end at character 4 (expected: a text in quotes, a number, true or false)");
    }

    @Test
    void shouldWaitForTheEpoch() throws Exception {
        RecordRun<RecognitionOutcome> run = start(stages.engine(), vector(1f, 0f, 0f, 0f).setGallery("new").setMinEpoch(2L));
        stages.put("new", "a", 1, 1, 0, 0, 0);
        assertThat(run.outcome()).isNotDone();
        stages.put("new", "b", 2, 1, 0, 0, 0);
        RecognitionResult result = run.outcome().get().result();
        assertThat(result.getLineage().getGalleries()).isEqualTo(Map.of("new", 2L));
        assertThat(result.getDetections().get(0).getMatches()).hasSize(2);
    }

    @Test
    void shouldAnswerWithTheEpochWhenNothingElseIsAsked() throws Exception {
        stages.put("default", "a", 5, 1, 0, 0, 0);
        RecognitionResult result = answer(RecognitionRequest.newBuilder().setRequestId("r1").setMinEpoch(5L));
        assertThat(result.getStatus()).isEqualTo(RecognitionStatus.RECOGNISED);
        assertThat(result.getDetections()).isEmpty();
        assertThat(result.getLineage().getGalleries()).isEqualTo(Map.of("default", 5L));
    }

    @Test
    void shouldSayThatAnEditCanNotBeFoundWhenItsGalleryIsFull() throws Exception {
        // given one entry more than the index takes; somebody waits already
        RecordRun<RecognitionOutcome> early = start(stages.engine(), RecognitionRequest.newBuilder().setRequestId("early").setMinEpoch(TestStages.MAX_ENTRIES + 1L));
        for (int epoch = 1; epoch <= TestStages.MAX_ENTRIES + 1; epoch++) {
            stages.put("default", "id" + epoch, epoch, 1, 0, 0, 0);
        }
        // when, then
        for (RecognitionResult result : List.of(early.outcome().get().result(), answer(RecognitionRequest.newBuilder().setRequestId("late").setMinEpoch(TestStages.MAX_ENTRIES + 1L)))) {
            assertThat(result.getStatus()).isEqualTo(RecognitionStatus.REJECTED);
            assertThat(result.getErrNo()).isEqualTo(51);
            assertThat(result.getErrMsg()).isEqualTo("gallery 'default': full, one entry more than 1000 (expected: at most that, max_entries); the edit is kept and listed, but can't be found");
        }
        // and whoever waits for an edit that was taken, or wants to search from then on, is not told
        assertThat(answer(RecognitionRequest.newBuilder().setRequestId("r2").setMinEpoch((long) TestStages.MAX_ENTRIES)).getStatus()).isEqualTo(RecognitionStatus.RECOGNISED);
        assertThat(answer(vector(1f, 0f, 0f, 0f).setMinEpoch(TestStages.MAX_ENTRIES + 1L)).getDetections()).hasSize(1);
    }

    @Test
    void shouldGiveUpWaitingForAnEpochThatDoesNotCome() throws Exception {
        RecognitionResult result = answer(RecognitionRequest.newBuilder().setRequestId("r1").setMinEpoch(6L));
        assertThat(result.getErrNo()).isEqualTo(6000);
        assertThat(result.getErrMsg()).isEqualTo("min_epoch: 6 of gallery 'default', not reached in 2000 ms (expected: the epoch of an edit that was made)");
    }

    @Test
    void shouldKnowNothingAboutARequestWhoseWaitTheIndexEnds() throws Exception {
        RecordRun<RecognitionOutcome> run = start(stages.engine(), RecognitionRequest.newBuilder().setRequestId("r1").setMinEpoch(6L));
        stages.index.close();
        assertThatThrownBy(() -> run.outcome().get()).isInstanceOf(CancellationException.class);
    }

    @Test
    void shouldPassOnThatAnIndexIsToBeBuiltAnew() throws Exception {
        stages.put("default", "a", 5, 1, 0, 0, 0);
        RecognitionResult result = answer(RecognitionRequest.newBuilder().setRequestId("r1").setRebuild(true));
        assertThat(result.getLineage().getGalleries()).isEqualTo(Map.of("default", 5L));
        assertThat(stages.rebuilds).containsExactly("default");
        assertThat(answer(request("9x9").setRebuild(true)).getErrMsg()).isEqualTo("rebuild: with 1 galleries, an image (expected: one gallery, no vector, no image)");
        assertThat(stages.rebuilds).hasSize(1);
    }

    @Test
    void shouldAnswerAsPpShitu() throws Exception {
        // given: the whole picture has the best match; the carton's box lies in it, share 0.15 > 0.05
        pipelines(Map.of("shitu", TestPipelines.shitu("shelf")));
        stages.put("shelf", "whole", 1, 0, 0, 100, 80);
        stages.put("shelf", "carton", 2, 0, 0, 30, 40.5f);
        stages.put("shelf", "carton again", 3, 0, 0, 30, 40.4f);
        RecognitionResult result = answer(request("100x80 0,0,30,40,0.9,carton").setPipeline("shitu"));
        assertThat(result.getDetections()).singleElement().satisfies(d -> {
            assertThat(d.getBbox()).containsExactly(0, 0, 100, 80);
            assertThat(d.getMatches()).extracting(Match::getId).containsExactly("whole");
        });
        // when the whole picture is like nothing, the carton stays, with one match
        stages.index.apply(new GalleryEdit.Remove("shelf", "whole", 4, 4));
        stages.put("shelf", "side", 5, 1, 0, 0, 0);
        assertThat(answer(request("100x80 0,0,30,40,0.9,carton").setPipeline("shitu").setScoreThreshold(0.999)).getDetections()).singleElement().satisfies(d -> {
            assertThat(d.getBbox()).containsExactly(0, 0, 30, 40);
            assertThat(d.getMatches()).extracting(Match::getId).containsExactly("carton again");
        });
    }

    @Test
    void shouldLeaveOutWhatHasNoMatchInPpShitu() throws Exception {
        pipelines(Map.of("shitu", TestPipelines.shitu("shelf")));
        assertThat(answer(request(TWO_THINGS).setPipeline("shitu")).getDetections()).isEmpty();
    }

    @Test
    void shouldRoundEmbeddings() throws Exception {
        pipelines(Map.of("face", TestPipelines.of("none", PipelineStage.EMBED)));
        assertThat(answer(request("31x47").setPipeline("face")).getDetections().get(0).getEmbedding())
                .allSatisfy(c -> assertThat(c * 100_000.0).isCloseTo(Math.rint(c * 100_000.0), within(0.01)));
    }

    private void pipelines(Map<String, PipelineSettings> more) {
        Map<String, PipelineSettings> all = new java.util.HashMap<>(more);
        all.put("recognition", PipelineSettings.DEFAULT);
        stages.settings = TestStages.settings(all);
    }

    private static RecognitionRequest.Builder vector(Float... components) {
        return RecognitionRequest.newBuilder().setRequestId("r1").setImage(ByteBuffer.allocate(0)).setVector(List.of(components));
    }

    private static RecordRun<RecognitionOutcome> start(RecognitionEngine engine, RecognitionRequest.Builder request) {
        return engine.start(keyed("k", TestRecords.request(request)));
    }

    private RecognitionResult answer(RecognitionRequest.Builder request) throws Exception {
        return start(stages.engine(), request).outcome().get().result();
    }
}
