package io.sightline.processors.tracer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatencyHistogramTest {
    private static final List<Integer> PERCENTILES = List.of(50, 60, 70, 80, 90, 95, 99);
    private final LatencyHistogram histogram = new LatencyHistogram();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 10, 99, 100, 101, 573, 5000})
    void shouldGiveTheValueAtFloorOfNTimesPOver100(int n) {
        // given values that the histogram keeps exactly: under 2048 microseconds
        Random random = new Random(n);
        long[] us = random.longs(n, 0, 2000).toArray();
        // when
        for (long value : us) {
            histogram.record(value * 1000);
        }
        // then
        Arrays.sort(us);
        Map<String, Double> summary = histogram.summaryMs();
        for (int p : PERCENTILES) {
            assertThat(summary.get("." + p)).as("percentile %d of %d", p, n).isEqualTo(us[n * p / 100] / 1000.0);
        }
        assertThat(summary.get("ave")).isCloseTo(Arrays.stream(us).average().orElseThrow() / 1000, within(1e-9));
    }

    @Test
    void shouldBeWithinAThousandthWhenValuesAreLarge() {
        histogram.record(TimeUnit.MICROSECONDS.toNanos(123_456_789));
        assertThat(histogram.summaryMs().get(".50")).isCloseTo(123_456.789, within(124.0));
    }

    @Test
    void shouldCountAnHourForWhatIsLongerOrNegativeAsZero() {
        histogram.record(TimeUnit.DAYS.toNanos(2));
        assertThat(histogram.summaryMs().get(".99")).isCloseTo(3_600_000, within(3600.0));
        histogram.reset();
        histogram.record(-5);
        assertThat(histogram.summaryMs().get(".99")).isZero();
    }

    @Test
    void shouldGiveZerosWhenEmptyAndWhenReset() {
        assertThat(histogram.summaryMs().values()).hasSize(8).containsOnly(0.0);
        histogram.record(5_000_000);
        histogram.reset();
        assertThat(histogram.summaryMs().values()).hasSize(8).containsOnly(0.0);
    }
}
