package io.sightline.topology.lookahead;

import static io.sightline.topology.lookahead.ScriptedConsumer.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.sightline.processors.recognition.RecordRun;
import io.sightline.topology.support.ControlledEngine;
import io.sightline.topology.support.ControlledRun;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Plays Kafka, the stages and Streams in random order, and checks at each step what the consumer guarantees. */
class LookAheadRandomisedTest {
    private static final String TOPIC = "requests";
    private static final int PARTITIONS = 3;
    private static final int MAX_RECORDS = 5;
    private static final int MAX_BYTES = 100;
    private static final int STEPS = 1500;

    private final LogConsumer delegate = new LogConsumer();
    private final ControlledEngine<String> engine = new ControlledEngine<>("decode");
    private final LookAheadConsumer consumer =
            new LookAheadConsumer(delegate, Map.of(TOPIC, engine), new LookAheadSettings(MAX_RECORDS, MAX_BYTES));

    /** The log: each partition's records' sizes. */
    private final Map<TopicPartition, List<Integer>> log = new LinkedHashMap<>();
    /** Streams: next offset it expects, handed records it has not processed, next offset it would commit. */
    private final Map<TopicPartition, Long> expected = new HashMap<>();
    private final Map<TopicPartition, TreeMap<Long, Boolean>> buffered = new HashMap<>();
    private final Map<TopicPartition, Long> processed = new HashMap<>();
    private final Set<TopicPartition> paused = new HashSet<>();
    private Random random;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldKeepItsGuaranteesWhateverHappensInWhateverOrder(long seed) {
        random = new Random(seed);
        for (int p = 0; p < PARTITIONS; p++) {
            TopicPartition partition = new TopicPartition(TOPIC, p);
            log.put(partition, new ArrayList<>());
            processed.put(partition, 0L);
        }
        consumer.subscribe(Set.of(TOPIC), new Streams());
        rebalance();

        for (int step = 0; step < STEPS; step++) {
            step();
            assertBounds();
        }
        finish();
    }

    private void step() {
        switch (random.nextInt(12)) {
            case 0, 1 -> append();
            case 2, 3, 4 -> poll();
            case 5, 6 -> completeOne();
            case 7, 8, 9 -> processOne();
            case 10 -> pauseOrResume();
            default -> disturb();
        }
    }

    private void disturb() {
        int kind = random.nextInt(10);
        if (kind < 2) {
            rebalance();
        } else if (kind < 4 && !expected.isEmpty()) {
            seekBack(pick(expected.keySet()));
        }
    }

    private void append() {
        List<TopicPartition> all = List.copyOf(log.keySet());
        TopicPartition partition = all.get(random.nextInt(all.size()));
        // Now and then one that is larger than all that may be in flight.
        log.get(partition).add(random.nextInt(15) == 0 ? MAX_BYTES * 2 : 1 + random.nextInt(40));
    }

    private void poll() {
        ConsumerRecords<byte[], byte[]> polled = consumer.poll(Duration.ZERO);
        for (TopicPartition partition : polled.partitions()) {
            assertThat(paused).as("nothing of a paused partition").doesNotContain(partition);
            for (ConsumerRecord<byte[], byte[]> record : polled.records(partition)) {
                assertThat(record.offset()).as("no gap, no repeat, in order: %s", partition).isEqualTo(expected.get(partition));
                assertThat(engine.run(partition.partition(), record.offset()).outcome()).isDone();
                expected.put(partition, record.offset() + 1);
                buffered.get(partition).put(record.offset(), true);
            }
        }
        polled.nextOffsets().forEach((partition, next) -> assertThat(next.offset()).isEqualTo(expected.get(partition)));
        for (TopicPartition partition : expected.keySet()) {
            assertThat(consumer.position(partition)).isEqualTo(expected.get(partition));
        }
        assertThat(consumer.paused()).isEqualTo(paused);
    }

    private void completeOne() {
        List<ControlledRun<String>> open = engine.runs().stream().filter(run -> !run.outcome().isDone() && !run.isClosed()).toList();
        if (!open.isEmpty()) {
            ControlledRun<String> run = open.get(random.nextInt(open.size()));
            if (random.nextInt(5) == 0) {
                run.fail(new IllegalStateException("lane broke"));
            } else {
                run.complete("done");
            }
        }
    }

    private void processOne() {
        List<TopicPartition> some = buffered.entrySet().stream().filter(entry -> !entry.getValue().isEmpty()).map(Map.Entry::getKey).toList();
        if (!some.isEmpty()) {
            TopicPartition partition = some.get(random.nextInt(some.size()));
            long offset = buffered.get(partition).pollFirstEntry().getKey();
            Optional<RecordRun<?>> run = consumer.take(TOPIC, partition.partition(), offset);
            assertThat(run).as("each handed record's run is there").isPresent();
            assertThat(run.get().outcome()).isDone();
            assertThat(((ControlledRun<?>) run.get()).isClosed()).isFalse();
            run.get().close();
            processed.put(partition, offset + 1);
        }
    }

    private void pauseOrResume() {
        if (expected.isEmpty()) {
            return;
        }
        TopicPartition partition = pick(expected.keySet());
        if (paused.remove(partition)) {
            consumer.resume(Set.of(partition));
        } else {
            paused.add(partition);
            consumer.pause(Set.of(partition));
        }
    }

    private void seekBack(TopicPartition partition) {
        consumer.seek(partition, processed.get(partition));
        expected.put(partition, processed.get(partition));
        buffered.get(partition).clear();
    }

    private void rebalance() {
        List<TopicPartition> assigned = log.keySet().stream().filter(partition -> random.nextInt(4) > 0).toList();
        delegate.rebalance(assigned);
    }

    private void assertBounds() {
        long open = engine.runs().stream().filter(run -> !run.isClosed()).count();
        assertThat(consumer.recordsInFlight()).isEqualTo((int) open).isLessThanOrEqualTo(MAX_RECORDS);
        long bytes = engine.runs().stream().filter(run -> !run.isClosed()).mapToLong(run -> run.input().value().length).sum();
        assertThat(consumer.bytesInFlight()).isEqualTo(bytes);
        assertThat(bytes <= MAX_BYTES || open == 1).as("%d bytes in %d records", bytes, open).isTrue();
    }

    /** With everything assigned and going on, all of the log is processed. */
    private void finish() {
        delegate.rebalance(List.copyOf(log.keySet()));
        consumer.resume(Set.copyOf(paused));
        paused.clear();
        for (int i = 0; i < 20 * STEPS && !allProcessed(); i++) {
            completeOne();
            poll();
            processOne();
            assertBounds();
        }
        assertThat(allProcessed()).isTrue();
        consumer.close();
        assertThat(engine.runs()).allMatch(ControlledRun::isClosed);
        assertThat(consumer.recordsInFlight()).isZero();
    }

    private boolean allProcessed() {
        return log.entrySet().stream().allMatch(entry -> processed.get(entry.getKey()) == entry.getValue().size());
    }

    private TopicPartition pick(Collection<TopicPartition> partitions) {
        List<TopicPartition> sorted = partitions.stream().sorted((a, b) -> a.partition() - b.partition()).toList();
        return sorted.get(random.nextInt(sorted.size()));
    }

    /** Serves the log from each partition's position on, as Kafka does: few records a poll, none of a paused partition. */
    private final class LogConsumer extends MockConsumer<byte[], byte[]> {
        LogConsumer() {
            super("earliest");
        }

        @Override
        public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> records = new HashMap<>();
            Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>();
            for (TopicPartition partition : assignment()) {
                long position = position(partition);
                int count = (int) Math.min(1 + random.nextInt(4), log.get(partition).size() - position);
                if (count > 0 && !paused().contains(partition)) {
                    records.put(partition, LongStream.range(position, position + count)
                            .mapToObj(offset -> record(TOPIC, partition.partition(), offset, log.get(partition).get((int) offset))).toList());
                    next.put(partition, new OffsetAndMetadata(position + count));
                    seek(partition, position + count);
                }
            }
            return new ConsumerRecords<>(records, next);
        }
    }

    /** Streams' part of a rebalance: forgets what it had, goes on from what it has committed, which is all it has processed. */
    private final class Streams implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            for (TopicPartition partition : partitions) {
                assertThat(engine.runs()).filteredOn(run -> run.input().partition() == partition.partition()).allMatch(ControlledRun::isClosed);
                expected.remove(partition);
                buffered.remove(partition);
                paused.remove(partition);
            }
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            for (TopicPartition partition : partitions) {
                expected.put(partition, processed.get(partition));
                buffered.put(partition, new TreeMap<>());
                delegate.seek(partition, processed.get(partition));
                if (delegate.paused().contains(partition)) {
                    delegate.resume(Set.of(partition));
                }
            }
        }
    }
}
