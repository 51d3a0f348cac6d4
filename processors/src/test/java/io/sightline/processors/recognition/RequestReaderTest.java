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
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.RequestLimits;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestReaderTest {
    private static final PipelineSettings SHELVES = TestPipelines.pipeline("detector", "embedder", 20, 7, 0.75, "shelves");
    private static final PipelineSettings SORTING = TestPipelines.of("none", PipelineStage.CLASSIFY);
    private final VirtualClock clock = new VirtualClock(TestStages.START);
    private final RequestReader reader = new RequestReader(EmbeddedRegistry.INSTANCE, RequestLimits.DEFAULT,
            TestPipelines.rules(TestStages.settings(Map.of("recognition", PipelineSettings.DEFAULT, "shelves", SHELVES, "sorting", SORTING))), "recognition",
            gallery -> gallery.equals("foreign") ? new GalleryModel("other@1#000000000000", 4) : TestPipelines.EMBEDDER,
            new EmbeddedIndex(GalleryModels.same(TestPipelines.EMBEDDER), List.of("default", "shelves", "other", "foreign")), clock);

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
                "pipeline: 'recognise' (expected: one of recognition, shelves, sorting)"));
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
