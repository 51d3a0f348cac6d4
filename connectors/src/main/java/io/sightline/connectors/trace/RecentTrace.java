package io.sightline.connectors.trace;

import io.sightline.connectors.follow.TopicFollower;
import io.sightline.schemas.TracerWindow;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.SchemaRegistry;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.ApiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last windows of all workers' tracers, as the topic trace has them. Thread-safe; reading never blocks. Own thread: one follows the
 * topic from ten minutes ago on, without a group.
 *
 * <p>Bounds: 64 workers (the longest unheard of gives way), 64 stages and 60 windows of whole requests each. A worker not heard of for ten
 * minutes, or three of its windows where those are longer, is forgotten.
 */
public final class RecentTrace implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RecentTrace.class);

    private final AvroCodec<TracerWindow> codec;
    private final WindowStore store = new WindowStore(Clock.systemUTC());
    private final TopicFollower follower;
    private volatile long passedOver;

    private RecentTrace(Map<String, String> kafka, Topics topics, SchemaRegistry registry) {
        this.codec = new AvroCodec<>(TracerWindow.class, registry);
        this.follower = new TopicFollower("trace", kafka, topics.name(Topic.TRACE), Optional.of(WindowStore.FORGOTTEN_AFTER), this::apply, () -> { });
    }

    /**
     * Begins to read; returns at once.
     *
     * @param kafka properties for the consumer under Kafka's own names; {@code bootstrap.servers} at least
     */
    public static RecentTrace start(Map<String, String> kafka, Topics topics, SchemaRegistry registry) {
        RecentTrace trace = new RecentTrace(kafka, topics, registry);
        trace.follower.start();
        return trace;
    }

    /** A record that is no window is passed over: the first is logged, the others are counted. */
    private void apply(ConsumerRecord<byte[], byte[]> record) {
        try {
            store.put(codec.decode(record.value()));
        } catch (ApiException e) {
            throw e; // the schema registry can't be asked, nothing is known about the record: the follower reads it again
        } catch (RuntimeException e) {
            if (passedOver == 0) {
                LOG.warn("trace: {}-{}@{} passed over: {} (further ones are counted only)", record.topic(), record.partition(), record.offset(), e.getMessage());
            }
            passedOver++;
        }
    }

    /** Why nothing can be said now, one sentence; empty: it can. */
    public Optional<String> trouble() {
        return follower.trouble();
    }

    /** The workers heard of lately, sorted by name; may be none. */
    public List<WorkerTrace> workers() {
        return store.workers();
    }

    /** Records of the topic that were no windows. */
    public long passedOver() {
        return passedOver;
    }

    @Override
    public void close() {
        follower.close();
    }
}
