package io.sightline.app.metrics;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.sightline.app.metrics.Metric.Kind;
import io.sightline.processors.tracer.Distribution;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What the sources say at one moment, in Prometheus's model. Used by one thread. */
public final class Scrape {
    private record Point(Labels labels, double value, Distribution distribution) {
    }

    private final Map<Metric, List<Point>> points = new EnumMap<>(Metric.class);

    /**
     * A counter's or gauge's value.
     *
     * @param tagValues in the order of the metric's tags
     */
    public void put(Metric metric, double value, String... tagValues) {
        if (metric.kind() == Kind.HISTOGRAM) {
            throw new IllegalArgumentException(metric + ": one value (expected: a distribution)");
        }
        add(metric, new Point(labels(metric, tagValues), value, null));
    }

    /** A histogram's value. */
    public void put(Metric metric, Distribution distribution, String... tagValues) {
        if (metric.kind() != Kind.HISTOGRAM) {
            throw new IllegalArgumentException(metric + ": a distribution (expected: one value)");
        }
        add(metric, new Point(labels(metric, tagValues), 0, distribution));
    }

    private void add(Metric metric, Point point) {
        List<Point> known = points.computeIfAbsent(metric, added -> new ArrayList<>());
        if (known.stream().anyMatch(other -> other.labels().equals(point.labels()))) {
            throw new IllegalArgumentException(metric + " " + point.labels() + " twice (expected: once)");
        }
        known.add(point);
    }

    private static Labels labels(Metric metric, String... values) {
        if (values.length != metric.tags().size()) {
            throw new IllegalArgumentException(metric + ": " + values.length + " values of tags (expected: " + metric.tags() + ")");
        }
        return Labels.of(metric.tags().toArray(String[]::new), values);
    }

    /** Of every metric that has a value. */
    List<MetricSnapshot> snapshots() {
        List<MetricSnapshot> all = new ArrayList<>();
        points.forEach((metric, its) -> all.add(switch (metric.kind()) {
            case COUNTER -> counter(metric, its);
            case GAUGE -> gauge(metric, its);
            case HISTOGRAM -> histogram(metric, its);
        }));
        return all;
    }

    private static MetricSnapshot counter(Metric metric, List<Point> points) {
        CounterSnapshot.Builder counter = CounterSnapshot.builder().name(metric.metricName().replaceFirst("_total$", "")).help(metric.help());
        points.forEach(point -> counter.dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder().labels(point.labels()).value(point.value()).build()));
        return counter.build();
    }

    private static MetricSnapshot gauge(Metric metric, List<Point> points) {
        GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(metric.metricName()).help(metric.help());
        points.forEach(point -> gauge.dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder().labels(point.labels()).value(point.value()).build()));
        return gauge.build();
    }

    private static MetricSnapshot histogram(Metric metric, List<Point> points) {
        HistogramSnapshot.Builder histogram = HistogramSnapshot.builder().name(metric.metricName()).help(metric.help());
        points.forEach(point -> {
            List<Double> bounds = new ArrayList<>(point.distribution().upperBounds());
            bounds.add(Double.POSITIVE_INFINITY);
            histogram.dataPoint(HistogramSnapshot.HistogramDataPointSnapshot.builder().labels(point.labels()).sum(point.distribution().sum())
                    .classicHistogramBuckets(ClassicHistogramBuckets.of(bounds, point.distribution().counts())).build());
        });
        return histogram.build();
    }
}
