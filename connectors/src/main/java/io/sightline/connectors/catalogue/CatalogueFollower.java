package io.sightline.connectors.catalogue;

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
 * Reads a whole topic from its beginning and goes on for ever, partitions added later included. Owns the thread {@code gallery-catalogue},
 * the consumer's only user. Kafka errors are retried with back-off on a new consumer that goes on where the old one was.
 */
final class CatalogueFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CatalogueFollower.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration ASK = Duration.ofSeconds(5);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(1);
    private static final long CHECK_NS = TimeUnit.SECONDS.toNanos(5);
    private static final long MIN_BACKOFF_MS = 100;
    private static final long MAX_BACKOFF_MS = 5_000;

    private final Map<String, Object> properties;
    private final String topic;
    private final Consumer<ConsumerRecord<byte[], byte[]>> records;
    private final Runnable afterBatch;
    private final Thread thread = new Thread(this::run, "gallery-catalogue");
    private final CountDownLatch loaded = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile String trouble = "not read yet";
    private volatile KafkaConsumer<byte[], byte[]> current;
    /** Where to go on, and what is to be read before all is loaded: the thread's own. */
    private final Map<TopicPartition, Long> next = new HashMap<>();
    private Map<TopicPartition, Long> ends;

    /**
     * @param records called for each record, on the follower's thread
     * @param afterBatch called after some records
     */
    CatalogueFollower(Map<String, String> kafka, String topic, Consumer<ConsumerRecord<byte[], byte[]>> records, Runnable afterBatch) {
        this.properties = properties(kafka);
        this.topic = topic;
        this.records = records;
        this.afterBatch = afterBatch;
        thread.setDaemon(true);
    }

    private static Map<String, Object> properties(Map<String, String> kafka) {
        Map<String, Object> p = new HashMap<>();
        p.put("client.id", "sightline-catalogue");
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

    void start() {
        thread.start();
    }

    Optional<String> trouble() {
        return Optional.ofNullable(trouble).map(what -> "catalogue: topic " + topic + ": " + what + " (expected: read to its end)");
    }

    boolean awaitLoaded(Duration atMost) throws InterruptedException {
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
                LOG.warn("catalogue: {} can't be read, again in {} ms: {}", topic, backoffMs, e.toString());
                trouble = "can't be read, " + e.getMessage();
                try {
                    closed.await(backoffMs, TimeUnit.MILLISECONDS);
                } catch (InterruptedException interrupted) {
                    return;
                }
                backoffMs = Math.min(backoffMs * 2, MAX_BACKOFF_MS);
            }
        }
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
                consumer.seekToBeginning(added);
            }
            next.forEach(consumer::seek);
            added.forEach(partition -> next.put(partition, consumer.position(partition, ASK)));
            if (ends == null) {
                ends = consumer.endOffsets(all, ASK);
            }
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
