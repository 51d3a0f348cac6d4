package io.sightline.app.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sightline.app.metrics.Metric.Kind;
import io.sightline.app.metrics.Metric.Unit;
import io.sightline.connectors.bridge.MetricsText;
import io.sightline.processors.tracer.Distribution;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.hawkular.agent.prometheus.types.Histogram;
import org.hawkular.agent.prometheus.types.MetricType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MetricsTest {
    private final Metrics metrics = new Metrics("1.2.3");

    private ScrapedText scraped() {
        return new ScrapedText(metrics.write(null).body());
    }

    @ParameterizedTest
    @EnumSource(Metric.class)
    void shouldNameMetricsAsPrometheusAdvises(Metric metric) {
        assertThat(metric.metricName()).matches("sightline_[a-z]+(_[a-z]+)*").doesNotEndWith("_bucket").doesNotEndWith("_count").doesNotEndWith("_sum");
        assertThat(metric.metricName().endsWith("_total")).isEqualTo(metric.kind() == Kind.COUNTER);
        String unit = metric.metricName().replaceFirst("_total$", "");
        if (metric.unit() == Unit.SECONDS || metric.unit() == Unit.BYTES || metric.unit() == Unit.RATIO) {
            assertThat(unit).endsWith("_" + metric.unit().name().toLowerCase(java.util.Locale.ROOT));
        }
        assertThat(metric.tags()).doesNotHaveDuplicates().allMatch(tag -> tag.matches("[a-z]+"));
        assertThat(metric.help()).endsWith(".").doesNotContain("|");
    }

    @Test
    void shouldHaveEachNameOnce() {
        assertThat(new HashSet<>(Arrays.stream(Metric.values()).map(Metric::metricName).toList())).hasSameSizeAs(Metric.values());
    }

    @Test
    void shouldWriteWhatTheSourcesSay() {
        // given
        metrics.add(scrape -> {
            scrape.put(Metric.LAG, 17);
            scrape.put(Metric.BRIDGE_CALLS, 5, "answered");
            scrape.put(Metric.BRIDGE_CALLS, 2, "refused");
            scrape.put(Metric.GALLERY_ENTRIES, 3, "a \"quoted\" \\ name\nwith ä");
            scrape.put(Metric.STAGE_SECONDS, new Distribution(List.of(0.1, 1.0), List.of(4L, 3L, 2L), 12.5), "detect");
        });
        // when
        ScrapedText text = scraped();
        // then
        assertThat(text.family("sightline_consumer_lag_records").getType()).isEqualTo(MetricType.GAUGE);
        assertThat(text.value("sightline_consumer_lag_records", Map.of())).isEqualTo(17);
        assertThat(text.family("sightline_bridge_calls_total").getType()).isEqualTo(MetricType.COUNTER);
        assertThat(text.value("sightline_bridge_calls_total", Map.of("outcome", "answered"))).isEqualTo(5);
        assertThat(text.value("sightline_bridge_calls_total", Map.of())).isEqualTo(7);
        Histogram histogram = text.histogram("sightline_stage_item_seconds", Map.of("stage", "detect"));
        assertThat(histogram.getSampleCount()).isEqualTo(9);
        assertThat(histogram.getSampleSum()).isCloseTo(12.5, within(1e-9));
        assertThat(histogram.getBuckets()).extracting(Histogram.Bucket::getUpperBound, Histogram.Bucket::getCumulativeCount)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(0.1, 4L), org.assertj.core.groups.Tuple.tuple(1.0, 7L), org.assertj.core.groups.Tuple.tuple(Double.POSITIVE_INFINITY, 9L));
        assertThat(text.value("sightline_build_info", Map.of("version", "1.2.3"))).isEqualTo(1);
        assertThat(text.families()).contains("jvm_memory_used_bytes", "jvm_gc_collection_seconds", "process_cpu_seconds_total");
        assertThat(new String(metrics.write(null).body(), StandardCharsets.UTF_8)).contains("sightline_gallery_entries{gallery=\"a \\\"quoted\\\" \\\\ name\\nwith ä\"} 3.0\n");
    }

    @Test
    void shouldWriteOpenMetricsForThoseWhoAskForIt() {
        MetricsText.Page page = metrics.write("application/openmetrics-text; version=1.0.0; charset=utf-8");
        assertThat(page.contentType()).startsWith("application/openmetrics-text");
        assertThat(page.body()).asString(StandardCharsets.UTF_8).endsWith("# EOF\n");
        assertThat(metrics.write("text/html").contentType()).startsWith("text/plain; version=0.0.4");
    }

    @Test
    void shouldWriteTextForThoseWhoWouldRatherHaveTheBinaryFormat() {
        String binary = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6";
        assertThat(metrics.write(binary + ",application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2").contentType()).startsWith("application/openmetrics-text");
        assertThat(metrics.write(binary).contentType()).startsWith("text/plain; version=0.0.4");
    }

    @Test
    void shouldShowTheOtherSourcesWhenOneFails() {
        metrics.add(scrape -> {
            throw new IllegalStateException("away");
        });
        metrics.add(scrape -> scrape.put(Metric.LAG, 1));
        assertThat(scraped().families()).contains("sightline_consumer_lag_records");
    }

    @Test
    void shouldRefuseValuesThatAreNotTheMetrics() {
        Scrape scrape = new Scrape();
        scrape.put(Metric.LAG, 1);
        Distribution distribution = new Distribution(List.of(1.0), List.of(1L, 0L), 1);
        assertThatThrownBy(() -> scrape.put(Metric.LAG, 2)).hasMessage("LAG {} twice (expected: once)");
        assertThatThrownBy(() -> scrape.put(Metric.READY, 1)).hasMessage("READY: 0 values of tags (expected: [component])");
        assertThatThrownBy(() -> scrape.put(Metric.STAGE_BATCH, 1, "s")).hasMessage("STAGE_BATCH: one value (expected: a distribution)");
        assertThatThrownBy(() -> scrape.put(Metric.LAG, distribution)).hasMessage("LAG: a distribution (expected: one value)");
    }
}
