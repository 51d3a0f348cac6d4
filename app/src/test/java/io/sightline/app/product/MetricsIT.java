package io.sightline.app.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.sightline.app.metrics.Metric;
import io.sightline.app.metrics.Metric.Kind;
import io.sightline.app.metrics.Metric.When;
import io.sightline.app.metrics.ScrapedText;
import java.nio.file.Files;
import java.util.ArrayList;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.hawkular.agent.prometheus.types.MetricType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** /metrics of a running worker and bridge, and what is made to be used with it: the dashboard and the alerts. */
@ExtendWith(ProductExtension.class)
class MetricsIT {
    private static final Set<When> NOT_HERE = Set.of(When.REDIS, When.GPU);
    /** Prometheus adds these to what it scrapes. */
    private static final Set<String> PROMETHEUS_LABELS = Set.of("instance", "job");
    private static final Pattern SERIES = Pattern.compile("\\b(up\\b|(?:sightline|jvm|process)_[a-z_]+)(?:\\{([^}]*)})?");
    /** Prometheus makes this series of every target itself. */
    private static final String SCRAPED = "up";
    private static final Pattern MATCHER = Pattern.compile("([a-z_]+)\\s*(?:=~|!~|!=|=)\\s*\"");
    private static final Pattern GROUPING = Pattern.compile("\\b(?:by|on|group_left)\\s*\\(([^)]*)\\)");

    private static Product product;
    private static ScrapedText text;

    @BeforeAll
    static void recogniseAndScrape(Product running) throws Exception {
        product = running;
        await().atMost(Duration.ofSeconds(90)).until(() -> !product.worker().canary().readings().isEmpty());
        assertThat(product.post("", Product.scene(0), Map.of()).statusCode()).isEqualTo(200);
        assertThat(product.post("", BadFiles.text("hello"), Map.of()).statusCode()).isEqualTo(400);
        assertThat(product.post("?pipeline=nobodys", Product.scene(0), Map.of()).statusCode()).isEqualTo(400);
        text = scrape();
    }

    private static ScrapedText scrape() throws Exception {
        var answer = product.get("/metrics");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
        return new ScrapedText(answer.body());
    }

    @Test
    void shouldHaveEveryMetricWithItsKindAndLabels() {
        for (Metric metric : Metric.values()) {
            if (NOT_HERE.contains(metric.when())) {
                continue;
            }
            assertThat(text.families()).contains(metric.metricName());
            assertThat(text.family(metric.metricName()).getType()).as(metric.metricName()).isEqualTo(switch (metric.kind()) {
                case COUNTER -> MetricType.COUNTER;
                case GAUGE -> MetricType.GAUGE;
                case HISTOGRAM -> MetricType.HISTOGRAM;
            });
            assertThat(text.family(metric.metricName()).getMetrics()).isNotEmpty().allSatisfy(series -> assertThat(series.getLabels().keySet()).as(metric.metricName()).isEqualTo(new HashSet<>(metric.tags())));
        }
        Set<String> known = new TreeSet<>(Arrays.stream(Metric.values()).map(Metric::metricName).toList());
        assertThat(text.families().stream().filter(name -> name.startsWith("sightline_"))).allMatch(known::contains);
    }

    @Test
    void shouldCountWhatHappened() throws Exception {
        // given
        ScrapedText before = scrape();
        // when
        product.post("", Product.scene(1), Map.of());
        product.post("", Product.scene(2), Map.of());
        product.post("", BadFiles.text("hello"), Map.of());
        // then
        ScrapedText after = scrape();
        Map<String, String> recognition = Map.of("pipeline", "recognition");
        assertThat(increase(before, after, "sightline_requests_total", recognition)).isEqualTo(3);
        assertThat(increase(before, after, "sightline_request_errors_total", Map.of("pipeline", "recognition", "reason", "bad_input"))).isEqualTo(1);
        assertThat(increase(before, after, "sightline_bridge_calls_total", Map.of("outcome", "answered"))).isEqualTo(3);
        assertThat(increase(before, after, "sightline_stage_items_total", Map.of("stage", "decode"))).isEqualTo(3);
        assertThat(increase(before, after, "sightline_stage_errors_total", Map.of("stage", "decode"))).isEqualTo(1);
        assertThat(increase(before, after, "sightline_stage_lane_busy_seconds_total", Map.of("stage", "detect"))).isPositive();
        assertThat(after.histogram("sightline_request_seconds", recognition).getSampleCount() - before.histogram("sightline_request_seconds", recognition).getSampleCount()).isEqualTo(3);
        assertThat(after.value("sightline_gallery_entries", Map.of("gallery", Product.GALLERY))).isEqualTo(product.worker().index().size(Product.GALLERY)).isPositive();
        assertThat(after.value("sightline_ready", Map.of("component", "worker"))).isEqualTo(1);
        assertThat(after.value("sightline_stage_lanes_alive", Map.of())).isEqualTo(after.value("sightline_stage_lanes", Map.of()));
    }

    @Test
    void shouldCallAPipelineThatIsNotThereOther() {
        Set<String> pipelines = new TreeSet<>();
        text.family("sightline_requests_total").getMetrics().forEach(series -> pipelines.add(series.getLabels().get("pipeline")));
        assertThat(pipelines).contains("other", "recognition").doesNotContain("nobodys");
    }

    private static double increase(ScrapedText before, ScrapedText after, String name, Map<String, String> labels) {
        return after.value(name, labels) - before.value(name, labels);
    }

    @Test
    void shouldHaveAlertsWhoseQueriesNameWhatThereIs() throws Exception {
        JsonNode groups = new YAMLMapper().readTree(Files.readString(Product.HOME.resolve("docs/operations/alerts.yml"))).path("groups");
        List<String> names = new ArrayList<>();
        groups.forEach(group -> group.path("rules").forEach(rule -> {
            names.add(rule.path("alert").asText());
            check(rule.path("expr").asText());
            assertThat(rule.at("/labels/severity").asText()).isIn("critical", "warning");
            assertThat(rule.at("/annotations/summary").asText()).isNotBlank();
            assertThat(rule.at("/annotations/description").asText()).isNotBlank();
        }));
        assertThat(names).doesNotHaveDuplicates().contains("SightlineLag", "SightlineRequestsFail", "SightlineBreakerOpen", "SightlineDown", "SightlineNotReady", "SightlineQueueOld", "SightlineLaneDead");
    }

    @Test
    void shouldHaveADashboardWhoseQueriesNameWhatThereIs() throws Exception {
        JsonNode dashboard = new JsonMapper().readTree(Files.readString(Product.HOME.resolve("docs/operations/grafana.json")));
        List<String> queries = new ArrayList<>();
        dashboard.findValuesAsText("expr").forEach(queries::add);
        assertThat(queries).hasSizeGreaterThan(25).allSatisfy(MetricsIT::check);
        assertThat(dashboard.findValuesAsText("definition")).containsExactly("label_values(sightline_build_info, instance)");
        // and shows every metric of ours
        String all = String.join("\n", queries) + dashboard.findValuesAsText("definition");
        assertThat(Arrays.stream(Metric.values()).map(Metric::metricName)).allMatch(all::contains);
    }

    @Test
    void shouldFindAQueryOfWhatThereIsNot() {
        Stream.of("sightline_nothing_total > 1", "sightline_ready{colour=\"red\"}", "sum by (colour) (sightline_ready)", "sightline_requests > 1", "no metric at all")
                .forEach(query -> org.assertj.core.api.Assertions.assertThatThrownBy(() -> check(query)).as(query).isInstanceOf(AssertionError.class));
    }

    private static void check(String query) {
        Map<String, Set<String>> series = text.series();
        series.put(SCRAPED, Set.of());
        for (Metric metric : Metric.values()) {
            if (NOT_HERE.contains(metric.when())) {
                assertThat(metric.kind()).isNotEqualTo(Kind.HISTOGRAM);
                series.put(metric.metricName(), new HashSet<>(metric.tags()));
            }
        }
        Set<String> labels = new HashSet<>(PROMETHEUS_LABELS);
        Matcher used = SERIES.matcher(query);
        int found = 0;
        while (used.find()) {
            found++;
            assertThat(series).as(query).containsKey(used.group(1));
            labels.addAll(series.get(used.group(1)));
            Set<String> its = new HashSet<>(PROMETHEUS_LABELS);
            its.addAll(series.get(used.group(1)));
            Matcher matcher = MATCHER.matcher(used.group(2) == null ? "" : used.group(2));
            while (matcher.find()) {
                assertThat(its).as(query).contains(matcher.group(1));
            }
        }
        assertThat(found).as(query).isPositive();
        Matcher grouping = GROUPING.matcher(query);
        while (grouping.find()) {
            Arrays.stream(grouping.group(1).split(",")).map(String::trim).filter(label -> !label.isEmpty()).forEach(label -> assertThat(labels).as(query).contains(label));
        }
    }
}
