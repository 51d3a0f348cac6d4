package io.sightline.topology.gallery;

import io.sightline.processors.gallery.GalleryEdit;
import io.sightline.processors.gallery.GalleryIndex;
import io.sightline.processors.gallery.GalleryModels;
import io.sightline.processors.gallery.StaleEntries;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.SchemaRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this worker's gallery index the same as the topic gallery-vectors: reads all of it from the beginning (committed records only),
 * then follows. Owns a thread, {@code gallery-follower}, the index's one writer. No group, nothing committed: a restart reads it all again.
 *
 * <p>Kafka errors are retried with back-off, from 100 ms to 10 s, for ever, on a new consumer that goes on where the old one was. A record
 * that is no edit for this index (undecodable, made by another model, of another dimension) is passed over: logged once for each kind, counted.
 *
 * <p>While the index is unavailable the same edits are applied again with back-off, for ever. An index whose server has lost galleries gets
 * them again: they are read from the log's beginning into new generations. Whoever wants a gallery built anew for another reason asks for a
 * {@link #rebuild}. Both are done by a second thread, {@code gallery-rebuild}; following goes on beside it, and searches in the old generation.
 */
public final class GalleryFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GalleryFollower.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration CALL = Duration.ofSeconds(10);
    private static final int MAX_POLL_RECORDS = 2000;
    private static final long LAST_PAUSE_MS = 10_000;
    private static final long SAVE_NS = TimeUnit.MINUTES.toNanos(5);
    /** Also without an edit: what is kept says until when the log was read, and gets too old. */
    private static final long SAVE_AGAIN_NS = TimeUnit.HOURS.toNanos(6);

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final String topic;
    private final VectorDecoder decoder;
    private final GalleryIndex index;
    private final StaleEntries stale;
    private final GalleryCheckpoint checkpoint;
    private final GalleryRebuilder rebuilder;
    private final IndexUpkeep upkeep;
    private final Thread thread = new Thread(this::run, "gallery-follower");
    private final CountDownLatch loaded = new CountDownLatch(1);
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Backoff backoff = new Backoff(stop, LAST_PAUSE_MS);
    private final Map<String, Long> bad = new ConcurrentHashMap<>();
    private volatile long applied;
    private volatile boolean following;
    private volatile Consumer<byte[], byte[]> current;

    /** The follower's thread's own: where to go on, and how far there was something. */
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private final EndOfLog end = new EndOfLog(Clock.systemUTC());
    private long savedAt;
    private long savedNs;

    /**
     * @param consumers makes a consumer each time one is needed
     * @param models whose vectors the index holds
     * @param stale told of entries of other models
     * @param checkpoint keeps the index between starts
     */
    public GalleryFollower(Supplier<Consumer<byte[], byte[]>> consumers, Topics topics, SchemaRegistry registry, GalleryIndex index, GalleryModels models,
            StaleEntries stale, GalleryCheckpoint checkpoint) {
        this.consumers = consumers;
        this.topic = topics.name(Topic.GALLERY_VECTORS);
        this.decoder = new VectorDecoder(registry, models);
        this.index = index;
        this.stale = stale;
        this.checkpoint = checkpoint;
        this.rebuilder = new GalleryRebuilder(index, new GalleryReread(consumers, topic, new VectorDecoder(registry, models), index, this::running), stop, this::running);
        this.upkeep = new IndexUpkeep(index, rebuilder, partition -> positions.getOrDefault(partition, 0L), stop, this::running, () -> following = false);
        thread.setDaemon(true);
    }

    /** Makes the follower's consumers. @param client brokers and what else clients need, see {@link io.sightline.topology.StreamsProperties#client} */
    public static Supplier<Consumer<byte[], byte[]>> consumers(Map<String, Object> client) {
        Map<String, Object> p = new HashMap<>(client);
        p.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        p.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        p.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        p.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        p.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_POLL_RECORDS);
        return () -> new KafkaConsumer<>(p, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    public void start() {
        thread.start();
        rebuilder.start();
    }

    /** Waits until all edits that were on the topic at start are applied. False: not within that time. */
    public boolean awaitLoaded(Duration timeout) {
        try {
            return loaded.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    public boolean isLoaded() {
        return loaded.getCount() == 0;
    }

    /** True while the topic is read without trouble, and all its galleries are kept up with. */
    public boolean isFollowing() {
        return following;
    }

    /** Why the index takes no edits now, in words for an operator; empty where it does. Searches may go on all the same. */
    public Optional<String> trouble() {
        return upkeep.trouble();
    }

    /** Edits applied; those that were read again after a gallery was lost count each time. */
    public long applied() {
        return applied;
    }

    /** Records passed over, by kind of fault. */
    public Map<String, Long> bad() {
        return Map.copyOf(bad);
    }

    /**
     * Builds a gallery anew from the log, into a new generation; searches and edits go on in the old one until it is switched to. Waits for the
     * index and for Kafka as long as it takes. Asked again for the same gallery before it is done: the same future.
     *
     * @return completes when the new generation is searched; exceptionally with {@link io.sightline.processors.gallery.UnknownGalleryException},
     *     with CancellationException where the follower is closed, with IllegalStateException where too many rebuilds wait
     */
    public CompletableFuture<Void> rebuild(String gallery) {
        return rebuilder.rebuild(gallery);
    }

    private boolean running() {
        return stop.getCount() > 0 && !Thread.currentThread().isInterrupted();
    }

    private void run() {
        checkpoint.nextOffsets().forEach((partition, offset) -> positions.put(new TopicPartition(topic, partition), offset));
        while (running()) {
            try (Consumer<byte[], byte[]> consumer = consumers.get()) {
                current = consumer;
                begin(consumer);
                while (running()) {
                    follow(consumer);
                }
            } catch (InterruptException | WakeupException e) {
                following = false; // close() does that
            } catch (KafkaException e) {
                following = false;
                LOG.warn("gallery-follower: {} can't be read, again in {} ms: {}", topic, backoff.nextMs(), e.toString());
                backoff.pause();
            } catch (RuntimeException | Error e) {
                following = false;
                LOG.error("gallery-follower: unexpected failure, again in {} ms", backoff.nextMs(), e);
                backoff.pause();
            }
        }
        if (isLoaded()) {
            save();
        }
    }

    private void begin(Consumer<byte[], byte[]> consumer) {
        List<PartitionInfo> infos = consumer.partitionsFor(topic, CALL);
        if (infos == null || infos.isEmpty()) {
            throw new KafkaException("topic " + topic + ": missing (expected: there)");
        }
        List<TopicPartition> partitions = infos.stream().map(info -> new TopicPartition(topic, info.partition())).toList();
        consumer.assign(partitions);
        // Without partitions this means all: the seeks after it put that right.
        consumer.seekToBeginning(partitions.stream().filter(partition -> !positions.containsKey(partition)).toList());
        positions.forEach(consumer::seek);
        end.begin(consumer, partitions);
    }

    private void follow(Consumer<byte[], byte[]> consumer) {
        upkeep.restored().forEach((partition, offset) -> {
            positions.merge(partition, offset, Math::min);
            consumer.seek(partition, positions.get(partition));
        });
        Map<TopicPartition, Long> next = new HashMap<>();
        List<GalleryEdit> edits = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
            decode(record).ifPresent(edits::add);
            next.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
        }
        if (!edits.isEmpty()) {
            upkeep.apply(edits);
            applied += edits.size();
        }
        upkeep.check();
        positions.putAll(next);
        following = upkeep.isWhole();
        backoff.reset();
        if (loaded.getCount() > 0 && upkeep.isWhole() && end.isReached(consumer)) {
            LOG.info("gallery loaded: {} edits applied, galleries {}{}", applied, index.galleries(), bad.isEmpty() ? "" : ", passed over " + bad);
            save();
            loaded.countDown();
        } else if (isLoaded()) {
            end.lookAgain(consumer);
            long sinceNs = System.nanoTime() - savedNs;
            if (applied > savedAt && sinceNs >= SAVE_NS || sinceNs >= SAVE_AGAIN_NS) {
                save();
            }
        }
    }

    private void save() {
        try {
            checkpoint.save(positions.entrySet().stream().collect(Collectors.toMap(position -> position.getKey().partition(), Map.Entry::getValue)), end.seenUntil());
        } catch (IOException e) {
            LOG.warn("gallery-follower: the index is not kept for the next start: {}", e.toString());
        }
        savedAt = applied;
        savedNs = System.nanoTime();
    }

    private Optional<GalleryEdit> decode(ConsumerRecord<byte[], byte[]> record) {
        try {
            GalleryEdit edit = decoder.decode(record);
            stale.remove(edit.gallery() + "/" + edit.id(), edit.epoch());
            return upkeep.isWanted(edit, new TopicPartition(record.topic(), record.partition())) ? Optional.of(edit) : Optional.empty();
        } catch (BadVectorException e) {
            e.otherModelsEpoch().ifPresent(epoch -> stale.add(new String(record.key(), StandardCharsets.UTF_8), epoch));
            passOver(record, e.kind(), e.getMessage());
            return Optional.empty();
        }
    }

    private void passOver(ConsumerRecord<byte[], byte[]> record, String kind, String reason) {
        if (bad.merge(kind, 1L, Long::sum) == 1) {
            LOG.warn("gallery-follower: {}-{}@{} passed over, {}: {} (further ones of this kind are counted only)",
                    record.topic(), record.partition(), record.offset(), kind, reason);
        }
    }

    /** Stops following; the index stays as it is and is the caller's. */
    @Override
    public void close() {
        stop.countDown();
        Consumer<byte[], byte[]> waiting = current;
        if (waiting != null) {
            waiting.wakeup();
        }
        try {
            thread.join(CALL.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            thread.interrupt();
        }
        rebuilder.close();
    }
}
