package io.sightline.connectors.reply;

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
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the whole results topic from its end on, without a consumer group and without commits. {@link #run()} is its own thread's
 * and the only user of the consumer; {@link #trouble()} and {@link #close()} are anybody's.
 *
 * <p>Guaranteed: once ready, every record appended later is handed on, also those of partitions added later, and also across an
 * outage of the topic (the offsets are kept, unless the topic itself was made anew). Kafka's consumer hides outages, so a quiet topic
 * is asked for its end offsets once a second.
 */
final class ResultsReader implements Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ResultsReader.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration ASK = Duration.ofSeconds(2);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(1);
    private static final long CHECK_MS = 1_000;
    private static final long MIN_BACKOFF_MS = 100;
    private static final long MAX_BACKOFF_MS = 5_000;

    private final Map<String, Object> properties;
    private final String topic;
    private final Consumer<ConsumerRecord<byte[], byte[]>> answers;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile String trouble = "not connected yet";
    private volatile KafkaConsumer<byte[], byte[]> consumer;
    /** Where to go on after the consumer had to be made anew; this thread's own. */
    private final Map<TopicPartition, Long> next = new HashMap<>();

    /** @param answers called on the reader's thread for each record; must not block or throw */
    ResultsReader(Map<String, Object> properties, String topic, Consumer<ConsumerRecord<byte[], byte[]>> answers) {
        this.properties = properties;
        this.topic = topic;
        this.answers = answers;
    }

    /** Why answers can't be read now; empty: they can. */
    Optional<String> trouble() {
        return Optional.ofNullable(trouble);
    }

    @Override
    public void run() {
        long backoffMs = MIN_BACKOFF_MS;
        while (!isClosed()) {
            KafkaConsumer<byte[], byte[]> fresh = null;
            try {
                fresh = new KafkaConsumer<>(properties);
                consumer = fresh;
                if (isClosed()) {
                    return; // closed before there was a consumer to wake
                }
                assign(fresh);
                ready();
                backoffMs = MIN_BACKOFF_MS;
                follow(fresh);
            } catch (WakeupException | InterruptException e) {
                return;
            } catch (KafkaException e) {
                troubled(e.getMessage());
            } catch (RuntimeException e) {
                LOG.error("reading {} failed", topic, e);
                troubled(e.toString());
            } finally {
                consumer = null;
                if (fresh != null) {
                    fresh.close(CloseOptions.timeout(CLOSE_WAIT));
                }
            }
            if (waitOrClosed(backoffMs)) {
                return;
            }
            backoffMs = Math.min(backoffMs * 2, MAX_BACKOFF_MS);
        }
    }

    private void follow(KafkaConsumer<byte[], byte[]> from) {
        long checkedAt = System.nanoTime();
        long heardAt = checkedAt;
        while (!isClosed()) {
            ConsumerRecords<byte[], byte[]> records = from.poll(POLL);
            records.forEach(answers);
            records.nextOffsets().forEach((partition, offset) -> next.put(partition, offset.offset()));
            long now = System.nanoTime();
            heardAt = records.isEmpty() ? heardAt : now;
            if (now - checkedAt < TimeUnit.MILLISECONDS.toNanos(CHECK_MS)) {
                continue;
            }
            if (from.partitionsFor(topic, ASK).size() > next.size()) {
                assign(from);
            }
            // Under load the records themselves show that the topic is there.
            if (now - heardAt >= TimeUnit.MILLISECONDS.toNanos(CHECK_MS) || trouble != null) {
                ask(from);
            }
            checkedAt = System.nanoTime();
        }
    }

    private void ask(KafkaConsumer<byte[], byte[]> from) {
        try {
            from.endOffsets(from.assignment(), ASK);
            ready();
        } catch (org.apache.kafka.common.errors.TimeoutException e) {
            troubled(e.getMessage());
        }
    }

    /** Partitions seen the first time at the start are read from their end, ones added later from their beginning. */
    private void assign(KafkaConsumer<byte[], byte[]> to) {
        List<PartitionInfo> partitions = to.partitionsFor(topic, ASK);
        if (partitions.isEmpty()) {
            throw new KafkaException("there is no such topic");
        }
        List<TopicPartition> all = partitions.stream().map(p -> new TopicPartition(topic, p.partition())).toList();
        boolean first = next.isEmpty();
        List<TopicPartition> added = new ArrayList<>(all);
        added.removeAll(next.keySet());
        to.assign(all);
        next.keySet().retainAll(all);
        next.forEach(to::seek);
        if (first) {
            to.seekToEnd(added);
        } else {
            to.seekToBeginning(added);
        }
        // Seeking is lazy: only position() makes sure that what is appended from now on is read.
        Map<TopicPartition, Long> found = new HashMap<>();
        added.forEach(partition -> found.put(partition, to.position(partition, ASK)));
        next.putAll(found);
        if (!added.isEmpty()) {
            LOG.debug("reading {} partitions of {}", all.size(), topic);
        }
    }

    private void ready() {
        if (trouble != null) {
            LOG.info("answers are read from {}", topic);
            trouble = null;
        }
    }

    private void troubled(String what) {
        String text = "topic " + topic + " can't be read: " + what;
        if (trouble == null || !text.equals(trouble)) {
            LOG.warn("{}; trying again", text);
        }
        trouble = text;
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    private boolean waitOrClosed(long ms) {
        try {
            return closed.await(ms, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return true;
        }
    }

    /** Makes {@link #run()} return soon. */
    @Override
    public void close() {
        trouble = "closed";
        closed.countDown();
        KafkaConsumer<byte[], byte[]> current = consumer;
        if (current != null) {
            current.wakeup();
        }
    }
}
