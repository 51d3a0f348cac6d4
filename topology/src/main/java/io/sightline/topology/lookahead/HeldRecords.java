package io.sightline.topology.lookahead;

import io.sightline.processors.recognition.InputRecord;
import io.sightline.processors.recognition.RecordEngine;
import io.sightline.processors.recognition.RecordPlace;
import io.sightline.processors.recognition.RecordRun;
import io.sightline.schemas.LogKeys;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records of one look-ahead consumer that were fetched and whose run was not taken yet. Owner: the consumer's thread.
 *
 * <p>Bounds: at most maxRecords and maxBytes (or one larger record) are started at a time and count until their run is taken or dropped;
 * what a poll fetched beyond that waits unstarted, and while any does nothing more is fetched: at most one poll's records. A record that is held
 * up by something outside holds up its own partition alone: of that nothing more is fetched either, at most one poll's records of each wait.
 */
final class HeldRecords {
    private static final Logger LOG = LoggerFactory.getLogger(HeldRecords.class);

    private final Map<String, ? extends RecordEngine<?>> engines;
    private final LookAheadSettings settings;
    private final CompletionSignal signal;
    private final Map<TopicPartition, HeldPartition> partitions = new LinkedHashMap<>();
    private final Deque<HeldRecord> unstarted = new ArrayDeque<>();
    /** Records that waited for something outside when they were started. */
    private final List<HeldRecord> heldUp = new ArrayList<>();
    private volatile int startedRecords;
    private volatile long startedBytes;
    private volatile boolean startNoMore;

    HeldRecords(Map<String, ? extends RecordEngine<?>> engines, LookAheadSettings settings, CompletionSignal signal) {
        this.engines = engines;
        this.settings = settings;
        this.signal = signal;
    }

    void add(ConsumerRecords<byte[], byte[]> fetched) {
        for (TopicPartition partition : fetched.partitions()) {
            HeldPartition held = partitions.computeIfAbsent(partition, p -> new HeldPartition());
            for (ConsumerRecord<byte[], byte[]> record : fetched.records(partition)) {
                HeldRecord one = new HeldRecord(record);
                held.add(one);
                if (engines.containsKey(partition.topic())) {
                    unstarted.add(one);
                } else {
                    one.start(null);
                }
            }
        }
        fetched.nextOffsets().forEach((partition, next) -> partitions.computeIfAbsent(partition, p -> new HeldPartition()).fetchedUpTo(next));
    }

    /** From now on nothing is started or fetched; what is started goes on. Any thread. */
    void startNoMore() {
        startNoMore = true;
    }

    /** Starts the oldest unstarted records as far as the bounds allow, but none behind one that is held up: they would only take others' room. */
    void start() {
        Set<TopicPartition> passedOver = heldUp();
        for (Iterator<HeldRecord> next = unstarted.iterator(); next.hasNext() && !startNoMore;) {
            HeldRecord held = next.next();
            if (!passedOver.isEmpty() && passedOver.contains(held.partition())) {
                continue;
            }
            if (!hasRoomFor(held.bytes())) {
                return;
            }
            next.remove();
            RecordRun<?> run = start(held.record());
            held.start(run);
            if (run != null) {
                startedRecords += 1;
                startedBytes += held.bytes();
                run.outcome().whenComplete((outcome, failure) -> signal.raise());
                if (held.isHeldUp()) {
                    heldUp.add(held);
                    passedOver = heldUp();
                }
            }
        }
    }

    /** Partitions with a record that waits for something outside: nothing more of them is started or fetched until it does not. */
    Set<TopicPartition> heldUp() {
        if (heldUp.isEmpty()) {
            return Set.of();
        }
        heldUp.removeIf(held -> !held.isHeldUp());
        return heldUp.stream().map(HeldRecord::partition).collect(Collectors.toSet());
    }

    private boolean hasRoomFor(long bytes) {
        return startedRecords == 0 || (startedRecords < settings.maxRecords() && startedBytes + bytes <= settings.maxBytes());
    }

    private RecordRun<?> start(ConsumerRecord<byte[], byte[]> record) {
        InputRecord input = new InputRecord(record.topic(), record.partition(), record.offset(), record.timestamp(), record.key(), record.value(), record.headers());
        try {
            return engines.get(record.topic()).start(input);
        } catch (RuntimeException e) {
            // Handed over without a run: the processor starts it again and fails where Streams handles failures.
            LOG.atWarn().addKeyValue(LogKeys.REQUEST_ID, RecordPlace.idOrPlace(input))
                    .log("can't start on {}-{}@{} ahead of time: {}", record.topic(), record.partition(), record.offset(), e.toString());
            return null;
        }
    }

    /** True where fetching more would go over a bound. */
    boolean isFull() {
        return startNoMore || hasStartable() || startedRecords >= settings.maxRecords() || startedBytes >= settings.maxBytes();
    }

    private boolean hasStartable() {
        Set<TopicPartition> passedOver = heldUp();
        return passedOver.isEmpty() ? !unstarted.isEmpty() : unstarted.stream().anyMatch(held -> !passedOver.contains(held.partition()));
    }

    /** True where waiting may make a record ready: some run goes on. */
    boolean hasRunning() {
        return partitions.values().stream().anyMatch(HeldPartition::hasRunning);
    }

    /** True where a record was fetched and not handed over. */
    boolean hasWaiting() {
        return partitions.values().stream().anyMatch(held -> held.waitingCount() > 0);
    }

    /** What is ready, in offset order for each partition. */
    ConsumerRecords<byte[], byte[]> handOver(Predicate<TopicPartition> isPaused) {
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> records = new HashMap<>();
        Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>();
        partitions.forEach((partition, held) -> {
            if (!isPaused.test(partition)) {
                HeldPartition.Handover handover = held.handOver();
                if (!handover.records().isEmpty()) {
                    records.put(partition, handover.records());
                }
                handover.next().ifPresent(offset -> next.put(partition, offset));
            }
        });
        return new ConsumerRecords<>(records, next);
    }

    Optional<RecordRun<?>> take(TopicPartition partition, long offset) {
        HeldPartition held = partitions.get(partition);
        RecordRun<?> run = null;
        for (HeldRecord taken : held == null ? List.<HeldRecord>of() : held.takeUpTo(offset)) {
            release(taken);
            if (taken.offset() == offset) {
                run = taken.run();
            } else {
                taken.closeRun();
            }
        }
        return Optional.ofNullable(run);
    }

    Optional<Long> firstWaiting(TopicPartition partition) {
        return Optional.ofNullable(partitions.get(partition)).flatMap(HeldPartition::firstWaiting);
    }

    int waitingCount(TopicPartition partition) {
        HeldPartition held = partitions.get(partition);
        return held == null ? 0 : held.waitingCount();
    }

    void drop(Collection<TopicPartition> dropped) {
        for (TopicPartition partition : dropped) {
            HeldPartition held = partitions.remove(partition);
            if (held != null) {
                for (HeldRecord record : held.drain()) {
                    unstarted.remove(record);
                    heldUp.remove(record);
                    release(record);
                    record.closeRun();
                }
            }
        }
    }

    void dropAll() {
        drop(Set.copyOf(partitions.keySet()));
    }

    void retain(Collection<TopicPartition> retained) {
        drop(partitions.keySet().stream().filter(partition -> !retained.contains(partition)).toList());
    }

    private void release(HeldRecord held) {
        if (held.run() != null) {
            startedRecords -= 1;
            startedBytes -= held.bytes();
        }
    }

    /** Records started and not taken. Any thread. */
    int startedRecords() {
        return startedRecords;
    }

    /** Bytes of the records started and not taken. Any thread. */
    long startedBytes() {
        return startedBytes;
    }
}
