package io.sightline.app.metrics;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.sightline.connectors.bridge.MetricsText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this process measures, for Prometheus: {@link Metric}s of the sources, and the JVM's. Thread-safe; scrapes take turns. Nothing is counted
 * here: the parts count for themselves whether anybody asks or not.
 */
public final class Metrics implements MetricsText {
    private static final Logger LOG = LoggerFactory.getLogger(Metrics.class);

    private final ExpositionFormats formats = ExpositionFormats.init();
    private final PrometheusRegistry jvm = new PrometheusRegistry();
    private final List<MetricSource> sources = new CopyOnWriteArrayList<>();
    private final Set<MetricSource> failing = ConcurrentHashMap.newKeySet();

    public Metrics(String version) {
        JvmMetrics.builder().register(jvm);
        add(scrape -> scrape.put(Metric.BUILD, 1, version));
    }

    public void add(MetricSource source) {
        sources.add(source);
    }

    @Override
    public synchronized Page write(String accept) {
        // Not findWriter: that takes the binary format first, which is not on the class path. Every scraper that asks for it takes text too.
        ExpositionFormatWriter writer = formats.getOpenMetricsTextFormatWriter().accepts(accept) ? formats.getOpenMetricsTextFormatWriter() : formats.getPrometheusTextFormatWriter();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try {
            writer.write(body, new MetricSnapshots(snapshots()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Page(writer.getContentType(), body.toByteArray());
    }

    private List<MetricSnapshot> snapshots() {
        Scrape scrape = new Scrape();
        for (MetricSource source : sources) {
            try {
                source.read(scrape);
                failing.remove(source);
            } catch (RuntimeException e) {
                // The other sources are worth as much as ever.
                if (failing.add(source)) {
                    LOG.warn("some metrics can't be read: {} (further failures are not logged until they can)", e.toString());
                }
            }
        }
        List<MetricSnapshot> all = new ArrayList<>(scrape.snapshots());
        jvm.scrape().forEach(all::add);
        return all;
    }
}
