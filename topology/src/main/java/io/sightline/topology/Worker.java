package io.sightline.topology;

import io.sightline.processors.gallery.GalleryIndex;
import io.sightline.schemas.GalleryVector;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.TracerWindow;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.SchemaRegistry;
import io.sightline.topology.failure.FailureRecords;
import io.sightline.topology.failure.RepeatedFailureStop;
import io.sightline.topology.gallery.GalleryFollower;
import io.sightline.topology.lookahead.LookAheadClientSupplier;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One worker: its gallery follower and its Kafka Streams. Started once, stopped once; thread-safe. It first loads the gallery, so that no
 * request is answered from half of one, then takes requests.
 *
 * <p>Threads: {@code gallery-follower}, and Kafka Streams' own. The failure callback is called once at most, on one of these.
 */
public final class Worker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final long DRAIN_LOOK_MS = 5;
    private static final long LOOK_MS = 100;

    private final StreamsSettings settings;
    private final Topics topics;
    private final SchemaRegistry registry;
    private final GalleryIndex index;
    private final Consumer<Throwable> onFailure;
    private final GalleryFollower follower;
    private final LookAheadClientSupplier clients;
    private final KafkaStreams streams;
    private final CountDownLatch running = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicBoolean failed = new AtomicBoolean();
    private volatile WorkerState state = WorkerState.CREATED;

    /** @param onFailure told when the worker has given up, with the reason; must not block */
    public Worker(WorkerParts parts, Consumer<Throwable> onFailure) {
        this.settings = parts.streams();
        this.topics = parts.topics();
        this.registry = parts.registry();
        this.index = parts.index();
        this.onFailure = onFailure;
        this.clients = new LookAheadClientSupplier(
                Map.of(parts.topics().name(Topic.REQUESTS), parts.recognition(), parts.topics().name(Topic.GALLERY), parts.gallery()),
                parts.lookAhead(), partition -> isReread(parts, partition));
        Topology topology = RecognitionTopology.build(parts.topics(), parts.registry(),
                parts.recognition(), clients.runs(parts.recognition(), settings.worker().exactlyOnce()),
                parts.gallery(), clients.runs(parts.gallery(), settings.worker().exactlyOnce()));
        this.follower = new GalleryFollower(GalleryFollower.consumers(StreamsProperties.client(settings)),
                parts.topics(), parts.registry(), parts.index(), parts.galleryModels(), parts.stale(), parts.checkpoint());
        this.streams = new KafkaStreams(topology, StreamsProperties.of(settings, new FailureRecords(parts.topics(), parts.registry())), clients);
        streams.setUncaughtExceptionHandler(new RepeatedFailureStop(System::currentTimeMillis, this::failed));
        streams.setStateListener((now, before) -> changed(now));
    }

    /**
     * The truth about the gallery is read again from its beginning where vectors of another model are left: that embeds the pictures with the present
     * one. Asked when the partition is assigned; the same edits give the same epochs, and what was embedded already is only made again.
     */
    private static boolean isReread(WorkerParts parts, TopicPartition partition) {
        boolean reread = partition.topic().equals(parts.topics().name(Topic.GALLERY)) && !parts.stale().isEmpty();
        if (reread) {
            LOG.warn("{} is read again: {} entries have vectors of another model than their gallery's", partition, parts.stale().size());
        }
        return reread;
    }

    /**
     * Waits for the schema registry, as long as it takes, loads the gallery and starts Kafka Streams; returns while the group is being joined, see
     * {@link #awaitRunning}, or once the worker was stopped.
     *
     * @throws IllegalStateException where start_timeout_ms passed without an edit of the gallery applied, and neither registry nor index was away; or the worker was started before
     */
    public void start() {
        if (!goOn(WorkerState.CREATED, WorkerState.AWAITING_SCHEMA_REGISTRY)) {
            throw new IllegalStateException("worker: " + state + " (expected: " + WorkerState.CREATED + ")");
        }
        awaitRegistry();
        if (!goOn(WorkerState.AWAITING_SCHEMA_REGISTRY, WorkerState.LOADING_GALLERY)) {
            return;
        }
        follower.start();
        awaitGallery();
        if (goOn(WorkerState.LOADING_GALLERY, WorkerState.STARTING)) {
            streams.start();
        }
    }

    private synchronized boolean goOn(WorkerState from, WorkerState to) {
        if (state != from) {
            return false;
        }
        state = to;
        return true;
    }

    /** So that no stream thread has to wait for an id of what it writes. */
    private void awaitRegistry() {
        CompletableFuture<Void> writable = CompletableFuture.allOf(
                registry.whenWritable(topics.name(Topic.RESULTS), RecognitionResult.getClassSchema()),
                registry.whenWritable(topics.name(Topic.GALLERY_VECTORS), GalleryVector.getClassSchema()),
                registry.whenWritable(topics.name(Topic.TRACE), TracerWindow.getClassSchema()));
        while (!writable.isDone() && state == WorkerState.AWAITING_SCHEMA_REGISTRY) {
            try {
                writable.get(LOOK_MS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException | ExecutionException e) {
                // Look again. A refusal for good comes up again where a record is written.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** A registry or an index that is away is waited for, as long as it takes, and so is a large gallery, as long as it grows. */
    private void awaitGallery() {
        long timeoutMs = settings.worker().startTimeoutMs();
        long before = 0;
        while (!follower.awaitLoaded(Duration.ofMillis(timeoutMs))) {
            if (state != WorkerState.LOADING_GALLERY) {
                return;
            }
            long applied = follower.applied();
            if (applied == before && registry.trouble().isEmpty() && index.trouble().isEmpty()) {
                throw new IllegalStateException("gallery: not loaded after " + timeoutMs + " ms, " + applied
                        + " edits applied (expected: all, or more each time; brokers " + settings.bootstrapServers() + ", see worker.start_timeout_ms)");
            }
            before = applied;
        }
    }

    /** Waits until requests are taken. False: not within that time, or the worker has ended. */
    public boolean awaitRunning(Duration timeout) {
        try {
            return running.await(timeout.toMillis(), TimeUnit.MILLISECONDS) && state == WorkerState.RUNNING;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    public WorkerState state() {
        return state;
    }

    /** True while requests are taken and the gallery is whole. A rebalance does not change that. */
    public boolean isReady() {
        return state == WorkerState.RUNNING && follower.isLoaded();
    }

    public GalleryFollower follower() {
        return follower;
    }

    /** Records worked on ahead of Streams. */
    public int recordsInFlight() {
        return clients.recordsInFlight();
    }

    public long bytesInFlight() {
        return clients.bytesInFlight();
    }

    /**
     * Requests and edits of this worker's partitions that wait on the topics or are worked on, a second old at most. Empty where Kafka
     * Streams makes its consumers itself ({@code group.protocol=streams}) or has none.
     */
    public OptionalLong lag() {
        return clients.lag();
    }

    private void changed(KafkaStreams.State now) {
        synchronized (this) {
            if (now == KafkaStreams.State.RUNNING && state == WorkerState.STARTING) {
                state = WorkerState.RUNNING;
                LOG.info("worker runs");
                running.countDown();
            } else if (now == KafkaStreams.State.ERROR && state != WorkerState.STOPPING && state != WorkerState.STOPPED) {
                state = WorkerState.FAILED;
                running.countDown();
            }
        }
        if (now == KafkaStreams.State.ERROR) {
            failed(new IllegalStateException("Kafka Streams has stopped with an error"));
        }
    }

    private void failed(Throwable reason) {
        if (failed.compareAndSet(false, true)) {
            onFailure.accept(reason);
        }
    }

    /**
     * Finishes what is worked on, as far as the time allows, and stops; what is not finished is not committed and will be done by the next
     * worker. A worker without instance_id leaves its group, so that the others take over at once; one with it keeps its place.
     */
    public void stop(Duration timeout) {
        synchronized (this) {
            if (state == WorkerState.STOPPING || state == WorkerState.STOPPED) {
                return;
            }
            state = WorkerState.STOPPING;
        }
        long deadlineNs = System.nanoTime() + timeout.toNanos();
        drain(System.nanoTime() + timeout.toNanos() / 2);
        Duration left = Duration.ofNanos(Math.max(0, deadlineNs - System.nanoTime()));
        CloseOptions options = CloseOptions.timeout(left).withGroupMembershipOperation(settings.worker().instanceId().isBlank()
                ? CloseOptions.GroupMembershipOperation.LEAVE_GROUP : CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP);
        if (!streams.close(options)) {
            LOG.warn("worker: not stopped within {} ms; what was not finished will be done again", timeout.toMillis());
        }
        follower.close();
        state = WorkerState.STOPPED;
        running.countDown();
        ended.countDown();
        LOG.info("worker stopped");
    }

    private void drain(long untilNs) {
        clients.startNoMore();
        while (clients.recordsInFlight() > 0 && streams.state().isRunningOrRebalancing() && System.nanoTime() < untilNs) {
            try {
                if (ended.await(DRAIN_LOOK_MS, TimeUnit.MILLISECONDS)) {
                    return;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** {@link #stop} with stop_timeout_ms. */
    @Override
    public void close() {
        stop(Duration.ofMillis(settings.worker().stopTimeoutMs()));
    }
}
