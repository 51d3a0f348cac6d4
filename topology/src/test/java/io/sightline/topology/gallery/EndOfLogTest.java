package io.sightline.topology.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EndOfLogTest {
    private static final TopicPartition P0 = new TopicPartition("t", 0);
    private static final TopicPartition P1 = new TopicPartition("t", 1);
    private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

    private Instant now = START;
    private final Clock clock = new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    };
    private final EndOfLog end = new EndOfLog(clock);
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");

    @BeforeEach
    void open() {
        consumer.assign(List.of(P0, P1));
        ends(5, 7);
        read(0, 0);
    }

    private void ends(long p0, long p1) {
        consumer.updateEndOffsets(Map.of(P0, p0, P1, p1));
    }

    private void read(long p0, long p1) {
        consumer.seek(P0, p0);
        consumer.seek(P1, p1);
    }

    private void after(Duration time) {
        now = now.plus(time);
    }

    @Test
    void shouldHaveSeenAllUntilTheEndWasAskedForAndNotUntilItWasReached() {
        end.begin(consumer, List.of(P0, P1));
        after(Duration.ofHours(1));
        read(5, 6);
        assertThat(end.isReached(consumer)).isFalse();
        assertThat(end.seenUntil()).isEqualTo(Instant.MIN);
        read(5, 7);
        assertThat(end.isReached(consumer)).isTrue();
        assertThat(end.seenUntil()).isEqualTo(START);
    }

    @Test
    void shouldAskOnlyOnceForTheEndToBeReachedFirst() {
        end.begin(consumer, List.of(P0, P1));
        ends(50, 70);
        after(Duration.ofHours(1));
        end.begin(consumer, List.of(P0, P1));
        read(5, 7);
        assertThat(end.isReached(consumer)).isTrue();
        assertThat(end.seenUntil()).isEqualTo(START);
    }

    @Test
    void shouldAskAgainAMinuteLaterAndBelieveItWhenThatEndIsReached() {
        // given
        end.begin(consumer, List.of(P0, P1));
        read(5, 7);
        assertThat(end.isReached(consumer)).isTrue();
        // when it is too soon, then nothing is asked
        ends(6, 7);
        after(Duration.ofMillis(59_999));
        end.lookAgain(consumer);
        assertThat(end.isReached(consumer)).isTrue();
        assertThat(end.seenUntil()).isEqualTo(START);
        // when it is time, then what came meanwhile has to be read first
        after(Duration.ofMillis(1));
        end.lookAgain(consumer);
        assertThat(end.isReached(consumer)).isFalse();
        assertThat(end.seenUntil()).isEqualTo(START);
        after(Duration.ofHours(3));
        read(6, 7);
        assertThat(end.isReached(consumer)).isTrue();
        assertThat(end.seenUntil()).isEqualTo(START.plusSeconds(60));
    }

    @Test
    void shouldNotAskAgainWhileThereIsMoreToRead() {
        end.begin(consumer, List.of(P0, P1));
        read(5, 6);
        ends(5, 100);
        after(Duration.ofDays(1));
        end.lookAgain(consumer);
        read(5, 7);
        assertThat(end.isReached(consumer)).isTrue();
        assertThat(end.seenUntil()).isEqualTo(START);
    }

    @Test
    void shouldHaveSeenNothingMoreWhileKafkaDoesNotAnswer() {
        // given a log that was read to its end, when nobody tells of a new one
        end.begin(consumer, List.of(P0, P1));
        read(5, 7);
        for (int hour = 1; hour <= 30; hour++) {
            after(Duration.ofHours(1));
            consumer.setOffsetsException(new TimeoutException("made by the test"));
            end.lookAgain(consumer);
            assertThat(end.isReached(consumer)).isTrue();
            assertThat(end.seenUntil()).isEqualTo(START);
        }
        // when it answers again
        after(Duration.ofMinutes(1));
        end.lookAgain(consumer);
        assertThat(end.isReached(consumer)).isTrue();
        // then
        assertThat(end.seenUntil()).isEqualTo(now);
    }

    @Test
    void shouldNotBelieveAnEndThatCouldNotBeAskedForAtTheStart() {
        consumer.setOffsetsException(new TimeoutException("made by the test"));
        assertThatThrownBy(() -> end.begin(consumer, List.of(P0, P1))).isInstanceOf(TimeoutException.class);
        after(Duration.ofMinutes(5));
        end.begin(consumer, List.of(P0, P1));
        read(5, 7);
        assertThat(end.isReached(consumer)).isTrue();
        assertThat(end.seenUntil()).isEqualTo(now);
    }
}
