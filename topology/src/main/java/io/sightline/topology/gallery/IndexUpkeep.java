package io.sightline.topology.gallery;

import io.sightline.processors.gallery.GalleryEdit;
import io.sightline.processors.gallery.GalleryIndex;
import io.sightline.processors.gallery.IndexLostException;
import io.sightline.processors.gallery.IndexUnavailableException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets edits into an index that may be away or may have lost what it had, and galleries rebuilt that somebody asked for. Owner: the follower's
 * thread. Each call lasts until it is done, or throws a WakeupException once the follower is to stop.
 */
final class IndexUpkeep {
    private static final Logger LOG = LoggerFactory.getLogger(IndexUpkeep.class);
    /** How often the index is looked at while there is nothing to apply, and how soon a rebuild that could not be done is tried again. */
    private static final long CHECK_NS = TimeUnit.SECONDS.toNanos(1);

    private final GalleryIndex index;
    private final GalleryReread reread;
    private final RebuildRequests requests;
    private final Backoff backoff;
    private final BooleanSupplier running;
    private final Runnable away;
    private final Map<String, Set<TopicPartition>> partitionsOf = new HashMap<>();
    private long checkedNs = System.nanoTime();
    private long requestTriedNs = System.nanoTime() - CHECK_NS;

    /**
     * @param running false: the follower is to stop
     * @param away called when the index turns out to be unavailable
     */
    IndexUpkeep(GalleryIndex index, GalleryReread reread, RebuildRequests requests, Backoff backoff, BooleanSupplier running, Runnable away) {
        this.index = index;
        this.reread = reread;
        this.requests = requests;
        this.backoff = backoff;
        this.running = running;
        this.away = away;
    }

    /** A gallery has edits in that partition. */
    void saw(String gallery, TopicPartition partition) {
        partitionsOf.computeIfAbsent(gallery, added -> new HashSet<>()).add(partition);
    }

    void apply(List<GalleryEdit> edits) {
        keepTrying(() -> index.apply(edits));
    }

    /** There is nothing to apply: nothing else would tell that the index has lost what it had. */
    void idle() {
        if (System.nanoTime() - checkedNs >= CHECK_NS) {
            keepTrying(() -> index.galleries().forEach(index::stats));
            checkedNs = System.nanoTime();
        }
    }

    private void keepTrying(Runnable work) {
        while (true) {
            try {
                work.run();
                return;
            } catch (IndexLostException e) {
                away.run();
                LOG.warn("{}: read again from the log", e.getMessage());
                restoreLost();
            } catch (IndexUnavailableException e) {
                unavailable(e);
            }
            if (!running.getAsBoolean()) {
                throw new WakeupException();
            }
        }
    }

    private void unavailable(IndexUnavailableException e) {
        away.run();
        LOG.warn("the gallery index is unavailable, again in {} ms: {}", backoff.nextMs(), e.getMessage());
        backoff.pause();
    }

    private void restoreLost() {
        try {
            Map<String, Set<TopicPartition>> lost = new TreeMap<>();
            for (String gallery : index.galleries()) {
                try {
                    index.stats(gallery);
                } catch (IndexLostException e) {
                    lost.put(gallery, partitions(gallery));
                }
            }
            if (!lost.isEmpty()) {
                reread.rebuild(lost);
                LOG.info("galleries {} are back", lost.keySet());
            }
        } catch (IndexUnavailableException e) {
            unavailable(e);
        }
    }

    private Set<TopicPartition> partitions(String gallery) {
        return partitionsOf.getOrDefault(gallery, Set.of());
    }

    /** Does one rebuild that was asked for, if there is one; one that can't be done now is left for later. */
    void serveRequest() {
        if (System.nanoTime() - requestTriedNs < CHECK_NS) {
            return;
        }
        requests.first().ifPresent(request -> {
            try {
                request.serve(index, () -> reread.rebuild(Map.of(request.gallery(), partitions(request.gallery()))));
                requests.done(request);
            } catch (IndexLostException e) {
                restoreLost();
            } catch (IndexUnavailableException e) {
                requestTriedNs = System.nanoTime();
                LOG.warn("gallery {} can't be rebuilt yet: {}", request.gallery(), e.getMessage());
            }
        });
    }
}
