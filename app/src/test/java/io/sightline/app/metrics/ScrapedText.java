package io.sightline.app.metrics;

import java.io.ByteArrayInputStream;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.hawkular.agent.prometheus.text.TextPrometheusMetricsProcessor;
import org.hawkular.agent.prometheus.types.Counter;
import org.hawkular.agent.prometheus.types.Gauge;
import org.hawkular.agent.prometheus.types.Histogram;
import org.hawkular.agent.prometheus.types.MetricFamily;
import org.hawkular.agent.prometheus.walkers.CollectorPrometheusMetricsWalker;

/** Prometheus's text, read by a parser that shares nothing with its writer. */
public final class ScrapedText {
    private final Map<String, MetricFamily> families = new TreeMap<>();

    public ScrapedText(byte[] text) {
        CollectorPrometheusMetricsWalker walker = new CollectorPrometheusMetricsWalker();
        new TextPrometheusMetricsProcessor(new ByteArrayInputStream(text), walker).walk();
        walker.getAllMetricFamilies().forEach(family -> {
            if (families.put(family.getName(), family) != null) {
                throw new AssertionError(family.getName() + " twice");
            }
        });
    }

    public Set<String> families() {
        return families.keySet();
    }

    public MetricFamily family(String name) {
        return families.get(name);
    }

    /** Names of all series, as queries write them, and the labels of each. */
    public Map<String, Set<String>> series() {
        Map<String, Set<String>> all = new HashMap<>();
        families.forEach((name, family) -> {
            Set<String> labels = new TreeSet<>();
            family.getMetrics().forEach(metric -> labels.addAll(metric.getLabels().keySet()));
            switch (family.getType()) {
                case HISTOGRAM, SUMMARY -> {
                    all.put(name + "_sum", labels);
                    all.put(name + "_count", labels);
                    Set<String> withBound = new TreeSet<>(labels);
                    withBound.add("le");
                    all.put(name + "_bucket", withBound);
                }
                default -> all.put(name, labels);
            }
        });
        return all;
    }

    /** Value of the one counter or gauge with these labels, or all of them where none are given. */
    public double value(String name, Map<String, String> labels) {
        Collection<? extends org.hawkular.agent.prometheus.types.Metric> metrics = family(name).getMetrics();
        return metrics.stream().filter(metric -> metric.getLabels().entrySet().containsAll(labels.entrySet()))
                .mapToDouble(metric -> metric instanceof Counter counter ? counter.getValue() : ((Gauge) metric).getValue()).sum();
    }

    public Histogram histogram(String name, Map<String, String> labels) {
        return (Histogram) family(name).getMetrics().stream().filter(metric -> metric.getLabels().equals(labels)).findFirst().orElseThrow();
    }
}
