package io.sightline.processors.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.processors.stage.BatchClock;
import io.sightline.processors.stage.StageResult;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.request.RequestLimits;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class DecodeFunctionTest {
    private static final RequestLimits LIMITS = new RequestLimits(1 << 20, 1000, 100, 10);
    private static final byte[] SMALL = Pictures.png(Pictures.gradient(20, 10));
    private static final byte[] LARGE = Pictures.png(Pictures.gradient(50, 20));

    private final PixelBudget budget = new PixelBudget(1000, 50);
    private final DecodeFunction decode = new DecodeFunction(new ImageDecoder(LIMITS, budget));

    @Test
    void shouldAnswerForEachFileInOrderWhateverItsNeighboursAre() throws Exception {
        // given
        byte[] text = "no picture".getBytes(StandardCharsets.UTF_8);
        byte[] damaged = Pictures.pngOf(Pictures.header(20, 10, 8, 2), new byte[] {9, 9, 9});

        // when
        List<StageResult<DecodedImage>> results = decode.apply(List.of(SMALL, text, damaged, SMALL), new BatchClock());

        // then
        assertThat(results).hasSize(4);
        assertThat(results.get(0)).isInstanceOf(StageResult.Accepted.class);
        assertThat(results.get(1)).isInstanceOfSatisfying(StageResult.Rejected.class, r -> assertThat(r.message()).contains("6E 6F 20 70, text"));
        assertThat(results.get(2)).isEqualTo(StageResult.rejected(ErrorCode.BAD_INPUT,
                "image: a PNG of 20x10 pixels whose data can't be decoded (expected: an undamaged file)"));
        assertThat(results.get(3)).isInstanceOf(StageResult.Accepted.class);
        assertThat(budget.freePixels()).isEqualTo(600);
        close(results);
        assertThat(budget.freePixels()).isEqualTo(1000);
    }

    @Test
    void shouldFailAsABatchWhereItsPicturesNeverFitTogether() {
        // when, then: the stage tries again with halves
        assertThatThrownBy(() -> decode.apply(List.of(LARGE, SMALL), new BatchClock()))
                .hasMessage("batch: 2 pictures of 1200 pixels (expected: at most 1000, the pixel budget)");
        assertThat(budget.freePixels()).isEqualTo(1000);
    }

    @Test
    void shouldDecodeAPictureAsLargeAsTheWholeBudget() throws Exception {
        // when
        List<StageResult<DecodedImage>> results = decode.apply(List.of(LARGE), new BatchClock());

        // then
        assertThat(budget.freePixels()).isZero();
        close(results);
    }

    @Test
    void shouldTryPicturesAgainForWhichNoRoomComesButStillNameTheBadOnes() throws Exception {
        // given
        byte[] empty = new byte[0];

        try (PixelBudget.Share others = budget.take(900)) {
            // when
            List<StageResult<DecodedImage>> results = decode.apply(List.of(SMALL, empty), new BatchClock());

            // then
            assertThat(results.get(0)).isInstanceOf(StageResult.Again.class);
            assertThat(results.get(1)).isInstanceOfSatisfying(StageResult.Rejected.class, r -> assertThat(r.code()).isEqualTo(ErrorCode.BAD_INPUT));
        }
        assertThat(budget.freePixels()).isEqualTo(1000);
    }

    private static void close(List<StageResult<DecodedImage>> results) {
        for (StageResult<DecodedImage> result : results) {
            if (result instanceof StageResult.Accepted<DecodedImage> accepted) {
                accepted.value().close();
            }
        }
    }
}
