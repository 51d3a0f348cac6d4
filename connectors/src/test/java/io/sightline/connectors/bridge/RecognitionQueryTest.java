package io.sightline.connectors.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.linecorp.armeria.common.HttpHeaders;
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.RequestLimits;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class RecognitionQueryTest {
    private static RecognitionQuery parse(String query) {
        return RecognitionQuery.of(PercentText.parameters(query, RecognitionQuery.KNOWN), RequestLimits.DEFAULT);
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(strings = {"&", "&&&"})
    void shouldLeaveAllOpenWhenNothingIsAsked(String query) {
        assertThat(parse(query)).isEqualTo(new RecognitionQuery(null, null, null, null, null, null, null));
    }

    @Test
    void shouldReadAllParametersInAnyOrder() {
        assertThat(parse("score_threshold=0.25&top_k=7&gallery=shop-1&pipeline=products_2.0")).isEqualTo(new RecognitionQuery("products_2.0", "shop-1", null, 7, 0.25, null, null));
    }

    @Test
    void shouldReadWhatIsAskedOfSeveralGalleries() {
        RecognitionQuery query = parse("galleries=shop-1,shop-2&distinct_labels=true&filter=brand+%3D%3D+%22acme%22+and+price+%3C+5");
        assertThat(query.galleries()).containsExactly("shop-1", "shop-2");
        assertThat(query.distinctLabels()).isTrue();
        assertThat(query.filter()).isEqualTo("brand == \"acme\" and price < 5");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"galleries=|galleries: ''", "galleries=a,|galleries: ''", "galleries=a,a|galleries: [a, a]", "gallery=a&galleries=b|gallery and galleries (expected: one of them)",
            "distinct_labels=yes|distinct_labels: 'yes' (expected: true or false)", "filter=|filter: '', 0 characters"})
    void shouldRefuseWhatMakesNoSenseOfGalleries(String query, String message) {
        assertThatThrownBy(() -> parse(query)).isInstanceOf(InvalidRequestException.class).hasMessageStartingWith(message);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "100, 100", "%2B5, 5", "007, 7", "%35, 5"})
    void shouldReadAWholeNumberAsPeopleWriteIt(String text, int topK) {
        assertThat(parse("top_k=" + text).topK()).isEqualTo(topK);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "-1, -1", ".5, 0.5", "1., 1", "5e-1, 0.5", "%2B0.5, 0.5", "-0, -0.0", "1E-9999, 0"})
    void shouldReadANumberAsPeopleWriteIt(String text, double threshold) {
        assertThat(parse("score_threshold=" + text).scoreThreshold()).isEqualTo(threshold);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--1", "1-", "1e", "e1", ".", "+", "1e+", "1_0", "1 ", "0b1", "1f", "nan", "-Infinity", "\u0661", "1e99999"})
    void shouldRefuseWhatIsNoNumber(String text) {
        assertThatThrownBy(() -> parse("score_threshold=" + text)).isInstanceOf(InvalidRequestException.class).hasMessageStartingWith("score_threshold: '").hasMessageContaining("expected: a number, -1..1");
    }

    @Test
    void shouldRefuseANumberOfAMillionDigitsWithoutReadingIt() {
        assertThatThrownBy(() -> parse("score_threshold=0." + "1".repeat(1_000_000))).isInstanceOf(InvalidRequestException.class).hasMessageContaining("…");
        assertThatThrownBy(() -> parse("top_k=" + "1".repeat(1_000_000))).isInstanceOf(InvalidRequestException.class).hasMessageContaining("…");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gallery=%", "gallery=%4", "gallery=%g0", "gallery=%C3", "gallery=%C0%80", "gallery=%ED%A0%80", "%=1"})
    void shouldRefuseWhatIsNotPercentEncodedUtf8(String query) {
        assertThatThrownBy(() -> parse(query)).isInstanceOf(InvalidRequestException.class).hasMessageStartingWith("query: '").hasMessageContaining("expected: percent-encoded UTF-8");
    }

    @Test
    void shouldReadNamesThatAreEncoded() {
        assertThat(parse("%67allery=%64emo").gallery()).isEqualTo("demo");
        assertThatThrownBy(() -> parse("gallery=a&%67allery=b")).hasMessage("gallery: given more than once (expected: once)");
    }

    @Test
    void shouldUseTheConfiguredLimit() {
        RequestLimits small = new RequestLimits(1, 1, 1, 3);
        assertThat(RecognitionQuery.of(Map.of("top_k", "3"), small).topK()).isEqualTo(3);
        assertThatThrownBy(() -> RecognitionQuery.of(Map.of("top_k", "4"), small)).hasMessage("top_k: 4 (expected: 1..3)");
    }

    @Test
    void shouldTakeTheIdempotencyKeyBeforeTheRequestId() {
        assertThat(RecognitionQuery.requestId(HttpHeaders.of("x-request-id", "proxy", "idempotency-key", "mine"))).isEqualTo("mine");
        assertThat(RecognitionQuery.requestId(HttpHeaders.of("x-request-id", "proxy"))).isEqualTo("proxy");
    }

    @Test
    void shouldMakeAnIdOfItsOwnForEachRequestWithoutOne() {
        assertThat(RecognitionQuery.requestId(HttpHeaders.of())).hasSize(36).isNotEqualTo(RecognitionQuery.requestId(HttpHeaders.of()));
    }

    @Test
    void shouldTakeAnIdAtTheLimitAndRefuseOneCharacterMore() {
        assertThat(RecognitionQuery.requestId(HttpHeaders.of("idempotency-key", "k".repeat(200)))).hasSize(200);
        assertThatThrownBy(() -> RecognitionQuery.requestId(HttpHeaders.of("idempotency-key", "k".repeat(201)))).isInstanceOf(InvalidRequestException.class);
    }
}
