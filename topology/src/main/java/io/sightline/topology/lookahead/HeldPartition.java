package io.sightline.topology.lookahead;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/**
 * One partition's records in offset order: first those handed over whose run was not taken yet, then those not handed over. Owner: the
 * consumer's thread.
 */
final class HeldPartition {
    private final Deque<HeldRecord> handed = new ArrayDeque<>();
    private final Deque<HeldRecord> waiting = new ArrayDeque<>();
    /** Where the delegate goes on after all it has fetched (transaction markers skipped); null once passed on. */
    private OffsetAndMetadata fetchedUpTo;

    void add(HeldRecord held) {
        waiting.add(held);
    }

    void fetchedUpTo(OffsetAndMetadata next) {
        fetchedUpTo = next;
    }

    /** The first offset not handed over, where that is known here. */
    Optional<Long> firstWaiting() {
        return Optional.ofNullable(waiting.peek()).map(HeldRecord::offset);
    }

    int waitingCount() {
        return waiting.size();
    }

    boolean hasRunning() {
        return waiting.stream().anyMatch(HeldRecord::isRunning);
    }

    boolean hasReady() {
        return !waiting.isEmpty() && waiting.peek().isReady();
    }

    /** What is ready at the head, and where Streams goes on after it; empty lists and nothing where nothing is. */
    Handover handOver() {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        while (hasReady()) {
            HeldRecord held = waiting.poll();
            records.add(held.record());
            if (held.run() != null) {
                handed.add(held);
            }
        }
        return new Handover(records, next(records));
    }

    private Optional<OffsetAndMetadata> next(List<ConsumerRecord<byte[], byte[]>> records) {
        if (waiting.isEmpty() && fetchedUpTo != null) {
            OffsetAndMetadata next = fetchedUpTo;
            fetchedUpTo = null;
            return Optional.of(next);
        }
        if (records.isEmpty()) {
            return Optional.empty();
        }
        ConsumerRecord<byte[], byte[]> last = records.get(records.size() - 1);
        return Optional.of(new OffsetAndMetadata(last.offset() + 1, last.leaderEpoch(), ""));
    }

    /** Handed records up to the offset, removed: Streams goes through a partition in order, so earlier ones were passed over. */
    List<HeldRecord> takeUpTo(long offset) {
        List<HeldRecord> taken = new ArrayList<>();
        while (!handed.isEmpty() && handed.peek().offset() <= offset) {
            taken.add(handed.poll());
        }
        return taken;
    }

    /** All records, removed. */
    List<HeldRecord> drain() {
        List<HeldRecord> all = new ArrayList<>(handed);
        all.addAll(waiting);
        handed.clear();
        waiting.clear();
        fetchedUpTo = null;
        return all;
    }

    record Handover(List<ConsumerRecord<byte[], byte[]>> records, Optional<OffsetAndMetadata> next) {
    }
}
