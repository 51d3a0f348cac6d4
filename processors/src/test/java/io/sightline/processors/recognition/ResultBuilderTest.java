package io.sightline.processors.recognition;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightline.processors.detect.DetectedBox;
import io.sightline.processors.stage.StageTiming;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.ImageSize;
import io.sightline.schemas.RecognitionResult;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResultBuilderTest {
    private final ResultBuilder results = new ResultBuilder(new Provenance("b", "h"),
            Clock.fixed(TestStages.START, ZoneOffset.UTC));
    private final InputRecord input = TestRecords.keyed("k", TestPicture.file("9x9"));
    private final RecognitionJob job = new RecognitionJob("r", Optional.of(new byte[0]), Optional.empty(), TestPipelines.rules("recognition", PipelineSettings.DEFAULT),
            Optional.empty(), Optional.empty(), List.of("default"), 5, 0.6, Optional.empty(), false, OptionalLong.empty(), false, Map.of("a", "b"), OptionalLong.empty());

    @ParameterizedTest
    @CsvSource({
        "0.12344999, 0.1234", "0.12345001, 0.1235", "1, 1.0", "0.99995, 1.0", "-0.00004, 0.0", "-0.12345678, -0.1235", "0, 0.0", "NaN, 0.0",
    })
    void shouldRoundScoresToFourDigits(double score, double expected) {
        assertThat(ResultBuilder.rounded(score)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "BAD_INPUT, REJECTED", "TYPE, REJECTED", "NO_SERVICE, REJECTED", "NOT_IMPLEMENTED, REJECTED", "RPC_PACKAGE, REJECTED",
        "INFERENCE, FAILED", "UNKNOWN, FAILED", "TIMEOUT, FAILED", "CLOSED, FAILED", "OVERLOADED, FAILED", "CONFIGURATION, FAILED", "INIT, FAILED",
    })
    void shouldSayWhoseFaultAnErrorIs(ErrorCode code, String expectedStatus) {
        RecognitionResult result = results.refused(input, job, Map.of("detect", TestStages.DETECTOR), new ImageSize(9, 9), code, "why", Map.of());
        assertThat(result.getStatus()).hasToString(expectedStatus);
        assertThat(result.getErrNo()).isEqualTo(code.number());
        assertThat(result.getErrMsg()).isEqualTo("why");
        assertThat(result.getImage()).isEqualTo(new ImageSize(9, 9));
        assertThat(result.getLineage().getModels()).isEqualTo(Map.of("detect", "finder@1#0123456789ab"));
        assertThat(result.getLineage().getGallery()).isEqualTo("default");
        assertThat(result.getLineage().getGalleryEpoch()).isNull();
    }

    @Test
    void shouldCutAMessageThatIsOneTooLong() {
        assertThat(ResultBuilder.message("m".repeat(1000))).hasSize(1000);
        assertThat(ResultBuilder.message("m".repeat(1001))).hasSize(1001).endsWith("m…");
    }

    @Test
    void shouldKeepTheBestBoxesInAFixedOrder() {
        // given boxes of which two differ beyond the fourth digit only, in two orders
        DetectedBox low = new DetectedBox(5, 5, 9, 9, 0.3f, "a");
        DetectedBox lower = new DetectedBox(1, 9, 9, 11, 0.300001f, "a");
        DetectedBox best = new DetectedBox(0, 0, 3, 3, 0.9f, "a");
        DetectedBox sameButLabel = new DetectedBox(0, 0, 3, 3, 0.9f, "b");
        // when, then
        assertThat(ResultBuilder.best(List.of(lower, sameButLabel, low, best), 3)).containsExactly(best, sameButLabel, low);
        assertThat(ResultBuilder.best(List.of(best, low, sameButLabel, lower), 3)).containsExactly(best, sameButLabel, low);
        assertThat(ResultBuilder.best(List.of(best, low), 9)).containsExactly(best, low);
    }

    @Test
    void shouldSumAStagesTimesOverItsItems() {
        // given two crops
        StageTimes times = new StageTimes();
        times.add("embed", new StageTiming(1_000_000, 2_000_000, 3_000_000, 4_000_000, 2));
        times.add("embed", new StageTiming(1_500, 0, 0, 499, 2));
        // when, then milliseconds to the microsecond
        assertThat(times.toMs(12_345_678)).isEqualTo(Map.of("embed.in", 1.002, "embed.prep", 2.0, "embed.midp", 3.0, "embed.postp", 4.0, "total", 12.346));
    }

    @Test
    void shouldCloseAPictureWhenItsLastReaderLetsGo() {
        TestPicture picture = TestPicture.decode(TestPicture.file("9x9"));
        SharedPicture shared = new SharedPicture(picture);
        shared.retain();
        shared.release();
        assertThat(picture.closed).hasValue(0);
        shared.release();
        assertThat(picture.closed).hasValue(1);
    }

    @Test
    void shouldNotCopyAnImageThatIsAlone() {
        byte[] bytes = {1, 2, 3, 4};
        assertThat(WireValue.bytes(ByteBuffer.wrap(bytes))).isSameAs(bytes);
        assertThat(WireValue.bytes(ByteBuffer.wrap(bytes, 1, 2))).containsExactly(2, 3);
        assertThat(WireValue.bytes(ByteBuffer.wrap(bytes, 1, 3).slice())).containsExactly(2, 3, 4);
        assertThat(WireValue.bytes(ByteBuffer.wrap(bytes).asReadOnlyBuffer())).containsExactly(1, 2, 3, 4);
    }
}
