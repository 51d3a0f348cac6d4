package io.sightline.app.run;

import io.sightline.app.metrics.Metric;
import io.sightline.app.metrics.MetricSource;
import io.sightline.app.metrics.Scrape;
import io.sightline.processors.canary.Canary;
import io.sightline.processors.canary.CanaryReading;
import io.sightline.processors.gallery.GalleryIndex;
import io.sightline.processors.gallery.GalleryStats;
import io.sightline.processors.gallery.IndexUnavailableException;
import io.sightline.processors.gallery.StaleEntries;
import io.sightline.processors.gallery.UnknownGalleryException;
import io.sightline.processors.recognition.Withdrawals;
import io.sightline.processors.tracer.RequestReading;
import io.sightline.processors.tracer.StageReading;
import io.sightline.processors.tracer.Tracer;
import io.sightline.topology.Worker;
import io.sightline.topology.trace.TraceReporter;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/** A worker's metrics, read from its own counters. A gallery index that is away has none; all else is there as ever. */
final class WorkerMetrics implements MetricSource {
    /** Most galleries with series of their own. */
    static final int MAX_GALLERIES = 100;
    private static final List<String> BREAKER_STATES = List.of("closed", "open", "half_open");

    private final Tracer tracer;
    private final Worker worker;
    private final TraceReporter reporter;
    private final Withdrawals withdrawals;
    private final GalleryIndex index;
    private final StaleEntries stale;
    private final Canary canary;

    WorkerMetrics(Tracer tracer, Worker worker, TraceReporter reporter, Withdrawals withdrawals, GalleryIndex index, StaleEntries stale, Canary canary) {
        this.tracer = tracer;
        this.worker = worker;
        this.reporter = reporter;
        this.withdrawals = withdrawals;
        this.index = index;
        this.stale = stale;
        this.canary = canary;
    }

    @Override
    public void read(Scrape scrape) {
        tracer.requests().read().forEach(pipeline -> requests(scrape, pipeline));
        scrape.put(Metric.REQUESTS_IN_FLIGHT, tracer.requests().inFlight());
        scrape.put(Metric.REQUESTS_WITHDRAWN, withdrawals.dropped());
        tracer.read().forEach(stage -> stage(scrape, stage));
        worker.lag().ifPresent(lag -> scrape.put(Metric.LAG, lag));
        scrape.put(Metric.RECORDS_IN_FLIGHT, worker.recordsInFlight());
        scrape.put(Metric.BYTES_IN_FLIGHT, worker.bytesInFlight());
        scrape.put(Metric.TRACE_LOST, reporter.lost());
        index.breaker().ifPresent(state -> BREAKER_STATES.forEach(one -> scrape.put(Metric.BREAKER, one.equals(state.toLowerCase(Locale.ROOT)) ? 1 : 0, "gallery_index", one)));
        canary.readings().forEach(reading -> canary(scrape, reading));
        galleries(scrape);
    }

    private static void canary(Scrape scrape, CanaryReading reading) {
        scrape.put(Metric.CANARY_OK, reading.ok() ? 1 : 0, reading.pipeline());
        scrape.put(Metric.CANARY_DISTANCE, reading.distance(), reading.pipeline());
        scrape.put(Metric.CANARY_AGE, Math.max(0, reading.age(Instant.now()).toMillis() / 1000.0), reading.pipeline());
    }

    private static void requests(Scrape scrape, RequestReading reading) {
        scrape.put(Metric.REQUESTS, reading.seconds().counts().stream().mapToLong(count -> count).sum(), reading.pipeline());
        scrape.put(Metric.REQUEST_SECONDS, reading.seconds(), reading.pipeline());
        reading.errors().forEach((code, count) -> scrape.put(Metric.REQUEST_ERRORS, count, reading.pipeline(), code.name().toLowerCase(Locale.ROOT)));
    }

    private static void stage(Scrape scrape, StageReading reading) {
        String stage = reading.stage();
        scrape.put(Metric.STAGE_ITEMS, reading.items(), stage);
        scrape.put(Metric.STAGE_ERRORS, reading.errors(), stage);
        scrape.put(Metric.STAGE_SKIPPED, reading.skipped(), stage);
        scrape.put(Metric.STAGE_SECONDS, reading.latencySeconds(), stage);
        reading.phaseSeconds().forEach((phase, seconds) -> scrape.put(Metric.STAGE_PHASE_SECONDS, seconds, stage, phase));
        scrape.put(Metric.STAGE_BATCH, reading.batchItems(), stage);
        scrape.put(Metric.STAGE_QUEUE, reading.waiting(), stage);
        scrape.put(Metric.STAGE_QUEUE_CAPACITY, reading.capacity(), stage);
        scrape.put(Metric.STAGE_QUEUE_OLDEST, reading.oldestSeconds(), stage);
        scrape.put(Metric.STAGE_LANES, reading.lanes(), stage);
        scrape.put(Metric.STAGE_LANES_ALIVE, reading.lanesAlive(), stage);
        scrape.put(Metric.STAGE_BREAKDOWNS, reading.breakdowns(), stage);
        scrape.put(Metric.STAGE_BUSY, reading.busySeconds(), stage);
    }

    private void galleries(Scrape scrape) {
        if (index.trouble().isPresent()) {
            return; // it would be waited for, in vain
        }
        try {
            TreeSet<String> names = new TreeSet<>(index.galleries());
            scrape.put(Metric.GALLERIES, names.size());
            names.stream().limit(MAX_GALLERIES).forEach(name -> gallery(scrape, name));
        } catch (IndexUnavailableException e) {
            // It went away this moment.
        }
    }

    private void gallery(Scrape scrape, String name) {
        GalleryStats stats;
        try {
            stats = index.stats(name);
        } catch (UnknownGalleryException e) {
            return; // dropped this moment
        }
        scrape.put(Metric.GALLERY_ENTRIES, stats.entries(), name);
        scrape.put(Metric.GALLERY_EPOCH, stats.epoch(), name);
        if (stats.memoryBytes() >= 0) {
            scrape.put(Metric.GALLERY_MEMORY, stats.memoryBytes(), name);
        }
        scrape.put(Metric.GALLERY_REFUSED, stats.refused(), name);
        scrape.put(Metric.GALLERY_STALE, stale.count(name), name);
    }
}
