package io.sightline.connectors.follow;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a topic from its beginning, or from some time ago, and goes on for ever, partitions added later included. Owns one thread, the
 * consumer's only user. Kafka errors are retried with back-off on a new consumer that goes on where the old one was; what is wrong is
 * logged once, not at each try.
 */
public final class TopicFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TopicFollower.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration ASK = Duration.ofSeconds(5);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(1);
    private static final long CHECK_NS = TimeUnit.SECONDS.toNanos(5);
    private static final long MIN_BACKOFF_MS = 100;
    private static final long MAX_BACKOFF_MS = 5_000;

    private final String name;
    private final Map<String, Object> properties;
    private final String topic;
    private final Optional<Duration> history;
    private final Consumer<ConsumerRecord<byte[], byte[]>> records;
    private final Runnable afterBatch;
    private final Thread thread;
    private final CountDownLatch loaded = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile String trouble = "not read yet";
    private volatile KafkaConsumer<byte[], byte[]> current;
    /** Where to go on, and what is to be read before all is loaded: the thread's own. */
    private final Map<TopicPartition, Long> next = new HashMap<>();
    private Map<TopicPartition, Long> ends;

    /**
     * @param name what the topic is read for: stands in the client's id, the thread's name and messages
     * @param kafka properties for the consumer under Kafka's own names
     * @param history age of the oldest records wanted, by their timestamps at the start; empty: all records
     * @param records called for each record, on the follower's thread; must not throw
     * @param afterBatch called after some records
     */
    public TopicFollower(String name, Map<String, String> kafka, String topic, Optional<Duration> history, Consumer<ConsumerRecord<byte[], byte[]>> records, Runnable afterBatch) {
        this.name = name;
        this.properties = properties(name, kafka);
        this.topic = topic;
        this.history = history;
        this.records = records;
        this.afterBatch = afterBatch;
        this.thread = new Thread(this::run, "sightline-" + name);
        thread.setDaemon(true);
    }

    private static Map<String, Object> properties(String name, Map<String, String> kafka) {
        Map<String, Object> p = new HashMap<>();
        p.put("client.id", "sightline-" + name);
        p.put("max.poll.records", 2000);
        p.put("fetch.max.wait.ms", 200);
        p.put("metadata.max.age.ms", 5_000); // how soon a partition added to the topic is seen
        p.put("reconnect.backoff.max.ms", 1_000);
        p.putAll(kafka);
        p.remove("group.id");
        p.remove("group.instance.id");
        p.put("group.protocol", "classic");
        p.put("isolation.level", "read_committed");
        p.put("auto.offset.reset", "earliest");
        p.put("enable.auto.commit", false);
        p.put("allow.auto.create.topics", false);
        return p;
    }

    /** Begins to read; returns at once. */
    public void start() {
        thread.start();
    }

    /** Why the topic is not read, or not to its end yet, one sentence; empty: it is. */
    public Optional<String> trouble() {
        return Optional.ofNullable(trouble).map(what -> name + ": topic " + topic + ": " + what + " (expected: read to its end)");
    }

    /** Waits until all that was on the topic at the start is read; false where that did not come within the time. */
    public boolean awaitLoaded(Duration atMost) throws InterruptedException {
        return loaded.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void run() {
        long backoffMs = MIN_BACKOFF_MS;
        while (closed.getCount() > 0) {
            try (Reading reading = new Reading()) {
                reading.assign();
                while (closed.getCount() > 0) {
                    reading.follow();
                    backoffMs = MIN_BACKOFF_MS;
                }
            } catch (WakeupException | InterruptException e) {
                return;
            } catch (RuntimeException e) {
                troubled(e);
                try {
                    closed.await(backoffMs, TimeUnit.MILLISECONDS);
                } catch (InterruptedException interrupted) {
                    return;
                }
                backoffMs = Math.min(backoffMs * 2, MAX_BACKOFF_MS);
            }
        }
    }

    private void troubled(RuntimeException e) {
        String what = "can't be read, " + e.getMessage();
        if (!what.equals(trouble)) {
            LOG.warn("{}: topic {} can't be read: {}; trying again", name, topic, e.toString());
        }
        trouble = what;
    }

    /** One consumer's life. */
    private final class Reading implements AutoCloseable {
        private final KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        private long checkedAt = System.nanoTime();

        void assign() {
            current = consumer;
            if (closed.getCount() == 0) {
                throw new WakeupException(); // closed before there was a consumer to wake
            }
            List<TopicPartition> all = consumer.partitionsFor(topic, ASK).stream().map(p -> new TopicPartition(topic, p.partition())).toList();
            if (all.isEmpty()) {
                throw new KafkaException("there is no such topic");
            }
            consumer.assign(all);
            List<TopicPartition> added = new ArrayList<>(all);
            added.removeAll(next.keySet());
            if (!added.isEmpty()) {
                seek(added);
            }
            next.forEach(consumer::seek);
            added.forEach(partition -> next.put(partition, consumer.position(partition, ASK)));
            if (ends == null) {
                ends = consumer.endOffsets(all, ASK);
            }
        }

        /** Partitions added later are read from their beginning. */
        private void seek(List<TopicPartition> added) {
            consumer.seekToBeginning(added);
            if (history.isEmpty() || !next.isEmpty()) {
                return;
            }
            long since = System.currentTimeMillis() - history.get().toMillis();
            // Known before the times are asked for: a record that comes in between is not to be skipped.
            Map<TopicPartition, Long> endsBefore = consumer.endOffsets(added, ASK);
            Map<TopicPartition, Long> times = new HashMap<>();
            added.forEach(partition -> times.put(partition, since));
            consumer.offsetsForTimes(times, ASK).forEach((partition, found) -> {
                if (found == null) {
                    consumer.seek(partition, endsBefore.get(partition)); // nothing as young as that
                } else {
                    consumer.seek(partition, found.offset());
                }
            });
        }

        void follow() {
            ConsumerRecords<byte[], byte[]> some = consumer.poll(POLL);
            some.forEach(records);
            some.nextOffsets().forEach((partition, offset) -> next.put(partition, offset.offset()));
            if (!some.isEmpty()) {
                afterBatch.run();
            }
            if (loaded.getCount() > 0 && ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey(), ASK) >= end.getValue())) {
                loaded.countDown();
            }
            if (loaded.getCount() == 0) {
                trouble = null;
            }
            if (System.nanoTime() - checkedAt > CHECK_NS) {
                checkedAt = System.nanoTime();
                if (consumer.partitionsFor(topic, ASK).size() > next.size()) {
                    assign();
                }
            }
        }

        @Override
        public void close() {
            current = null;
            consumer.close(CloseOptions.timeout(CLOSE_WAIT));
        }
    }

    @Override
    public void close() {
        closed.countDown();
        KafkaConsumer<byte[], byte[]> reading = current;
        if (reading != null) {
            reading.wakeup();
        }
        try {
            thread.join(ASK.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
