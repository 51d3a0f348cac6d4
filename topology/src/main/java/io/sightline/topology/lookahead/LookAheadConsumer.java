package io.sightline.topology.lookahead;

import io.sightline.processors.recognition.RecordEngine;
import io.sightline.processors.recognition.RecordRun;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.clients.consumer.SubscriptionPattern;
import org.apache.kafka.common.TopicPartition;

/**
 * The consumer Kafka Streams polls: starts the work on each record as it is fetched and hands the record over once its outcome is
 * complete, in offset order for each partition. So one thread and one partition keep the stages' batches full, and Streams, which
 * commits what it was given, is never given a record whose work is not done.
 *
 * <p>Owner: the stream thread, as for any Kafka consumer; only the completion of an outcome comes from other threads, and all it does is
 * raise a signal.
 *
 * <p>Bounds: {@link LookAheadSettings}. When full, the delegate's partitions are paused and the group is still driven; a partition whose record
 * waits for something outside ({@link RecordRun#isHeldUp}) is paused alone. While work goes on,
 * poll waits in slices of at most 1 ms with a poll of the delegate between (never by {@code wakeup()}: that could hit a later commit).
 *
 * <p>Guaranteed: a partition's records come in offset order, each at most once for each position fetched from; a partition's next offset
 * never passes a record not handed over; what was not handed over, or handed over and not taken, is dropped at revocation, loss, seek
 * and close, before Streams learns of it, and its runs are closed. A failed outcome is handed over like any other.
 */
public final class LookAheadConsumer extends DelegatingConsumer {
    private static final Duration SLICE = Duration.ofMillis(1);
    private static final long LAG_EVERY_NS = 1_000_000_000L;

    private final CompletionSignal signal = new CompletionSignal();
    private final HeldRecords held;
    private final Set<TopicPartition> pausedByStreams = new HashSet<>();
    private final java.util.function.Consumer<LookAheadConsumer> beforePoll;
    private final java.util.function.Consumer<LookAheadConsumer> afterClose;
    private final boolean leavesGroup;
    private final Predicate<TopicPartition> fromBeginning;
    private long lagLookedNs = System.nanoTime() - LAG_EVERY_NS;
    private volatile long lag;

    /** @param engines by topic; records of other topics pass through in order */
    public LookAheadConsumer(Consumer<byte[], byte[]> delegate, Map<String, ? extends RecordEngine<?>> engines, LookAheadSettings settings) {
        this(delegate, engines, settings, false, consumer -> { }, consumer -> { }, partition -> false);
    }

    /**
     * @param leavesGroup see {@link #close(CloseOptions)}
     * @param fromBeginning asked for each partition that is assigned: true to read it from its beginning, whatever was committed
     */
    LookAheadConsumer(Consumer<byte[], byte[]> delegate, Map<String, ? extends RecordEngine<?>> engines, LookAheadSettings settings,
            boolean leavesGroup, java.util.function.Consumer<LookAheadConsumer> beforePoll, java.util.function.Consumer<LookAheadConsumer> afterClose,
            Predicate<TopicPartition> fromBeginning) {
        super(delegate);
        this.fromBeginning = fromBeginning;
        this.held = new HeldRecords(engines, settings, signal);
        this.leavesGroup = leavesGroup;
        this.beforePoll = beforePoll;
        this.afterClose = afterClose;
    }

    /**
     * The run of a record that poll has handed over, removed and the caller's to close; empty where there is none. Runs of earlier
     * records of the partition are dropped: Streams has passed them over.
     */
    public Optional<RecordRun<?>> take(String topic, int partition, long offset) {
        return held.take(new TopicPartition(topic, partition), offset);
    }

    /** True when everything fetched was handed over and taken. The consumer's thread. */
    boolean isIdle() {
        return held.startedRecords() == 0 && !held.hasWaiting();
    }

    /** From now on nothing is started or fetched; what is started is still handed over. For a stop without waste. Any thread. */
    public void startNoMore() {
        held.startNoMore();
    }

    /** Records worked on and not taken. Any thread. */
    public int recordsInFlight() {
        return held.startedRecords();
    }

    /** Their bytes. Any thread. */
    public long bytesInFlight() {
        return held.startedBytes();
    }

    /** Records of the assigned partitions not handed over yet, as of the last second's poll. Any thread. */
    public long lag() {
        return lag;
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        beforePoll.accept(this);
        lookAtLag();
        long deadlineNs = System.nanoTime() + timeout.toNanos();
        while (true) {
            pauseOrResume();
            Duration left = Duration.ofNanos(Math.max(0, deadlineNs - System.nanoTime()));
            held.add(delegate.poll(held.hasWaiting() ? Duration.ZERO : left));
            held.start();
            ConsumerRecords<byte[], byte[]> ready = held.handOver(pausedByStreams::contains);
            left = Duration.ofNanos(deadlineNs - System.nanoTime());
            if (!ready.isEmpty() || !ready.nextOffsets().isEmpty() || left.isNegative() || left.isZero()) {
                return ready;
            }
            if (held.hasWaiting()) {
                if (!held.hasRunning()) {
                    // All room is taken by what Streams has and has not processed, or Streams has paused what is ready: its turn.
                    signal.await(SLICE);
                    return ready;
                }
                signal.await(left.compareTo(SLICE) < 0 ? left : SLICE);
            }
        }
    }

    private void lookAtLag() {
        if (System.nanoTime() - lagLookedNs >= LAG_EVERY_NS) {
            lagLookedNs = System.nanoTime();
            lag = delegate.assignment().stream().mapToLong(partition -> currentLag(partition).orElse(0)).sum();
        }
    }

    private void pauseOrResume() {
        Set<TopicPartition> paused = delegate.paused();
        Set<TopicPartition> wanted = new HashSet<>(delegate.assignment());
        if (held.isFull()) {
            wanted.removeAll(paused);
            if (!wanted.isEmpty()) {
                delegate.pause(wanted);
            }
            return;
        }
        Set<TopicPartition> heldUp = new HashSet<>(held.heldUp());
        if (!paused.isEmpty()) {
            wanted.retainAll(paused);
            wanted.removeAll(pausedByStreams);
            wanted.removeAll(heldUp);
            if (!wanted.isEmpty()) {
                delegate.resume(wanted);
            }
        }
        heldUp.removeAll(paused);
        if (!heldUp.isEmpty()) {
            delegate.pause(heldUp);
        }
    }

    @Override
    public Set<TopicPartition> paused() {
        return Set.copyOf(pausedByStreams);
    }

    @Override
    public void pause(Collection<TopicPartition> partitions) {
        delegate.pause(partitions);
        pausedByStreams.addAll(partitions);
    }

    @Override
    public void resume(Collection<TopicPartition> partitions) {
        if (!held.isFull()) {
            delegate.resume(partitions);
        }
        partitions.forEach(pausedByStreams::remove);
    }

    @Override
    public long position(TopicPartition partition) {
        return held.firstWaiting(partition).orElseGet(() -> delegate.position(partition));
    }

    @Override
    public long position(TopicPartition partition, Duration timeout) {
        return held.firstWaiting(partition).orElseGet(() -> delegate.position(partition, timeout));
    }

    @Override
    public OptionalLong currentLag(TopicPartition partition) {
        OptionalLong lag = delegate.currentLag(partition);
        return lag.isPresent() ? OptionalLong.of(lag.getAsLong() + held.waitingCount(partition)) : lag;
    }

    @Override
    public void seek(TopicPartition partition, long offset) {
        held.drop(Set.of(partition));
        delegate.seek(partition, offset);
    }

    @Override
    public void seek(TopicPartition partition, OffsetAndMetadata offset) {
        held.drop(Set.of(partition));
        delegate.seek(partition, offset);
    }

    @Override
    public void seekToBeginning(Collection<TopicPartition> partitions) {
        dropOrAll(partitions);
        delegate.seekToBeginning(partitions);
    }

    @Override
    public void seekToEnd(Collection<TopicPartition> partitions) {
        dropOrAll(partitions);
        delegate.seekToEnd(partitions);
    }

    /** To Kafka's seekToX no partitions means all. */
    private void dropOrAll(Collection<TopicPartition> partitions) {
        if (partitions.isEmpty()) {
            held.dropAll();
        } else {
            held.drop(partitions);
        }
    }

    @Override
    public void assign(Collection<TopicPartition> partitions) {
        delegate.assign(partitions);
        held.retain(partitions);
        pausedByStreams.retainAll(partitions);
    }

    @Override
    public void subscribe(Collection<String> topics, ConsumerRebalanceListener listener) {
        delegate.subscribe(topics, new DroppingListener(listener));
    }

    @Override
    public void subscribe(Collection<String> topics) {
        delegate.subscribe(topics, new DroppingListener(null));
    }

    @Override
    public void subscribe(Pattern pattern, ConsumerRebalanceListener listener) {
        delegate.subscribe(pattern, new DroppingListener(listener));
    }

    @Override
    public void subscribe(Pattern pattern) {
        delegate.subscribe(pattern, new DroppingListener(null));
    }

    @Override
    public void subscribe(SubscriptionPattern pattern, ConsumerRebalanceListener listener) {
        delegate.subscribe(pattern, new DroppingListener(listener));
    }

    @Override
    public void subscribe(SubscriptionPattern pattern) {
        delegate.subscribe(pattern, new DroppingListener(null));
    }

    @Override
    public void unsubscribe() {
        held.dropAll();
        pausedByStreams.clear();
        delegate.unsubscribe();
    }

    @Override
    public void commitSync() {
        throw commitNeedsOffsets();
    }

    @Override
    public void commitSync(Duration timeout) {
        throw commitNeedsOffsets();
    }

    @Override
    public void commitAsync() {
        throw commitNeedsOffsets();
    }

    @Override
    public void commitAsync(OffsetCommitCallback callback) {
        throw commitNeedsOffsets();
    }

    private static UnsupportedOperationException commitNeedsOffsets() {
        return new UnsupportedOperationException("commit without offsets (expected: with offsets; without, records not handed over yet would be committed)");
    }

    @Override
    public void close() {
        dropForGood();
        delegate.close();
    }

    @Override
    @Deprecated
    public void close(Duration timeout) {
        dropForGood();
        delegate.close(CloseOptions.timeout(timeout));
    }

    /**
     * Streams keeps a closed consumer's place in the group: good for state that stays on a disk. There is none here, and the partitions of
     * a thread that died would wait for the session time-out: without static membership the consumer leaves its group whatever Streams says.
     */
    @Override
    public void close(CloseOptions options) {
        dropForGood();
        delegate.close(leavesGroup ? options.withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP) : options);
    }

    private void dropForGood() {
        held.dropAll();
        afterClose.accept(this);
    }

    /** Drops what is held of partitions that go, before Streams' own listener is told. Called by the delegate's poll on the consumer's thread. */
    private final class DroppingListener implements ConsumerRebalanceListener {
        private final ConsumerRebalanceListener streams;

        DroppingListener(ConsumerRebalanceListener streams) {
            this.streams = streams;
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            gone(partitions);
            if (streams != null) {
                streams.onPartitionsRevoked(partitions);
            }
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            gone(partitions);
            if (streams != null) {
                streams.onPartitionsLost(partitions);
            }
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            if (streams != null) {
                streams.onPartitionsAssigned(partitions);
            }
            Set<TopicPartition> again = partitions.stream().filter(fromBeginning).collect(Collectors.toSet());
            if (!again.isEmpty()) {
                delegate.seekToBeginning(again);
            }
        }

        private void gone(Collection<TopicPartition> partitions) {
            held.drop(partitions);
            partitions.forEach(pausedByStreams::remove);
        }
    }
}
