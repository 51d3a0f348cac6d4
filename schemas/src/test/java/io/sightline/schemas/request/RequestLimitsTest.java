package io.sightline.schemas.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.schemas.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestLimitsTest {
    private final RequestLimits limits = RequestLimits.DEFAULT;

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 101, 1_000_000, Integer.MIN_VALUE})
    void shouldNameValueAndRangeWhenTopKIsOutOfIt(int topK) {
        assertThatThrownBy(() -> limits.checkTopK(topK)).isInstanceOf(InvalidRequestException.class).hasMessage("top_k: " + topK + " (expected: 1..100)");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100})
    void shouldTakeTopKAtItsLimits(int topK) {
        assertThat(limits.checkTopK(topK)).isEqualTo(topK);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, -1.0001, 1.0001, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void shouldRefuseAThresholdNoCosineCanHave(double threshold) {
        assertThatThrownBy(() -> RequestLimits.checkScoreThreshold(threshold)).isInstanceOf(InvalidRequestException.class).hasMessageContaining("score_threshold: " + threshold);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, 0, 1})
    void shouldTakeAThresholdAtItsLimits(double threshold) {
        assertThat(RequestLimits.checkScoreThreshold(threshold)).isEqualTo(threshold);
    }

    @Test
    void shouldRefuseAnImageOneByteOverTheLimit() {
        assertThatCode(() -> limits.checkImageBytes(16 << 20)).doesNotThrowAnyException();
        assertThatThrownBy(() -> limits.checkImageBytes((16 << 20) + 1)).isInstanceOf(InvalidRequestException.class).hasMessage("image: 16777217 bytes (expected: at most 16777216)");
        assertThatThrownBy(() -> limits.checkImageBytes(0)).isInstanceOf(InvalidRequestException.class).hasMessageContaining("0 bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "../etc", "ü", "a\u0000b"})
    void shouldRefuseANameThatIsNotPlain(String name) {
        assertThatThrownBy(() -> RequestLimits.checkName("gallery", name)).isInstanceOf(InvalidRequestException.class).hasMessageContaining("gallery: '");
    }

    @Test
    void shouldRefuseAnIdOneCharacterOverTheLimit() {
        assertThat(RequestLimits.checkId("id", "x".repeat(200))).hasSize(200);
        assertThatThrownBy(() -> RequestLimits.checkId("id", "x".repeat(201))).isInstanceOf(InvalidRequestException.class).hasMessageContaining("201 characters").hasMessageContaining("…");
        assertThatThrownBy(() -> RequestLimits.checkId("id", "a\nb")).isInstanceOf(InvalidRequestException.class).hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\ud83d", "a\ude00b", "\ude00\ud83d", "\ud83d\ud83d\ude00"})
    void shouldRefuseAnIdWithHalfOfASurrogatePair(String id) {
        assertThatThrownBy(() -> RequestLimits.checkId("id", id)).isInstanceOf(InvalidRequestException.class).hasMessageEndingWith("' with half of a surrogate pair (expected: whole characters)")
                .hasMessageContaining("?");
        assertThat(RequestLimits.checkId("id", "a\ud83d\ude00")).isEqualTo("a\ud83d\ude00");
    }

    @Test
    void shouldShowTextThatCanBeSent() {
        assertThat(RequestLimits.shown("a\ud83d\ude00\ud83d\n")).isEqualTo("a\ud83d\ude00??");
        assertThat(RequestLimits.shown("x".repeat(60))).isEqualTo("x".repeat(60));
        assertThat(RequestLimits.shown("x".repeat(59) + "\ud83d\ude00")).as("cut in the middle of a pair").isEqualTo("x".repeat(59) + "?…");
    }

    @Test
    void shouldKnowPaddlesErrorNumbers() {
        assertThat(ErrorCode.of(5000)).isEqualTo(ErrorCode.BAD_INPUT);
        assertThat(ErrorCode.of(12345)).isEqualTo(ErrorCode.UNKNOWN);
        assertThat(new InvalidRequestException("x").code().number()).isEqualTo(5000);
    }
}
