package io.sightline.connect.gallery;

import io.sightline.schemas.topics.GalleryKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A share of a gallery source: those entries whose ids are in the task's buckets. Connect's task thread calls it; {@link #stop} comes from another one. */
public final class GallerySourceTask extends SourceTask {
    private static final Logger LOG = LoggerFactory.getLogger(GallerySourceTask.class);
    private static final int MAX_EDITS = 64;
    /** Of pictures in one batch; one more may come on top. */
    private static final long MAX_BYTES = 8 << 20;
    /** Connect wants to be asked again from time to time: to pause, to stop. */
    private static final long LONGEST_WAIT_MS = 1_000;

    private final CountDownLatch stopped = new CountDownLatch(1);
    private GallerySettings settings;
    private EntryRules rules;
    private Manifest manifest;
    private GalleryFollower follower;
    private String told = "";
    private long looks;
    private long nextLookNs = System.nanoTime();

    @Override
    public String version() {
        String version = GallerySourceTask.class.getPackage().getImplementationVersion();
        return version == null ? "unknown" : version;
    }

    @Override
    public void start(Map<String, String> properties) {
        settings = new GallerySettings(properties);
        rules = new EntryRules(settings.gallery(), settings.maxImageBytes());
        manifest = new Manifest(settings.gallery(), settings.task(), settings.tasks());
        try {
            context.offsetStorageReader().offsets(manifest.partitions()).forEach((partition, offset) -> {
                if (offset != null) {
                    manifest.load(partition, offset);
                }
            });
        } catch (IllegalArgumentException e) {
            throw new ConnectException(e.getMessage() + "; reset the connector's offsets to begin anew", e);
        }
        // Whether it is a folder or a list is looked at each time: it may be away now.
        follower = new GalleryFollower(wanted -> settings.source(rules).list(wanted), manifest, rules, settings.deletions(), settings.settleMs(), System::currentTimeMillis);
        measure();
        LOG.info("gallery {}: task {} of {} begins, {} entries have been sent before; pictures have {} bytes at most", settings.gallery(), settings.task() + 1, settings.tasks(), manifest.ids().size(),
                settings.maxImageBytes());
    }

    private void measure() {
        PluginMetrics metrics = context.pluginMetrics();
        if (metrics == null) {
            return;
        }
        for (SourceCounts.Count count : SourceCounts.Count.values()) {
            metrics.addMetric(metrics.metricName(count.metric(), count.doc, new LinkedHashMap<>()), (Gauge<Long>) (config, now) -> follower.counts().of(count));
        }
        metrics.addMetric(metrics.metricName("pictures", "Pictures of this task at the last look.", new LinkedHashMap<>()), (Gauge<Long>) (config, now) -> follower.counts().pictures());
    }

    /** Null: nothing has changed. */
    @Override
    public List<SourceRecord> poll() throws InterruptedException {
        if (!follower.hasMore()) {
            long waitNs = nextLookNs - System.nanoTime();
            if (waitNs > 0) {
                stopped.await(Math.min(waitNs, TimeUnit.MILLISECONDS.toNanos(LONGEST_WAIT_MS)), TimeUnit.NANOSECONDS);
                return null;
            }
            follower.look();
            looks++;
            nextLookNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(settings.pollMs());
        }
        List<SourceRecord> records = follower.next(MAX_EDITS, MAX_BYTES).stream().map(this::record).toList();
        tell();
        return records.isEmpty() ? null : records;
    }

    private void tell() {
        String counts = follower.counts().toString();
        if (!follower.hasMore() && !counts.equals(told)) {
            told = counts;
            LOG.info("gallery {}: {}", settings.gallery(), counts);
        }
    }

    private SourceRecord record(Edit edit) {
        GalleryKey key = rules.key(edit.id());
        return new SourceRecord(edit.partition(), edit.offset(), settings.topic(), key.partition(settings.partitions()), Schema.STRING_SCHEMA, key.toString(),
                edit.entry() == null ? null : EntryRules.ENTRY, edit.entry());
    }

    SourceCounts counts() {
        return follower.counts();
    }

    /** Whether the last look's changes are not all handed out yet. */
    boolean hasMore() {
        return follower.hasMore();
    }

    /** How often it has looked. */
    long looks() {
        return looks;
    }

    @Override
    public void stop() {
        stopped.countDown();
    }
}
