package io.sightline.topology.lookahead;

import static io.sightline.topology.lookahead.ScriptedConsumer.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.topology.support.ControlledEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LookAheadConsumerTest {
    private static final String TOPIC = "requests";
    private static final TopicPartition P0 = new TopicPartition(TOPIC, 0);
    private static final TopicPartition P1 = new TopicPartition(TOPIC, 1);
    private static final TopicPartition OTHER = new TopicPartition("other", 0);
    private static final Duration SHORT = Duration.ofMillis(5);

    private final ScriptedConsumer delegate = new ScriptedConsumer();
    private final ControlledEngine<String> engine = new ControlledEngine<>("decode");
    private LookAheadConsumer consumer = consumer(64, 64 << 20);

    private LookAheadConsumer consumer(int maxRecords, long maxBytes) {
        return new LookAheadConsumer(delegate, Map.of(TOPIC, engine), new LookAheadSettings(maxRecords, maxBytes));
    }

    @BeforeEach
    void assign() {
        assigned(consumer);
    }

    private void assigned(LookAheadConsumer fresh) {
        consumer = fresh;
        consumer.assign(List.of(P0, P1, OTHER));
        delegate.updateBeginningOffsets(Map.of(P0, 0L, P1, 0L, OTHER, 0L));
        delegate.updateEndOffsets(Map.of(P0, 100L, P1, 100L, OTHER, 100L));
    }

    private void fetched(int partition, long from, long to) {
        LongStream.range(from, to).forEach(offset -> delegate.addRecord(record(TOPIC, partition, offset, 10)));
    }

    private void complete(int partition, long... offsets) {
        for (long offset : offsets) {
            engine.run(partition, offset).complete("done");
        }
    }

    private static List<Long> offsets(ConsumerRecords<byte[], byte[]> records, TopicPartition partition) {
        return records.records(partition).stream().map(ConsumerRecord::offset).toList();
    }

    private ConsumerRecords<byte[], byte[]> poll() {
        return consumer.poll(SHORT);
    }

    @Test
    void shouldStartWorkAndWithholdRecordsWhenOutcomesAreOpen() {
        fetched(0, 0, 3);

        ConsumerRecords<byte[], byte[]> polled = poll();

        assertThat(polled.isEmpty()).isTrue();
        assertThat(polled.nextOffsets()).isEmpty();
        assertThat(engine.runs()).hasSize(3);
        assertThat(consumer.recordsInFlight()).isEqualTo(3);
        assertThat(consumer.bytesInFlight()).isEqualTo(30);
    }

    @Test
    void shouldHandOverInOffsetOrderWhenOutcomesCompleteOutOfOrder() {
        fetched(0, 0, 4);
        poll();

        complete(0, 2, 1);
        assertThat(poll().isEmpty()).isTrue();
        complete(0, 0);
        ConsumerRecords<byte[], byte[]> polled = poll();

        assertThat(offsets(polled, P0)).containsExactly(0L, 1L, 2L);
        assertThat(polled.nextOffsets()).containsOnly(Map.entry(P0, new OffsetAndMetadata(3, Optional.empty(), "")));
        complete(0, 3);
        assertThat(offsets(poll(), P0)).containsExactly(3L);
    }

    @Test
    void shouldNotLetOnePartitionHoldUpAnotherWhenItsHeadIsSlow() {
        fetched(0, 0, 2);
        fetched(1, 0, 2);
        poll();

        complete(1, 0, 1);
        complete(0, 1);
        ConsumerRecords<byte[], byte[]> polled = poll();

        assertThat(polled.partitions()).containsExactly(P1);
        assertThat(polled.nextOffsets().keySet()).containsExactly(P1);
    }

    @Test
    void shouldLeaveTheRoomToOtherPartitionsWhenARecordIsHeldUpBySomethingOutside() {
        // given room for two, and a record of P0 that waits for its schema
        ControlledEngine<String> holding = new ControlledEngine<>(run -> run.holdUp(run.input().partition() == 0 && run.input().offset() == 0), "decode");
        assigned(new LookAheadConsumer(delegate, Map.of(TOPIC, holding), new LookAheadSettings(2, 64 << 20)));
        fetched(0, 0, 5);
        poll();
        assertThat(holding.runs()).as("nothing behind it is started").hasSize(1);
        // when
        fetched(0, 5, 6);
        for (long offset = 0; offset < 20; offset++) {
            fetched(1, offset, offset + 1);
            poll();
            holding.run(1, offset).complete("done");
            assertThat(offsets(poll(), P1)).containsExactly(offset);
            consumer.take(TOPIC, 1, offset);
        }
        poll();
        // then P1 went on, P0 alone is paused
        assertThat(delegate.paused()).containsExactly(P0);
        assertThat(consumer.paused()).as("Streams has paused nothing").isEmpty();
        assertThat(consumer.recordsInFlight()).isEqualTo(1);
        // when it has come
        holding.run(0, 0).holdUp(false);
        holding.run(0, 0).complete("done");
        // then all of P0 follows, in order
        long next = 0;
        for (int i = 0; i < 40 && next < 6; i++) {
            for (long offset : offsets(poll(), P0)) {
                assertThat(offset).isEqualTo(next++);
                consumer.take(TOPIC, 0, offset);
            }
            holding.runs().forEach(run -> run.complete("done"));
        }
        assertThat(next).isEqualTo(6);
        assertThat(delegate.paused()).isEmpty();
    }

    @Test
    void shouldForgetWhatWasHeldUpWhenItsPartitionGoes() {
        ControlledEngine<String> holding = new ControlledEngine<>(run -> run.holdUp(true), "decode");
        assigned(new LookAheadConsumer(delegate, Map.of(TOPIC, holding), new LookAheadSettings(2, 64 << 20)));
        fetched(0, 0, 2);
        poll();
        poll();
        assertThat(delegate.paused()).containsExactly(P0);
        // when
        consumer.assign(List.of(P1));
        consumer.assign(List.of(P0, P1));
        poll();
        // then
        assertThat(holding.run(0, 0).isClosed()).isTrue();
        assertThat(consumer.recordsInFlight()).isZero();
        assertThat(delegate.paused()).isEmpty();
    }

    @Test
    void shouldHandOverAFailedOutcomeLikeAnyOther() {
        fetched(0, 0, 2);
        poll();

        engine.run(0, 0).fail(new IllegalStateException("lane broke"));
        complete(0, 1);

        assertThat(offsets(poll(), P0)).containsExactly(0L, 1L);
        assertThat(consumer.take(TOPIC, 0, 0)).get().satisfies(run -> assertThat(run.outcome()).isCompletedExceptionally());
    }

    @Test
    void shouldReturnAsSoonAsAnOutcomeIsCompleteWhenPollWouldWaitLonger() {
        fetched(0, 0, 1);
        poll();
        CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS).execute(() -> complete(0, 0));

        long begun = System.nanoTime();
        ConsumerRecords<byte[], byte[]> polled = consumer.poll(Duration.ofSeconds(30));

        assertThat(offsets(polled, P0)).containsExactly(0L);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
        assertThat(delegate.wokenUp).isFalse();
    }

    @Test
    void shouldKeepDrivingTheGroupWhenWaitingForAnOutcome() {
        fetched(0, 0, 1);
        poll();
        delegate.polls.clear();

        consumer.poll(Duration.ofMillis(500));

        assertThat(delegate.polls).hasSizeGreaterThan(5).allMatch(Duration.ZERO::equals);
    }

    @Test
    void shouldLetTheDelegateWaitWhenNothingIsInFlight() {
        delegate.nextPollReturns(new ConsumerRecords<>(Map.of(OTHER, List.of(record("other", 0, 0, 1))), Map.of()));

        consumer.poll(Duration.ofSeconds(7));

        assertThat(delegate.polls.get(0)).isBetween(Duration.ofSeconds(6), Duration.ofSeconds(7));
    }

    @Test
    void shouldPassThroughRecordsOfATopicWithoutEngine() {
        delegate.addRecord(record("other", 0, 0, 10));
        delegate.addRecord(record("other", 0, 1, 10));

        ConsumerRecords<byte[], byte[]> polled = poll();

        assertThat(offsets(polled, OTHER)).containsExactly(0L, 1L);
        assertThat(consumer.take("other", 0, 0)).isEmpty();
        assertThat(consumer.recordsInFlight()).isZero();
    }

    @Test
    void shouldStartNoMoreThanTheBoundWhenMoreIsFetched() {
        assigned(consumer(4, 1 << 20));
        fetched(0, 0, 5);

        poll();

        assertThat(engine.runs()).hasSize(4);
        assertThat(consumer.recordsInFlight()).isEqualTo(4);
        complete(0, 0);
        assertThat(offsets(poll(), P0)).containsExactly(0L);
        assertThat(engine.runs()).as("handed over but not taken still counts").hasSize(4);
        assertThat(consumer.take(TOPIC, 0, 0)).isPresent();
        poll();
        assertThat(engine.runs()).hasSize(5);
    }

    @Test
    void shouldPauseTheDelegateButShowStreamsItsOwnViewWhenFull() {
        assigned(consumer(2, 1 << 20));
        fetched(0, 0, 2);
        consumer.pause(Set.of(P1));

        poll();
        poll();

        assertThat(delegate.paused()).containsExactlyInAnyOrder(P0, P1, OTHER);
        assertThat(consumer.paused()).containsExactly(P1);
        complete(0, 0, 1);
        poll();
        consumer.take(TOPIC, 0, 0);
        consumer.take(TOPIC, 0, 1);
        poll();
        assertThat(delegate.paused()).as("what Streams paused stays paused").containsExactly(P1);
    }

    @Test
    void shouldNotResumeTheDelegateWhenStreamsResumesWhileFull() {
        assigned(consumer(1, 1 << 20));
        consumer.pause(Set.of(P1));
        fetched(0, 0, 1);
        poll();

        consumer.resume(Set.of(P1));
        poll();

        assertThat(consumer.paused()).isEmpty();
        assertThat(delegate.paused()).contains(P1);
    }

    @Test
    void shouldStartNoMoreBytesThanTheBound() {
        assigned(consumer(64, 100));
        LongStream.range(0, 4).forEach(offset -> delegate.addRecord(record(TOPIC, 0, offset, 33)));

        poll();

        assertThat(engine.runs()).as("3 x 33 fit in 100, the fourth does not").hasSize(3);
        assertThat(consumer.bytesInFlight()).isEqualTo(99);
    }

    @Test
    void shouldStartARecordOverTheBoundAloneWhenNothingElseIsInFlight() {
        assigned(consumer(64, 100));
        delegate.addRecord(record(TOPIC, 0, 0, 10));
        delegate.addRecord(record(TOPIC, 0, 1, 5000));
        delegate.addRecord(record(TOPIC, 0, 2, 10));

        poll();
        assertThat(engine.runs()).as("not beside another").hasSize(1);
        takeNext(0);
        assertThat(engine.runs()).as("alone").hasSize(2);
        poll();
        assertThat(engine.runs()).as("nothing beside it").hasSize(2);
        takeNext(1);
        assertThat(engine.runs()).hasSize(3);
    }

    private void takeNext(long offset) {
        complete(0, offset);
        assertThat(offsets(poll(), P0)).containsExactly(offset);
        assertThat(consumer.take(TOPIC, 0, offset)).isPresent();
        poll();
    }

    @Test
    void shouldFetchNothingMoreWhenFetchedRecordsWaitForRoom() {
        assigned(consumer(1, 1 << 20));
        fetched(0, 0, 2);
        poll();
        fetched(0, 2, 3);
        complete(0, 0);
        poll();
        consumer.take(TOPIC, 0, 0);

        poll();

        assertThat(engine.runs()).hasSize(2);
        assertThat(delegate.position(P0)).as("offset 2 is still the delegate's").isEqualTo(2);
    }

    @Test
    void shouldReturnAtOnceWhenAllRoomIsTakenByWhatStreamsHasNotProcessed() {
        assigned(consumer(1, 1 << 20));
        fetched(0, 0, 2);
        poll();
        complete(0, 0);
        poll();

        long begun = System.nanoTime();
        assertThat(consumer.poll(Duration.ofSeconds(20)).isEmpty()).isTrue();

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(15));
    }

    @Test
    void shouldPassOnTheDelegatesNextOffsetWhenAllFetchedWasHandedOver() {
        // given: offset 2 is a transaction marker
        OffsetAndMetadata behindMarker = new OffsetAndMetadata(3, Optional.of(7), "");
        delegate.nextPollReturns(new ConsumerRecords<>(
                Map.of(P0, List.of(record(TOPIC, 0, 0, 1), record(TOPIC, 0, 1, 1))), Map.of(P0, behindMarker)));
        poll();

        complete(0, 0);
        assertThat(poll().nextOffsets()).containsOnly(Map.entry(P0, new OffsetAndMetadata(1, Optional.empty(), "")));
        complete(0, 1);

        assertThat(poll().nextOffsets()).containsOnly(Map.entry(P0, behindMarker));
        assertThat(poll().nextOffsets()).as("passed on once").isEmpty();
    }

    @Test
    void shouldPassOnANextOffsetWithoutRecordsWhenOnlyMarkersWereFetched() {
        OffsetAndMetadata behindMarker = new OffsetAndMetadata(5, Optional.of(1), "");
        delegate.nextPollReturns(new ConsumerRecords<>(Map.of(), Map.of(P0, behindMarker)));

        ConsumerRecords<byte[], byte[]> polled = poll();

        assertThat(polled.isEmpty()).isTrue();
        assertThat(polled.nextOffsets()).containsOnly(Map.entry(P0, behindMarker));
    }

    @Test
    void shouldHoldBackAMarkersNextOffsetWhenARecordBeforeItIsOpen() {
        delegate.nextPollReturns(new ConsumerRecords<>(Map.of(P0, List.of(record(TOPIC, 0, 0, 1))), Map.of(P0, new OffsetAndMetadata(1))));
        poll();
        delegate.nextPollReturns(new ConsumerRecords<>(Map.of(), Map.of(P0, new OffsetAndMetadata(4))));

        assertThat(poll().nextOffsets()).isEmpty();
        complete(0, 0);

        assertThat(poll().nextOffsets()).containsOnly(Map.entry(P0, new OffsetAndMetadata(4)));
    }

    @Test
    void shouldAnswerTheFirstOffsetNotHandedOverWhenAskedForThePosition() {
        fetched(0, 0, 3);
        poll();
        assertThat(consumer.position(P0)).isZero();

        complete(0, 0, 1);
        poll();
        assertThat(consumer.position(P0)).isEqualTo(2);
        assertThat(consumer.position(P0, SHORT)).isEqualTo(2);
        complete(0, 2);
        poll();

        assertThat(consumer.position(P0)).isEqualTo(3);
    }

    @Test
    void shouldCountWhatIsNotHandedOverWhenAskedForTheLag() {
        fetched(0, 0, 3);
        poll();

        assertThat(delegate.currentLag(P0)).isEqualTo(OptionalLong.of(97));
        assertThat(consumer.currentLag(P0)).isEqualTo(OptionalLong.of(100));
    }

    @Test
    void shouldHandOverNothingOfAPartitionThatStreamsPaused() {
        fetched(0, 0, 1);
        poll();
        consumer.pause(Set.of(P0));
        complete(0, 0);

        assertThat(poll().isEmpty()).isTrue();
        consumer.resume(Set.of(P0));

        assertThat(offsets(poll(), P0)).containsExactly(0L);
    }

    @Test
    void shouldDropAndStartAnewWhenStreamsSeeks() {
        fetched(0, 0, 2);
        fetched(1, 0, 1);
        poll();
        complete(0, 0);
        poll();

        consumer.seek(P0, 0);
        fetched(0, 0, 2);
        poll();

        assertThat(engine.runs()).hasSize(5);
        assertThat(engine.runs().subList(0, 2)).filteredOn(run -> run.input().partition() == 0).allMatch(run -> run.isClosed());
        assertThat(engine.run(1, 0).isClosed()).isFalse();
        assertThat(consumer.recordsInFlight()).isEqualTo(3);
        complete(0, 0);
        assertThat(offsets(poll(), P0)).containsExactly(0L);
    }

    @Test
    void shouldDropWhenStreamsSeeksWithMetadataOrToAnEnd() {
        fetched(0, 0, 1);
        fetched(1, 0, 1);
        poll();

        consumer.seek(P0, new OffsetAndMetadata(0));
        assertThat(engine.run(0, 0).isClosed()).isTrue();
        consumer.seekToEnd(List.of());
        assertThat(engine.run(1, 0).isClosed()).isTrue();
        fetched(0, 100, 101);
        poll();
        consumer.seekToBeginning(Set.of(P0));

        assertThat(engine.run(0, 100).isClosed()).isTrue();
        assertThat(consumer.recordsInFlight()).isZero();
    }

    @Test
    void shouldKeepWhatIsInFlightOfPartitionsThatStayWhenTheAssignmentChanges() {
        fetched(0, 0, 1);
        fetched(1, 0, 1);
        poll();

        consumer.assign(List.of(P0));

        assertThat(engine.run(1, 0).isClosed()).isTrue();
        assertThat(engine.run(0, 0).isClosed()).isFalse();
    }

    @Test
    void shouldDropAllWhenUnsubscribed() {
        fetched(0, 0, 2);
        poll();

        consumer.unsubscribe();

        assertThat(engine.runs()).allMatch(run -> run.isClosed());
        assertThat(consumer.recordsInFlight()).isZero();
        assertThat(consumer.bytesInFlight()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"close", "close(timeout)", "close(options)"})
    @SuppressWarnings("deprecation")
    void shouldCloseRunsAndTheDelegateWhenClosed(String way) {
        List<LookAheadConsumer> closed = new ArrayList<>();
        LookAheadConsumer fresh = new LookAheadConsumer(delegate, Map.of(TOPIC, engine), LookAheadSettings.DEFAULT, true, c -> { }, closed::add, partition -> false);
        assigned(fresh);
        fetched(0, 0, 2);
        poll();
        complete(0, 0);
        poll();

        switch (way) {
            case "close" -> consumer.close();
            case "close(timeout)" -> consumer.close(SHORT);
            default -> consumer.close(CloseOptions.timeout(SHORT));
        }

        assertThat(engine.runs()).hasSize(2).allMatch(run -> run.isClosed());
        assertThat(delegate.closed()).isTrue();
        assertThat(closed).containsExactly(fresh);
    }

    @ParameterizedTest
    @CsvSource({"true, LEAVE_GROUP", "false, REMAIN_IN_GROUP"})
    void shouldLeaveItsGroupWhenClosedUnlessItsMembershipIsStatic(boolean leaves, CloseOptions.GroupMembershipOperation expected) {
        LookAheadConsumer fresh = new LookAheadConsumer(delegate, Map.of(TOPIC, engine), LookAheadSettings.DEFAULT, leaves, c -> { }, c -> { }, partition -> false);

        fresh.close(CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP).withTimeout(SHORT));

        assertThat(delegate.closeOptions.groupMembershipOperation()).isEqualTo(expected);
        assertThat(delegate.closeOptions.timeout()).contains(SHORT);
    }

    @Test
    void shouldTellTheLagOfAllPartitionsWhenPolled() {
        fetched(0, 0, 3);

        poll();

        assertThat(consumer.lag()).isEqualTo(300);
    }

    @Test
    void shouldGiveARunOnceAndDropEarlierOnesWhenStreamsPassesOver() {
        fetched(0, 0, 3);
        poll();
        complete(0, 0, 1, 2);
        poll();

        assertThat(consumer.take(TOPIC, 0, 1)).contains(engine.run(0, 1));

        assertThat(engine.run(0, 0).isClosed()).isTrue();
        assertThat(engine.run(0, 1).isClosed()).as("the taker's to close").isFalse();
        assertThat(consumer.take(TOPIC, 0, 1)).isEmpty();
        assertThat(consumer.take(TOPIC, 0, 0)).isEmpty();
        assertThat(consumer.take(TOPIC, 1, 0)).isEmpty();
        assertThat(consumer.recordsInFlight()).isEqualTo(1);
    }

    @Test
    void shouldHandOverWithoutARunWhenTheEngineCannotStart() {
        engine.breakWith(new IllegalStateException("closed"));
        fetched(0, 0, 1);

        assertThat(offsets(poll(), P0)).containsExactly(0L);

        assertThat(consumer.take(TOPIC, 0, 0)).isEmpty();
        assertThat(consumer.recordsInFlight()).isZero();
    }

    @Test
    void shouldKeepWhatIsInFlightWhenAPollFails() {
        fetched(0, 0, 1);
        poll();
        delegate.setPollException(new KafkaException("broker away"));

        assertThatThrownBy(this::poll).hasMessage("broker away");
        complete(0, 0);

        assertThat(offsets(poll(), P0)).containsExactly(0L);
    }

    @Test
    void shouldRefuseACommitWithoutOffsets() {
        assertThatThrownBy(() -> consumer.commitSync()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> consumer.commitSync(SHORT)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> consumer.commitAsync()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> consumer.commitAsync(null)).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void shouldHandOverTheStartedAndStartNoneWhenToldToStop() {
        assigned(consumer(2, 1 << 20));
        fetched(0, 0, 3);
        poll();

        consumer.startNoMore();
        complete(0, 0, 1);
        ConsumerRecords<byte[], byte[]> polled = poll();
        consumer.take(TOPIC, 0, 1);
        fetched(1, 0, 1);
        poll();

        assertThat(offsets(polled, P0)).containsExactly(0L, 1L);
        assertThat(engine.runs()).hasSize(2);
        assertThat(consumer.recordsInFlight()).isZero();
    }
}
