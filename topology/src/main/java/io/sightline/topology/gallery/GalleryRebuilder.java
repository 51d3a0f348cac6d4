package io.sightline.topology.gallery;

import io.sightline.processors.gallery.GalleryIndex;
import io.sightline.processors.gallery.IndexLostException;
import io.sightline.processors.gallery.IndexUnavailableException;
import io.sightline.topology.gallery.RebuildRequests.Request;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads galleries again from the log beside the follower: those that the index has lost, and those that somebody asked to have built anew. Owns
 * a thread, {@code gallery-rebuild}, which waits for the index, for Kafka and for other workers' rebuilds as long as it takes: tried again after
 * a second at most. Thread-safe.
 */
final class GalleryRebuilder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GalleryRebuilder.class);
    private static final long LAST_PAUSE_MS = 1000;
    private static final long CLOSE_MS = 10_000;
    private static final long TELL_NS = TimeUnit.SECONDS.toNanos(10);

    private final GalleryIndex index;
    private final GalleryReread reread;
    private final BooleanSupplier running;
    private final Backoff backoff;
    private final RebuildRequests requests = new RebuildRequests();
    private final Map<String, Set<TopicPartition>> partitionsOf = new ConcurrentHashMap<>();
    private final Set<String> lost = ConcurrentHashMap.newKeySet();
    private final Set<String> restored = ConcurrentHashMap.newKeySet();
    /** A permit where there may be something to do. */
    private final Semaphore work = new Semaphore(0);
    private final Thread thread = new Thread(this::run, "gallery-rebuild");
    /** When the next failure is worth a line in the log: the thread's own. */
    private long toldNs = System.nanoTime();

    /**
     * @param reread used by this object's thread
     * @param stop ends a pause at once when it reaches 0
     * @param running false: nothing is to be begun any more
     */
    GalleryRebuilder(GalleryIndex index, GalleryReread reread, CountDownLatch stop, BooleanSupplier running) {
        this.index = index;
        this.reread = reread;
        this.running = running;
        this.backoff = new Backoff(stop, LAST_PAUSE_MS);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** See {@link GalleryFollower#rebuild}. */
    CompletableFuture<Void> rebuild(String gallery) {
        CompletableFuture<Void> future = requests.add(gallery);
        work.release();
        return future;
    }

    /** Says that a gallery has edits in these partitions, and in no others that are known. */
    void partitions(String gallery, Set<TopicPartition> partitions) {
        partitionsOf.put(gallery, partitions);
    }

    /** The index has lost that gallery: it is read again, and then among {@link #takeRestored}. */
    void restore(String gallery) {
        lost.add(gallery);
        work.release();
    }

    /** The galleries that came back since this was asked for the last time. */
    Set<String> takeRestored() {
        if (restored.isEmpty()) {
            return Set.of();
        }
        Set<String> taken = new HashSet<>(restored);
        restored.removeAll(taken);
        return taken;
    }

    private void run() {
        while (running.getAsBoolean()) {
            try {
                work.acquire();
                work.drainPermits();
                while (running.getAsBoolean() && !didAll()) {
                    backoff.pause();
                }
                backoff.reset();
            } catch (InterruptedException e) {
                return; // close() does that
            }
        }
    }

    private boolean didAll() {
        // The one must not wait for the other.
        boolean all = attempt("galleries that were lost", this::restoreLost);
        for (Request request : requests.all()) {
            all &= attempt("gallery " + request.gallery(), () -> serve(request));
        }
        return all;
    }

    private boolean attempt(String what, Runnable rebuild) {
        try {
            rebuild.run();
            return true;
        } catch (WakeupException | InterruptException e) {
            return false; // running() says what that means
        } catch (IndexUnavailableException | KafkaException e) {
            if (System.nanoTime() - toldNs >= 0) {
                LOG.warn("{} can't be rebuilt yet, tried again every {} ms: {}", what, LAST_PAUSE_MS, e.getMessage());
                toldNs = System.nanoTime() + TELL_NS;
            }
        } catch (RuntimeException | Error e) {
            LOG.error("{} can't be rebuilt, again in {} ms: unexpected failure", what, backoff.nextMs(), e);
        }
        return false;
    }

    private void restoreLost() {
        // Also those that another worker was quicker with.
        tellRestored();
        if (lost.isEmpty()) {
            return;
        }
        Map<String, Set<TopicPartition>> still = new TreeMap<>();
        lost.forEach(gallery -> still.put(gallery, partitions(gallery)));
        try {
            reread.rebuild(still);
        } finally {
            // Some may be back though others are not.
            tellRestored();
        }
        if (!lost.isEmpty()) {
            throw new IndexUnavailableException("galleries " + lost + " are still lost", null);
        }
    }

    private void tellRestored() {
        for (String gallery : Set.copyOf(lost)) {
            if (!isLost(gallery)) {
                lost.remove(gallery);
                restored.add(gallery);
                LOG.info("gallery {} is back", gallery);
            }
        }
    }

    private boolean isLost(String gallery) {
        try {
            index.stats(gallery);
            return false;
        } catch (IndexLostException e) {
            return true;
        }
    }

    private void serve(Request request) {
        request.serve(index, () -> reread.rebuild(Map.of(request.gallery(), partitions(request.gallery()))));
        requests.done(request);
    }

    private Set<TopicPartition> partitions(String gallery) {
        return partitionsOf.getOrDefault(gallery, Set.of());
    }

    /** What was asked for is cancelled. */
    @Override
    public void close() {
        requests.close();
        work.release();
        try {
            thread.join(CLOSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            thread.interrupt();
        }
    }
}
