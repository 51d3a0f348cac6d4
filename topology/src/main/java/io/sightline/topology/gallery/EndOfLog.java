package io.sightline.topology.gallery;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows until when all of a log has been read: the time at which its end was asked for, once that end is reached. The broker is asked again and
 * again, for a consumer that gets nothing may be at the end or cut off. Owner: one thread.
 */
final class EndOfLog {
    private static final Logger LOG = LoggerFactory.getLogger(EndOfLog.class);
    private static final Duration CALL = Duration.ofSeconds(10);
    private static final Duration AGAIN_CALL = Duration.ofSeconds(1);
    private static final Duration AGAIN = Duration.ofMinutes(1);

    private final Clock clock;
    private Map<TopicPartition, Long> ends = Map.of();
    /** When these were asked for. */
    private Instant asked = Instant.MIN;
    private Instant looked = Instant.MIN;
    private Instant seenUntil = Instant.MIN;

    EndOfLog(Clock clock) {
        this.clock = clock;
    }

    /** Asks for the end to be reached first; when it was asked for already, nothing is done. */
    void begin(Consumer<byte[], byte[]> consumer, Collection<TopicPartition> partitions) {
        if (asked == Instant.MIN) {
            Instant now = clock.instant();
            ends = consumer.endOffsets(partitions, CALL);
            asked = now;
            looked = now;
        }
    }

    /** True once the end has been reached that was asked for last. What the consumer has given is taken to be read. */
    boolean isReached(Consumer<byte[], byte[]> consumer) {
        if (!ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey(), CALL) >= end.getValue())) {
            return false;
        }
        seenUntil = asked;
        return true;
    }

    /** Asks for the end anew, where the last look is a minute ago and all that was there then has been read. */
    void lookAgain(Consumer<byte[], byte[]> consumer) {
        Instant now = clock.instant();
        if (now.isBefore(looked.plus(AGAIN)) || !isReached(consumer)) {
            return;
        }
        looked = now;
        try {
            ends = consumer.endOffsets(ends.keySet(), AGAIN_CALL);
            asked = now;
        } catch (TimeoutException e) {
            LOG.debug("the end of the log is not known since {}: {}", asked, e.toString());
        }
    }

    /** All that was on the log then has been read; {@link Instant#MIN}: not known. */
    Instant seenUntil() {
        return seenUntil;
    }
}
