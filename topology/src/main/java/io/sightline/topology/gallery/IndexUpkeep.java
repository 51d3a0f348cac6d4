package io.sightline.topology.gallery;

import io.sightline.processors.gallery.GalleryEdit;
import io.sightline.processors.gallery.GalleryIndex;
import io.sightline.processors.gallery.IndexLostException;
import io.sightline.processors.gallery.IndexUnavailableException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets edits into an index that may be away or may have lost galleries. Owner: the follower's thread. A lost gallery is given to the
 * {@link GalleryRebuilder}; its edits are left out until it is back, and the others go on meanwhile. From where its edits were left out the log
 * has to be read again then: all that other galleries have of it is a replay, which changes nothing.
 */
final class IndexUpkeep {
    private static final Logger LOG = LoggerFactory.getLogger(IndexUpkeep.class);
    /** How often all galleries are looked at. */
    private static final long CHECK_NS = TimeUnit.SECONDS.toNanos(1);
    /** A look at many galleries may take long: a pause this many times as long leaves the follower its time for edits. */
    private static final int PAUSES_A_CHECK = 10;
    /** An index that is away costs one try in this time: so soon it is noticed that it is back. */
    private static final long LAST_PAUSE_MS = 500;
    private static final long TELL_NS = TimeUnit.MINUTES.toNanos(1);

    private final GalleryIndex index;
    private final GalleryRebuilder rebuilder;
    private final Function<TopicPartition, Long> position;
    private final Backoff backoff;
    private final BooleanSupplier running;
    private final Runnable away;
    private final Map<String, Set<TopicPartition>> partitionsOf = new HashMap<>();
    /** The lost galleries, each with the first offset that was left out, by partition. */
    private final Map<String, Map<TopicPartition, Long>> lost = new HashMap<>();
    private long checkNs = System.nanoTime() + CHECK_NS;
    private long toldNs;
    private volatile String trouble;

    /**
     * @param position up to where a partition's edits were given to {@link #apply}
     * @param stop ends a pause at once when it reaches 0
     * @param running false: the follower is to stop
     * @param away called when the index turns out to be unavailable
     */
    IndexUpkeep(GalleryIndex index, GalleryRebuilder rebuilder, Function<TopicPartition, Long> position, CountDownLatch stop, BooleanSupplier running, Runnable away) {
        this.index = index;
        this.rebuilder = rebuilder;
        this.position = position;
        this.backoff = new Backoff(stop, LAST_PAUSE_MS);
        this.running = running;
        this.away = away;
    }

    /** An edit has been read. False: it is not to be applied now, for its gallery is lost. */
    boolean isWanted(GalleryEdit edit, TopicPartition partition) {
        if (partitionsOf.computeIfAbsent(edit.gallery(), added -> new HashSet<>()).add(partition)) {
            rebuilder.partitions(edit.gallery(), Set.copyOf(partitionsOf.get(edit.gallery())));
        }
        Map<TopicPartition, Long> leftOut = lost.get(edit.gallery());
        if (leftOut != null) {
            leftOut.putIfAbsent(partition, edit.offset());
        }
        return leftOut == null;
    }

    /** Why edits can't be applied now; empty: they can. Any thread asks. */
    Optional<String> trouble() {
        return Optional.ofNullable(trouble);
    }

    /** No gallery is lost. */
    boolean isWhole() {
        return lost.isEmpty();
    }

    /** Where the log has to be read again, by partition, as galleries are back; empty: nowhere. */
    Map<TopicPartition, Long> restored() {
        Map<TopicPartition, Long> from = new HashMap<>();
        for (String gallery : rebuilder.takeRestored()) {
            Map<TopicPartition, Long> leftOut = lost.remove(gallery);
            if (leftOut != null) {
                leftOut.forEach((partition, offset) -> from.merge(partition, offset, Math::min));
            }
        }
        return from;
    }

    /** Applies edits, but those of galleries that turn out to be lost. Lasts until that is done, or throws a WakeupException where the follower is to stop. */
    void apply(List<GalleryEdit> edits) {
        keepTrying(() -> {
            List<GalleryEdit> some = lost.isEmpty() ? edits : edits.stream().filter(edit -> !lost.containsKey(edit.gallery())).toList();
            if (!some.isEmpty()) {
                index.apply(some);
            }
        });
    }

    /** To be called often. An index that has lost a gallery which gets no edits tells nobody here: it is asked, now and then. */
    void check() {
        if (System.nanoTime() - checkNs >= 0) {
            keepTrying(this::ask);
        }
    }

    private void ask() {
        long beginNs = System.nanoTime();
        index.galleries().stream().filter(gallery -> !lost.containsKey(gallery)).forEach(index::stats);
        long endNs = System.nanoTime();
        checkNs = endNs + Math.max(CHECK_NS, PAUSES_A_CHECK * (endNs - beginNs));
    }

    private void keepTrying(Runnable work) {
        while (true) {
            try {
                work.run();
                available();
                return;
            } catch (IndexLostException e) {
                away.run();
                lost(e);
            } catch (IndexUnavailableException e) {
                away.run();
                unavailable(e);
                backoff.pause();
            }
            if (!running.getAsBoolean()) {
                throw new WakeupException();
            }
        }
    }

    private void lost(IndexLostException e) {
        LOG.warn("{}: read again from the log", e.getMessage());
        Set<TopicPartition> partitions = partitionsOf.getOrDefault(e.gallery(), Set.of());
        Map<TopicPartition, Long> leftOut = new HashMap<>();
        partitions.forEach(partition -> leftOut.put(partition, position.apply(partition)));
        lost.put(e.gallery(), leftOut);
        rebuilder.restore(e.gallery());
    }

    private void unavailable(IndexUnavailableException e) {
        if (trouble == null || System.nanoTime() - toldNs >= TELL_NS) {
            LOG.warn("the gallery index is unavailable, tried again every {} ms: {}", LAST_PAUSE_MS, e.getMessage());
            toldNs = System.nanoTime();
        }
        trouble = e.getMessage();
    }

    private void available() {
        if (trouble != null) {
            LOG.info("the gallery index is available again");
        }
        trouble = null;
        backoff.reset();
    }
}
