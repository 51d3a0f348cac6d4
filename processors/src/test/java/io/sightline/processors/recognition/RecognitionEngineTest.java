package io.sightline.processors.recognition;

import static io.sightline.processors.recognition.TestRecords.keyed;
import static io.sightline.processors.recognition.TestRecords.of;
import static io.sightline.processors.recognition.TestRecords.request;
import static io.sightline.processors.recognition.TestRecords.utf8;
import static io.sightline.processors.recognition.TestRecords.withHeader;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sightline.processors.gallery.GalleryEdit;
import io.sightline.processors.stage.StageSettings;
import io.sightline.processors.tracer.TracerReport;
import io.sightline.schemas.Detection;
import io.sightline.schemas.ImageSize;
import io.sightline.schemas.Match;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.TracerWindow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(240)
class RecognitionEngineTest {
    private static final String TWO_THINGS = "100x80 10,20,50,60,0.81234567,bottle 0,0,30,40,0.9,carton";
    private final TestStages stages = new TestStages();

    @AfterEach
    void stop() {
        stages.close();
    }

    @Test
    void shouldRecogniseWhatIsInThePicture() throws Exception {
        // given a gallery of three, the best of which is the carton's very direction
        stages.put("default", "carton", 5, 0, 0, 30, 40);
        stages.put("default", "bottle", 6, 10, 20, 50, 60);
        stages.put("default", "far", 7, -1, -1, 0, 0);
        // when
        RecognitionOutcome outcome = stages.engine().start(keyed("k", request(request(TWO_THINGS).setTopK(2).setScoreThreshold(0.9)
                .setAttributes(Map.of("shelf", "7"))))).outcome().get();
        // then
        assertThat(outcome.deadLetter()).isEmpty();
        RecognitionResult result = outcome.result();
        assertThat(result.getRequestId()).isEqualTo("r1");
        assertThat(result.getStatus()).isEqualTo(RecognitionStatus.RECOGNISED);
        assertThat(result.getErrNo()).isZero();
        assertThat(result.getErrMsg()).isEmpty();
        assertThat(result.getPipeline()).isEqualTo("recognition");
        assertThat(result.getImage()).isEqualTo(new ImageSize(100, 80));
        assertThat(result.getAttributes()).isEqualTo(Map.of("shelf", "7"));
        assertThat(result.getCompletedAtMs()).isEqualTo(TestStages.START);
        assertThat(result.getDetections()).containsExactly(
                new Detection(List.of(0, 0, 30, 40), 0.9, "carton", List.of(
                        new Match("carton", "label of carton", 1.0, "{\"n\":5}", "default"), new Match("bottle", "label of bottle", 0.9601, "{\"n\":6}", "default")), List.of(), null, null),
                new Detection(List.of(10, 20, 50, 60), 0.8123, "bottle", List.of(
                        new Match("bottle", "label of bottle", 1.0, "{\"n\":6}", "default"), new Match("carton", "label of carton", 0.9601, "{\"n\":5}", "default")), List.of(), null, null));
    }

    @Test
    void shouldNameInTheLineageWhatTheResultFollowsFrom() throws Exception {
        stages.put("default", "carton", 5, 0, 0, 30, 40);
        RecognitionResult result = recognise(stages.engine(), TWO_THINGS);
        assertThat(result.getLineage().getBuild()).isEqualTo("0.1-test");
        assertThat(result.getLineage().getConfigHash()).isEqualTo("cafecafecafe");
        assertThat(result.getLineage().getModels()).isEqualTo(Map.of("detect", "finder@1#0123456789ab", "embed", "namer@2#ba9876543210"));
        assertThat(result.getLineage().getDevices()).isEqualTo(Map.of("detect", "cpu", "embed", "cuda:0"));
        assertThat(result.getLineage().getGallery()).isEqualTo("default");
        assertThat(result.getLineage().getGalleryEpoch()).isEqualTo(5);
        assertThat(result.getLineage().getInputTopic()).isEqualTo("sightline.requests");
        assertThat(result.getLineage().getInputPartition()).isEqualTo(3);
        assertThat(result.getLineage().getInputOffset()).isEqualTo(41);
    }

    @Test
    void shouldTimeEachStage() throws Exception {
        RecognitionResult result = recognise(stages.engine(), TWO_THINGS);
        assertThat(result.getTimingsMs()).containsOnlyKeys(Stream.concat(Stream.of("total"),
                StageNames.RECOGNITION.stream().flatMap(stage -> List.of(".in", ".prep", ".midp", ".postp").stream().map(part -> stage + part))).toList());
        assertThat(result.getTimingsMs().values()).allMatch(ms -> ms >= 0);
        assertThat(result.getTimingsMs().get("total")).isPositive();
    }

    /** The tracer's windows and the results' timings are two views of the same measurements. */
    @Test
    void shouldTimeTheSameInResultsAndInTheTracer() throws Exception {
        // given
        RecognitionEngine engine = stages.engine();
        // when
        Map<String, Double> sums = new TreeMap<>();
        for (int i = 0; i < 20; i++) {
            recognise(engine, TWO_THINGS).getTimingsMs().forEach((name, ms) -> sums.merge(name, ms, Double::sum));
        }
        // then
        TracerReport report = stages.tracer.window();
        for (TracerWindow window : report.stages()) {
            String stage = window.getStage();
            assertThat(window.getInMs() * window.getCount()).as(stage).isCloseTo(sums.get(stage + ".in"), within(0.05));
            assertThat(window.getPrepMs() * window.getCount()).as(stage).isCloseTo(sums.get(stage + ".prep"), within(0.05));
            assertThat(window.getMidpMs() * window.getCount()).as(stage).isCloseTo(sums.get(stage + ".midp"), within(0.05));
            assertThat(window.getPostpMs() * window.getCount()).as(stage).isCloseTo(sums.get(stage + ".postp"), within(0.05));
        }
        assertThat(report.total().getLatencyMs().get("ave") * report.total().getCount()).isCloseTo(sums.get("total"), within(1e-6));
    }

    @Test
    void shouldTellTheEpochWhenNothingWasFound() throws Exception {
        stages.put("default", "a", 12, 1, 0, 0, 0);
        RecognitionResult result = recognise(stages.engine(), "100x80");
        assertThat(result.getStatus()).isEqualTo(RecognitionStatus.RECOGNISED);
        assertThat(result.getDetections()).isEmpty();
        assertThat(result.getLineage().getGalleryEpoch()).isEqualTo(12);
        assertThat(stages.embedBatches).isEmpty();
    }

    @Test
    void shouldHaveNoMatchesWhenTheGalleryIsEmpty() throws Exception {
        assertThat(recognise(stages.engine(), TWO_THINGS).getDetections()).hasSize(2).allMatch(detection -> detection.getMatches().isEmpty());
    }

    @Test
    void shouldUseThePipelinesDefaultsWhenTheRequestDoesNotSay() throws Exception {
        // given a pipeline of its own gallery, one match, threshold 0.99, two detections
        stages.settings = TestStages.settings(Map.of("recognition", PipelineSettings.DEFAULT,
                "strict", TestPipelines.pipeline("detector", "embedder", 2, 1, 0.99, "mine")));
        stages.put("mine", "a", 1, 0, 0, 30, 40);
        stages.put("mine", "b", 2, 0, 0, 30, 40);
        // when
        RecognitionResult result = stages.engine().start(keyed("k", request(request(TWO_THINGS + " 1,1,9,9,0.1,speck").setPipeline("strict")))).outcome().get().result();
        // then
        assertThat(result.getPipeline()).isEqualTo("strict");
        assertThat(result.getLineage().getGallery()).isEqualTo("mine");
        assertThat(result.getDetections()).extracting(Detection::getClass$).containsExactly("carton", "bottle");
        assertThat(result.getDetections().get(0).getMatches()).extracting(Match::getId).containsExactly("a");
        assertThat(result.getDetections().get(1).getMatches()).isEmpty();
    }

    @Test
    void shouldSearchTheGalleryThatTheRequestNames() throws Exception {
        stages.put("other", "x", 3, 0, 0, 30, 40);
        RecognitionResult result = stages.engine().start(keyed("k", request(request(TWO_THINGS).setGallery("other")))).outcome().get().result();
        assertThat(result.getLineage().getGallery()).isEqualTo("other");
        assertThat(result.getDetections().get(0).getMatches()).extracting(Match::getId).containsExactly("x");
    }

    static List<Arguments> ids() {
        byte[] bare = TestPicture.file("10x10");
        byte[] unnamed = request(request("10x10").setRequestId(""));
        return List.of(
                arguments("r1", keyed("k", request(request("10x10")))),
                arguments("r1", withHeader(keyed("k", request(request("10x10"))), "request-id", utf8("h"))),
                arguments("h", withHeader(keyed("k", unnamed), "request-id", utf8("h"))),
                arguments("k", keyed("k", unnamed)),
                arguments("h", withHeader(keyed("k", bare), "request-id", utf8("h"))),
                arguments("photo 7.jpg", keyed("photo 7.jpg", bare)),
                arguments("Grüße", keyed("Grüße", bare)),
                arguments("i".repeat(200), keyed("i".repeat(200), bare)),
                arguments("fffe", of(new byte[] {(byte) 0xff, (byte) 0xfe}, bare)),
                arguments("000000000000002a", of(new byte[] {0, 0, 0, 0, 0, 0, 0, 42}, bare)),
                arguments("sightline.requests-3@41", of(null, bare)),
                arguments("sightline.requests-3@41", of(new byte[0], bare)),
                arguments("sightline.requests-3@41", of(null, unnamed)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ids")
    void shouldFindTheRequestsId(String expected, InputRecord record) throws Exception {
        assertThat(stages.engine().start(record).outcome().get().result().getRequestId()).isEqualTo(expected);
    }

    @Test
    void shouldMakeAPlaceShortEnoughForAnId() {
        InputRecord record = new InputRecord("t".repeat(249), 12, 345, 0, null, null, new RecordHeaders());
        assertThat(RecordPlace.of(record)).hasSize(200).endsWith("tt-12@345");
    }

    @Test
    void shouldOpenTheGatesStageByStage() throws Exception {
        // given a picture that is held up in the detector
        stages.detectGate = new CountDownLatch(1);
        RecordRun<RecognitionOutcome> run = stages.engine().start(keyed("k", TestPicture.file(TWO_THINGS)));
        // when it is decoded
        assertThat(run.await("decode")).isTrue();
        assertThat(run.outcome()).isNotDone();
        // when it goes on
        stages.detectGate.countDown();
        // then
        assertThat(run.await("detect")).isTrue();
        assertThat(run.await("embed")).isTrue();
        assertThat(run.await("lookup")).isTrue();
        assertThat(run.outcome().get().result().getDetections()).hasSize(2);
        assertThat(stages.engine().stages()).containsExactly("decode", "detect", "embed", "lookup");
        assertThatThrownBy(() -> run.await("paint")).hasMessage("stage: 'paint' (expected: one of decode, detect, embed, lookup)");
    }

    @Test
    void shouldFillTheEmbeddersBatchesAcrossPictures() throws Exception {
        // given an embedder that is held up by the first picture's crop
        stages.embedGate = new CountDownLatch(1);
        RecognitionEngine engine = stages.engine();
        List<RecordRun<RecognitionOutcome>> runs = new ArrayList<>(List.of(engine.start(keyed("0", TestPicture.file("100x80 1,2,3,4,0.9,a")))));
        stages.embedBegan.await();
        // when eight pictures with a crop each come behind it
        for (int i = 1; i <= 8; i++) {
            runs.add(engine.start(keyed("" + i, TestPicture.file("100x80 1,2,3,4,0.9,a"))));
        }
        for (RecordRun<RecognitionOutcome> run : runs) {
            assertThat(run.await("detect")).isTrue();
        }
        await().until(() -> stages.engineOf("embed").queueSize() == 8);
        stages.embedGate.countDown();
        for (RecordRun<RecognitionOutcome> run : runs) {
            run.outcome().get();
        }
        // then their crops went together
        assertThat(stages.embedBatches).containsExactly(1, 4, 4);
    }

    @Test
    void shouldGiveTheSameResultWhenTheSameRequestComesAgain() throws Exception {
        // given an embedder that waits for company, and whose last digits depend on it
        stages.settings = TestStages.settings(TestStages.ONE_LANE, TestStages.ONE_LANE, new StageSettings(1, 4, 100, 64), TestStages.ONE_LANE);
        stages.batchNoise = 1e-7f;
        stages.put("default", "carton", 5, 0, 0, 30, 40);
        stages.put("default", "twin", 6, 0, 0, 30, 40);
        RecognitionEngine engine = stages.engine();
        RecognitionResult alone = recognise(engine, TWO_THINGS);
        // when it comes again among forty others
        List<RecordRun<RecognitionOutcome>> runs = IntStream.range(0, 40).mapToObj(i -> engine.start(keyed("k", request(request(TWO_THINGS))))).toList();
        // then only times differ
        for (RecordRun<RecognitionOutcome> run : runs) {
            assertThat(timeless(run.outcome().get().result())).isEqualTo(timeless(alone));
        }
        assertThat(stages.embedBatches.stream().collect(Collectors.toSet())).hasSizeGreaterThan(1);
    }

    @Test
    void shouldSearchAllCropsOfAPictureInOneEpoch() throws Exception {
        // given a writer that goes on changing the gallery
        stages.settings = TestStages.settings(Map.of());
        RecognitionEngine engine = stages.engine();
        stages.put("default", "a", 1, 0, 0, 30, 40);
        Thread writer = new Thread(() -> {
            for (int epoch = 2; epoch < 3000; epoch++) {
                stages.put("default", "a", epoch, 0, 0, 30, 40);
            }
        });
        writer.start();
        // when
        while (writer.isAlive()) {
            RecognitionResult result = recognise(engine, TWO_THINGS + " 0,1,30,41,0.5,b 0,2,30,42,0.4,c");
            // then all matches carry the epoch that the lineage names
            assertThat(result.getDetections()).flatExtracting(Detection::getMatches).extracting(Match::getAttributes)
                    .containsOnly("{\"n\":" + result.getLineage().getGalleryEpoch() + "}");
        }
    }

    @Test
    void shouldOrderDetectionsAndMatchesByWhatIsPublished() throws Exception {
        // given scores that differ in the sixth digit only
        stages.put("default", "b", 1, 0, 0, 30, 40);
        stages.put("default", "a", 2, 0, 0.001f, 30, 40);
        RecognitionResult result = recognise(stages.engine(), "100x80 5,0,30,40,0.900001,x 0,0,30,40,0.900002,x 0,0,31,40,0.900003,x");
        assertThat(result.getDetections()).extracting(d -> d.getBbox().get(0) + "," + d.getBbox().get(2)).containsExactly("0,30", "0,31", "5,30");
        assertThat(result.getDetections().get(0).getMatches()).extracting(Match::getId).containsExactly("a", "b");
    }

    @Test
    void shouldCountRequestsInTheTracer() throws Exception {
        RecognitionEngine engine = stages.engine();
        recognise(engine, TWO_THINGS);
        engine.start(keyed("broken", utf8("no picture"))).outcome().get();
        TracerWindow total = stages.tracer.window().total();
        assertThat(total.getCount()).isEqualTo(2);
        assertThat(total.getErrors()).isEqualTo(1);
        assertThat(total.getErrorRequestIds()).containsExactly("broken");
        assertThat(total.getQueueSize()).isZero();
    }

    @Test
    void shouldRefuseAnAnswerThatFitsNoRecord() throws Exception {
        // given matches whose attributes come to a quarter of a million characters
        for (int i = 0; i < 20; i++) {
            stages.index.apply(new GalleryEdit.Put("default", "e" + i, i + 1, i + 1, "l", "{\"a\":\"" + "x".repeat(16_000) + "\"}", new float[] {0, 0, 30, 40}));
        }
        RecognitionEngine engine = stages.engine();
        // when
        RecognitionResult few = engine.start(keyed("k", request(request(TWO_THINGS).setTopK(8)))).outcome().get().result();
        RecognitionResult many = engine.start(keyed("k", request(request(TWO_THINGS).setTopK(9)))).outcome().get().result();
        // then
        assertThat(few.getStatus()).isEqualTo(RecognitionStatus.RECOGNISED);
        assertThat(many.getStatus()).isEqualTo(RecognitionStatus.REJECTED);
        assertThat(many.getErrMsg()).matches("matches: \\d+ characters .*expected: at most 262144; ask for a smaller top_k.*");
    }

    private static RecognitionResult recognise(RecognitionEngine engine, String picture) throws Exception {
        RecognitionOutcome outcome = engine.start(keyed("k", request(request(picture)))).outcome().get();
        assertThat(outcome.deadLetter()).isEqualTo(Optional.empty());
        return outcome.result();
    }

    private static RecognitionResult timeless(RecognitionResult result) {
        return RecognitionResult.newBuilder(result).setTimingsMs(Map.of()).setCompletedAtMs(TestStages.START).build();
    }

}
