package io.sightline.topology.lookahead;

import io.sightline.processors.recognition.RecordEngine;
import io.sightline.processors.recognition.RecordRun;
import io.sightline.processors.streams.RunSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * Gives Kafka Streams plain clients, but for the consumer of each stream thread: a {@link LookAheadConsumer}. One supplier serves one
 * KafkaStreams. Thread-safe. With {@code group.protocol=streams} Kafka Streams makes its consumer itself: processing is then correct,
 * without look-ahead.
 */
public final class LookAheadClientSupplier implements KafkaClientSupplier {
    private final Map<String, RecordEngine<?>> engines;
    private final LookAheadSettings settings;
    private final Predicate<TopicPartition> fromBeginning;
    private final List<LookAheadConsumer> consumers = new CopyOnWriteArrayList<>();
    /** The consumer that a stream thread polls: its processors run on the same thread. */
    private final ThreadLocal<LookAheadConsumer> polled = new ThreadLocal<>();

    /** @param engines by topic */
    public LookAheadClientSupplier(Map<String, RecordEngine<?>> engines, LookAheadSettings settings) {
        this(engines, settings, partition -> false);
    }

    /** @param fromBeginning asked for each partition that is assigned: true to read it from its beginning, whatever was committed */
    public LookAheadClientSupplier(Map<String, RecordEngine<?>> engines, LookAheadSettings settings, Predicate<TopicPartition> fromBeginning) {
        this.engines = Map.copyOf(engines);
        this.settings = settings;
        this.fromBeginning = fromBeginning;
    }

    /**
     * Where the processors of a topic pick up the runs started ahead.
     *
     * @param engine the topic's engine, as given to this supplier
     * @param commitWhenIdle true to have a record committed at once when the thread has no other work: for exactly-once
     */
    public <O> RunSource<O> runs(RecordEngine<O> engine, boolean commitWhenIdle) {
        if (!engines.containsValue(engine)) {
            throw new IllegalArgumentException("an engine that looks ahead on no topic (expected: one of this supplier's)");
        }
        return new RunSource<>() {
            @Override
            public Optional<RecordRun<O>> take(String topic, int partition, long offset) {
                LookAheadConsumer consumer = engines.get(topic) == engine ? polled.get() : null;
                return consumer == null ? Optional.empty() : consumer.take(topic, partition, offset).map(LookAheadClientSupplier::typed);
            }

            @Override
            public boolean isCommitDue() {
                LookAheadConsumer consumer = commitWhenIdle ? polled.get() : null;
                return consumer != null && consumer.isIdle();
            }
        };
    }

    /** The topic's runs were all started by the topic's engine. */
    @SuppressWarnings("unchecked")
    private static <O> RecordRun<O> typed(RecordRun<?> run) {
        return (RecordRun<O>) run;
    }

    /** From now on no consumer starts or fetches anything; what is started is still handed over. */
    public void startNoMore() {
        consumers.forEach(LookAheadConsumer::startNoMore);
    }

    /** Records worked on ahead of Streams, over all stream threads. */
    public int recordsInFlight() {
        return consumers.stream().mapToInt(LookAheadConsumer::recordsInFlight).sum();
    }

    /** Bytes of the records worked on ahead of Streams. */
    public long bytesInFlight() {
        return consumers.stream().mapToLong(LookAheadConsumer::bytesInFlight).sum();
    }

    /** Records of the assigned partitions not handed to Streams yet; empty where Kafka Streams makes its consumers itself. */
    public OptionalLong lag() {
        return consumers.isEmpty() ? OptionalLong.empty() : OptionalLong.of(consumers.stream().mapToLong(LookAheadConsumer::lag).sum());
    }

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
        LookAheadConsumer consumer = new LookAheadConsumer(plain(config), engines, settings,
                config.get(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG) == null, polled::set, this::closed, fromBeginning);
        consumers.add(consumer);
        return consumer;
    }

    private void closed(LookAheadConsumer consumer) {
        consumers.remove(consumer);
        if (polled.get() == consumer) {
            polled.remove();
        }
    }

    @Override
    public Admin getAdmin(Map<String, Object> config) {
        return Admin.create(config);
    }

    @Override
    public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
        return plain(config);
    }

    @Override
    public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
        return plain(config);
    }

    private static Consumer<byte[], byte[]> plain(Map<String, Object> config) {
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
