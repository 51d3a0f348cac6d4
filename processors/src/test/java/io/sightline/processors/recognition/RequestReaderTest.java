package io.sightline.processors.recognition;

import static io.sightline.processors.recognition.TestRecords.keyed;
import static io.sightline.processors.recognition.TestRecords.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.processors.gallery.EmbeddedIndex;
import io.sightline.processors.gallery.GalleryModel;
import io.sightline.processors.gallery.GalleryModels;
import io.sightline.processors.tracer.VirtualClock;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.RequestLimits;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestReaderTest {
    private static final PipelineSettings SHELVES = TestPipelines.pipeline("detector", "embedder", 20, 7, 0.75, "shelves");
    private static final PipelineSettings SORTING = TestPipelines.of("none", PipelineStage.CLASSIFY);
    private final VirtualClock clock = new VirtualClock(TestStages.START);
    private static final RecognitionSettings SETTINGS = TestStages.settings(Map.of("recognition", PipelineSettings.DEFAULT, "shelves", SHELVES, "sorting", SORTING,
            "faces", TestPipelines.of("people", PipelineStage.EMBED, PipelineStage.LOOKUP)));
    private final RequestReader reader = new RequestReader(EmbeddedRegistry.INSTANCE, RequestLimits.DEFAULT, rules(), "recognition", new GalleryPlan(SETTINGS, rules()),
            new EmbeddedIndex(GalleryModels.same(TestPipelines.EMBEDDER), List.of("default", "shelves", "other", "people")), clock);

    /** The pipeline faces has an embedder of its own. */
    private static Map<String, PipelineRules> rules() {
        Map<String, PipelineRules> rules = new HashMap<>(TestPipelines.rules(SETTINGS));
        rules.computeIfPresent("faces", (n, r) -> new PipelineRules(n, r.stages(), r.detect(), r.wholeImage(), r.resultNms(), r.topK(), r.matchThreshold(), r.classThreshold(),
                r.distinctLabels(), r.embeddings(), r.gallery(), Optional.of(new GalleryModel("other@1#000000000000", 4)), r.classifierInput()));
        return rules;
    }

    @Test
    void shouldTakeThePipelineWhoseModelMadeTheGallerysVectors() {
        assertThat(valid(keyed("k", request(request("9x9").setGallery("people")))).pipeline().name()).isEqualTo("faces");
        assertThat(valid(keyed("k", request(request("9x9").setGalleries(List.of("people"))))).pipeline().name()).isEqualTo("faces");
        assertThat(valid(keyed("k", request(request("9x9").setGallery("other")))).pipeline().name()).isEqualTo("recognition");
    }

    @ParameterizedTest
    @MethodSource("asks")
    void shouldRefuseWhatDoesNotGoTogether(RecognitionRequest.Builder request, String message) {
        assertThat(reader.read(keyed("k", request(request)))).isInstanceOfSatisfying(RequestRead.Invalid.class, invalid -> assertThat(invalid.message()).isEqualTo(message));
    }

    static List<Arguments> asks() {
        List<Float> unit = List.of(1f, 0f, 0f, 0f);
        RecognitionRequest.Builder none = RecognitionRequest.newBuilder().setRequestId("r1");
        return List.of(
                Arguments.of(request("9x9").setGallery("other").setGalleries(List.of("other")), "gallery and galleries: both given (expected: one of them)"),
                Arguments.of(request("9x9").setGalleries(List.of()), "galleries: 0 (expected: 1..16 different ones)"),
                Arguments.of(request("9x9").setGalleries(List.of("other", "other")), "galleries: 2 with one named twice (expected: 1..16 different ones)"),
                Arguments.of(request("9x9").setGalleries(java.util.stream.IntStream.range(0, 17).mapToObj(i -> "g" + i).toList()), "galleries: 17 (expected: 1..16 different ones)"),
                Arguments.of(request("9x9").setGalleries(List.of("other", "people")), "gallery: 'people' holds vectors of other@1#000000000000 (expected: of namer@2#ba9876543210, the embedder of pipeline 'recognition')"),
                Arguments.of(request("9x9").setGalleries(List.of("other", "none")), "gallery: 'none' (expected: one of default, other, people, shelves)"),
                Arguments.of(request("9x9").setVector(unit), "image and vector: both given (expected: one of them)"),
                Arguments.of(none(none).setVector(List.of(1f, 0f)), "vector: 2 dimensions (expected: 4)"),
                Arguments.of(none(none).setVector(List.of(0f, 0f, 0f, 0f)), "vector: all zero (expected: a direction)"),
                Arguments.of(none(none).setVector(List.of(1f, 0f, Float.NaN, 0f)), "vector: NaN at 2 (expected: finite numbers)"),
                Arguments.of(none(none).setVector(unit).setVectorModel("clip@1#0"), "vector_model: 'clip@1#0' (expected: 'namer@2#ba9876543210')"),
                Arguments.of(none(none).setVector(unit).setBox(List.of()), "box: given without an image (expected: only with an image)"),
                Arguments.of(none(none).setVector(unit).setPipeline("sorting"), "vector: given, pipeline 'sorting' looks nothing up (expected: none, or a pipeline with the stage lookup)"),
                Arguments.of(request("9x9").setPipeline("sorting").setFilter("a == 1"), "filter: given, pipeline 'sorting' looks nothing up (expected: none, or a pipeline with the stage lookup)"),
                Arguments.of(none(none), "image: 0 bytes (expected: a JPEG or PNG file)"),
                Arguments.of(request("9x9").setBox(List.of(1, 2, 3)), "box: [1, 2, 3] (expected: x1, y1, x2, y2 with x1 < x2 and y1 < y2)"),
                Arguments.of(request("9x9").setBox(List.of(5, 2, 5, 9)), "box: [5, 2, 5, 9] (expected: x1, y1, x2, y2 with x1 < x2 and y1 < y2)"),
                Arguments.of(request("9x9").setMinEpoch(-1L), "min_epoch: -1 for 1 galleries (expected: 0 or more, for one gallery)"),
                Arguments.of(request("9x9").setMinEpoch(1L).setGalleries(List.of("other", "default")), "min_epoch: 1 for 2 galleries (expected: 0 or more, for one gallery)"));
    }

    static List<Arguments> tensors() {
        RecognitionRequest.Builder sorting = RecognitionRequest.newBuilder().setRequestId("r1").setPipeline("sorting");
        String shape = "(expected: [3, 2, 4], the input of pipeline 'sorting')";
        return List.of(
                Arguments.of(none(sorting).setPipeline(null).setTensor(TestRecords.tensor(List.of(3, 2, 4), 24)),
                        "tensor: given, pipeline 'recognition' has the stages detect, embed, lookup (expected: a pipeline with the stage classify alone, or an image)"),
                Arguments.of(none(sorting).setTensor(TestRecords.tensor(List.of(3, 4, 2), 24)), "tensor: shape [3, 4, 2] " + shape),
                Arguments.of(none(sorting).setTensor(TestRecords.tensor(List.of(1, 3, 2, 4), 24)), "tensor: shape [1, 3, 2, 4] " + shape),
                Arguments.of(none(sorting).setTensor(TestRecords.tensor(List.of(), 24)), "tensor: shape [] " + shape),
                Arguments.of(none(sorting).setTensor(TestRecords.tensor(List.of(3, 2, 4), 23)), "tensor: 92 bytes (expected: 96, float32 of shape [3, 2, 4]; at most 16777216)"),
                Arguments.of(none(sorting).setTensor(TestRecords.tensor(List.of(3, 2, 4), 25)), "tensor: 100 bytes (expected: 96, float32 of shape [3, 2, 4]; at most 16777216)"),
                Arguments.of(none(sorting).setTensor(TestRecords.tensor(List.of(3, 2, 4), 23, Float.NaN)), "tensor: NaN at number 23 (expected: finite numbers)"),
                Arguments.of(none(sorting).setTensor(TestRecords.tensor(List.of(3, 2, 4), 23, Float.NEGATIVE_INFINITY)), "tensor: -Infinity at number 23 (expected: finite numbers)"),
                Arguments.of(none(sorting).setTensor(TestRecords.tensor(List.of(3, 2, 4), 24)).setImage(request("9x9").getImage()), "image and tensor: both given (expected: one of them)"),
                Arguments.of(none(sorting).setTensor(TestRecords.tensor(List.of(3, 2, 4), 24)).setBox(List.of()), "box: given without an image (expected: only with an image)"),
                Arguments.of(none(sorting).setTensor(TestRecords.tensor(List.of(3, 2, 4), 24)).setRebuild(true), "rebuild: given, pipeline 'sorting' looks nothing up (expected: none, or a pipeline with the stage lookup)"));
    }

    @ParameterizedTest
    @MethodSource("tensors")
    void shouldRefuseATensorThatThePipelineCannotTake(RecognitionRequest.Builder request, String message) {
        shouldRefuseWhatDoesNotGoTogether(request, message);
    }

    @Test
    void shouldTakeATensorAndRefuseItWhereItIsLargerThanAnImageMayBe() {
        byte[] request = request(RecognitionRequest.newBuilder().setRequestId("r1").setPipeline("sorting").setTensor(TestRecords.tensor(List.of(3, 2, 4), 24)));
        assertThat(valid(keyed("k", request)).tensor().orElseThrow()).hasSize(24).startsWith(0f, 0.5f, 1f);
        assertThat(valid(keyed("k", request)).image()).isEmpty();
        RequestReader small = new RequestReader(EmbeddedRegistry.INSTANCE, new RequestLimits(95, 1000, 1000, 10), rules(), "recognition", new GalleryPlan(SETTINGS, rules()),
                new EmbeddedIndex(GalleryModels.same(TestPipelines.EMBEDDER), List.of("default", "shelves", "other", "people")), clock);
        assertThat(small.read(keyed("k", request))).isInstanceOfSatisfying(RequestRead.Invalid.class,
                invalid -> assertThat(invalid.message()).isEqualTo("tensor: 96 bytes (expected: 96, float32 of shape [3, 2, 4]; at most 95)"));
    }

    private static RecognitionRequest.Builder none(RecognitionRequest.Builder like) {
        return RecognitionRequest.newBuilder(like);
    }

    @Test
    void shouldFillInTheDefaultPipelinesValuesForABareImage() {
        byte[] image = TestPicture.file("9x9");
        RecognitionJob job = valid(keyed("k", image));
        assertThat(job.requestId()).isEqualTo("k");
        assertThat(job.image().orElseThrow()).isSameAs(image);
        assertThat(job.pipeline().name()).isEqualTo("recognition");
        assertThat(job.galleries()).containsExactly("default");
        assertThat(job.topK()).isEqualTo(5);
        assertThat(job.threshold()).isEqualTo(0.6);
        assertThat(job.attributes()).isEmpty();
        assertThat(job.deadlineMs()).isEmpty();
    }

    @Test
    void shouldFillInTheNamedPipelinesValues() {
        RecognitionJob job = valid(keyed("k", request(request("9x9").setPipeline("shelves"))));
        assertThat(job.pipeline().name()).isEqualTo("shelves");
        assertThat(job.galleries()).containsExactly("shelves");
        assertThat(job.topK()).isEqualTo(7);
        assertThat(job.threshold()).isEqualTo(0.75);
    }

    @Test
    void shouldPreferWhatTheRequestSays() {
        RecognitionJob job = valid(keyed("k", request(request("9x9").setPipeline("shelves").setGallery("other").setTopK(100).setScoreThreshold(-1.0)
                .setAttributes(Map.of("a", "b")).setDeadlineMs(TestStages.START.plusMillis(1)))));
        assertThat(job.requestId()).isEqualTo("r1");
        assertThat(job.image().orElseThrow()).isEqualTo(TestPicture.file("9x9"));
        assertThat(job.galleries()).containsExactly("other");
        assertThat(job.topK()).isEqualTo(100);
        assertThat(job.threshold()).isEqualTo(-1);
        assertThat(job.attributes()).isEqualTo(Map.of("a", "b"));
        assertThat(job.deadlineMs()).isEqualTo(OptionalLong.of(TestStages.START.toEpochMilli() + 1));
    }

    @Test
    void shouldLeaveTheDeadlineOutWhenTheRequestWasSentAgainFromItsDeadLetter() {
        byte[] late = request(request("9x9").setDeadlineMs(TestStages.START.minusSeconds(3600)));
        assertThat(reader.read(keyed("k", late))).isInstanceOfSatisfying(RequestRead.Invalid.class, invalid -> assertThat(invalid.code()).isEqualTo(ErrorCode.TIMEOUT));
        assertThat(valid(TestRecords.withHeader(keyed("k", late), RecordHeaders.RETRY_COUNT, TestRecords.utf8("1"))).deadlineMs()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, -0.0, 0, 1, 0.123456789})
    void shouldTakeEveryThresholdInRange(double threshold) {
        assertThat(valid(keyed("k", request(request("9x9").setScoreThreshold(threshold)))).threshold()).isEqualTo(threshold);
    }

    @Test
    void shouldTakeTheLongestAttributesAllowed() {
        Map<String, String> attributes = new HashMap<>(Map.of("a", "x".repeat(RequestReader.MAX_ATTRIBUTES_CHARS - 3), "b", "y"));
        assertThat(valid(keyed("k", request(request("9x9").setAttributes(attributes)))).attributes()).isEqualTo(attributes);
        attributes.put("b", "yy");
        assertThat(reader.read(keyed("k", request(request("9x9").setAttributes(attributes))))).isInstanceOf(RequestRead.Invalid.class);
    }

    @Test
    void shouldNameAllPipelinesWhenOneIsUnknown() {
        RecognitionRequest.Builder request = request("9x9").setPipeline("recognise");
        assertThat(reader.read(keyed("k", request(request)))).isEqualTo(new RequestRead.Invalid("r1", Map.of(), ErrorCode.BAD_INPUT,
                "pipeline: 'recognise' (expected: one of faces, recognition, shelves, sorting)"));
    }

    @Test
    void shouldBlameTheRequestBeforeItsDeadline() {
        // given a request that is both late and wrong
        RecognitionRequest.Builder request = request("9x9").setTopK(0).setDeadlineMs(TestStages.START.minusSeconds(1));
        // when, then
        assertThat(reader.read(keyed("k", request(request)))).isInstanceOfSatisfying(RequestRead.Invalid.class,
                invalid -> assertThat(invalid.code()).isEqualTo(ErrorCode.BAD_INPUT));
    }

    @Test
    void shouldLetADeadlinePassWithTheClock() {
        RecognitionJob job = valid(keyed("k", request(request("9x9").setDeadlineMs(TestStages.START.plusMillis(10)))));
        clock.advance(Duration.ofMillis(10));
        RequestReader.checkDeadline(job, clock);
        clock.advance(Duration.ofMillis(1));
        assertThatThrownBy(() -> RequestReader.checkDeadline(job, clock)).isInstanceOfSatisfying(InvalidRequestException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.TIMEOUT)).hasMessageContaining("passed 1 ms ago");
    }

    private RecognitionJob valid(InputRecord record) {
        RequestRead read = reader.read(record);
        assertThat(read).isInstanceOf(RequestRead.Valid.class);
        return ((RequestRead.Valid) read).job();
    }
}
