package io.sightline.app.metrics;

import java.util.Locale;
import java.util.stream.Collectors;

/** Writes docs/metrics.md from {@link Metric} (a test compares the two). */
public final class MetricsReference {
    private MetricsReference() {
    }

    /** The page, Markdown. */
    public static String markdown() {
        StringBuilder page = new StringBuilder("""
                # Metrics

                Generated from the code by `./sightline config --metrics`; a test keeps it in step. `GET /metrics` answers in Prometheus's text format, or in OpenMetrics where the
                scraper asks for it; [operations](operations.md#metrics) says on which port. Values of labels come from the configuration or from fixed lists, never from
                requests. Beside these there are the JVM's own under their usual names (`jvm_memory_used_bytes`, `jvm_gc_collection_seconds`, `process_cpu_seconds_total` and so on).

                A histogram `x` has the series `x_bucket` (with the label `le`), `x_sum` and `x_count`.

                | metric | kind, unit | labels | where | what |
                | --- | --- | --- | --- | --- |
                """);
        for (Metric metric : Metric.values()) {
            page.append("| `").append(metric.metricName()).append("` | ").append(lower(metric.kind())).append(metric.unit() == Metric.Unit.NONE ? "" : ", " + lower(metric.unit())).append(" | ")
                    .append(metric.tags().stream().map(tag -> "`" + tag + "`").collect(Collectors.joining(", "))).append(" | ").append(metric.when().text()).append(" | ")
                    .append(metric.help()).append(" |\n");
        }
        return page.toString();
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
