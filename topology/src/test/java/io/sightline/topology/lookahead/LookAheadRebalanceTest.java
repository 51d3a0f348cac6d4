package io.sightline.topology.lookahead;

import static io.sightline.topology.lookahead.ScriptedConsumer.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.sightline.topology.support.ControlledEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LookAheadRebalanceTest {
    private static final String TOPIC = "requests";
    private static final TopicPartition P0 = new TopicPartition(TOPIC, 0);
    private static final TopicPartition P1 = new TopicPartition(TOPIC, 1);
    private static final Duration SHORT = Duration.ofMillis(5);

    private final ScriptedConsumer delegate = new ScriptedConsumer();
    private final ControlledEngine<String> engine = new ControlledEngine<>("decode");
    private final LookAheadConsumer consumer = new LookAheadConsumer(delegate, Map.of(TOPIC, engine), new LookAheadSettings(2, 1 << 20));
    private final StreamsListener streams = new StreamsListener();

    /** Remembers what Streams would see at each call. */
    private final class StreamsListener implements ConsumerRebalanceListener {
        private final List<String> calls = new ArrayList<>();
        private int inFlightAtCall = -1;

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            calls.add("revoked " + partitions);
            inFlightAtCall = consumer.recordsInFlight();
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            calls.add("assigned " + partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            calls.add("lost " + partitions);
            inFlightAtCall = consumer.recordsInFlight();
        }
    }

    @BeforeEach
    void subscribe() {
        consumer.subscribe(Set.of(TOPIC), streams);
        delegate.rebalance(List.of(P0, P1));
        delegate.updateBeginningOffsets(Map.of(P0, 0L, P1, 0L));
    }

    private void fetchedOneOfEach() {
        delegate.addRecord(record(TOPIC, 0, 0, 10));
        delegate.addRecord(record(TOPIC, 1, 0, 10));
        consumer.poll(SHORT);
    }

    @Test
    void shouldTellStreamsOfItsAssignment() {
        assertThat(streams.calls).containsExactly("assigned [requests-0, requests-1]");
    }

    @Test
    void shouldDropBeforeStreamsIsToldWhenAPartitionIsRevoked() {
        fetchedOneOfEach();

        delegate.schedulePollTask(() -> delegate.rebalance(List.of(P1)));
        consumer.poll(SHORT);

        assertThat(streams.calls).contains("revoked [requests-0]");
        assertThat(streams.inFlightAtCall).isEqualTo(1);
        assertThat(engine.run(0, 0).isClosed()).isTrue();
        assertThat(engine.run(1, 0).isClosed()).isFalse();
    }

    @Test
    void shouldDropBeforeStreamsIsToldWhenPartitionsAreLost() {
        fetchedOneOfEach();

        delegate.listener.onPartitionsLost(List.of(P0, P1));

        assertThat(streams.calls).contains("lost [requests-0, requests-1]");
        assertThat(streams.inFlightAtCall).isZero();
        assertThat(engine.runs()).allMatch(run -> run.isClosed());
    }

    @Test
    void shouldNotHandOverACompletedRecordOfARevokedPartition() {
        fetchedOneOfEach();
        engine.run(0, 0).complete("done");

        delegate.schedulePollTask(() -> delegate.rebalance(List.of(P1)));

        assertThat(consumer.poll(SHORT).isEmpty()).isTrue();
        assertThat(consumer.take(TOPIC, 0, 0)).isEmpty();
    }

    @Test
    void shouldDropWhatWasHandedOverAndNotTakenWhenThePartitionIsRevoked() {
        fetchedOneOfEach();
        engine.run(0, 0).complete("done");
        assertThat(consumer.poll(SHORT).count()).isEqualTo(1);

        delegate.rebalance(List.of(P1));

        assertThat(engine.run(0, 0).isClosed()).isTrue();
        assertThat(consumer.recordsInFlight()).isEqualTo(1);
    }

    @Test
    void shouldFetchAgainWhenARevokedPartitionComesBack() {
        fetchedOneOfEach();
        delegate.rebalance(List.of(P1));

        delegate.rebalance(List.of(P0, P1));
        delegate.addRecord(record(TOPIC, 0, 0, 10));
        consumer.poll(SHORT);
        engine.run(0, 0).complete("done");

        assertThat(consumer.poll(SHORT).records(P0)).hasSize(1);
        assertThat(engine.runs()).filteredOn(run -> run.input().partition() == 0).hasSize(2);
    }

    @Test
    void shouldForgetStreamsPauseWhenThePartitionIsRevoked() {
        consumer.pause(Set.of(P0, P1));

        delegate.rebalance(List.of(P1));

        assertThat(consumer.paused()).containsExactly(P1);
    }

    @Test
    void shouldHoldANewPartitionWhenAssignedWhileFull() {
        delegate.rebalance(List.of(P0));
        delegate.addRecord(record(TOPIC, 0, 0, 10));
        delegate.addRecord(record(TOPIC, 0, 1, 10));
        consumer.poll(SHORT);

        delegate.schedulePollTask(() -> {
            delegate.rebalance(List.of(P0, P1));
            delegate.addRecord(record(TOPIC, 1, 0, 10));
        });
        consumer.poll(SHORT);

        assertThat(engine.runs()).as("at most 2, whatever the rebalance fetched").hasSize(2);
        assertThat(delegate.paused()).contains(P1);
    }

    @Test
    void shouldDropWithoutAListenerOfStreamsAsWell() {
        consumer.subscribe(Set.of(TOPIC));
        delegate.rebalance(List.of());
        delegate.rebalance(List.of(P0, P1));
        fetchedOneOfEach();

        delegate.rebalance(List.of());

        assertThat(engine.runs()).hasSize(2).allMatch(run -> run.isClosed());
    }

    @Test
    void shouldDropWhenSubscribedByPattern() {
        consumer.unsubscribe();
        consumer.subscribe(Pattern.compile("req.*"), streams);
        delegate.updatePartitions(TOPIC, List.of());
        delegate.rebalance(List.of(P0, P1));
        fetchedOneOfEach();

        delegate.rebalance(List.of());

        assertThat(engine.runs()).hasSize(2).allMatch(run -> run.isClosed());
    }
}
