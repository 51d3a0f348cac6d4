package io.sightline.topology;

import io.sightline.processors.streams.DeadLetterRecord;
import io.sightline.topology.failure.FailureRecords;
import io.sightline.topology.failure.ProductionFailureHandler;
import io.sightline.topology.failure.UnexpectedFailureHandler;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * Kafka's own properties from {@link StreamsSettings}: low latency and large messages (why each value: docs/architecture.md and the
 * measurements it names), then what the configuration passes through, which wins. Keys that Sightline must set itself are a start error.
 */
public final class StreamsProperties {
    /** Room for a few of the largest messages at once. */
    private static final long BUFFER_BYTES = 4L * DeadLetterRecord.MAX_BYTES;
    private static final int FETCH_BYTES = 2 * DeadLetterRecord.MAX_BYTES;
    private static final int MAX_POLL_RECORDS = 32;

    /** Keys the configuration may not pass through, and why or what to use instead. */
    private static final Map<String, String> OWNED = new TreeMap<>(Map.ofEntries(
            Map.entry(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "use kafka.bootstrap.servers"),
            Map.entry(StreamsConfig.APPLICATION_ID_CONFIG, "use worker.application_id"),
            Map.entry(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, "use worker.processing_guarantee"),
            Map.entry(StreamsConfig.NUM_STREAM_THREADS_CONFIG, "use worker.stream_threads"),
            Map.entry(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, "use worker.instance_id"),
            Map.entry(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, "use worker.session_timeout_ms"),
            Map.entry(ConsumerConfig.GROUP_ID_CONFIG, "it is worker.application_id"),
            Map.entry(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "Kafka Streams commits"),
            Map.entry(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "it follows from worker.processing_guarantee"),
            Map.entry(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, "records are read as bytes"),
            Map.entry(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, "records are read as bytes"),
            Map.entry(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, "records are written as bytes"),
            Map.entry(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, "records are written as bytes"),
            Map.entry(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "Kafka Streams sets it"),
            Map.entry(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, "Sightline's own makes dead letters"),
            Map.entry(StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, "Sightline's own makes dead letters")));

    private static final String[] CLIENT_PREFIXES = {StreamsConfig.MAIN_CONSUMER_PREFIX, StreamsConfig.RESTORE_CONSUMER_PREFIX,
        StreamsConfig.GLOBAL_CONSUMER_PREFIX, StreamsConfig.CONSUMER_PREFIX, StreamsConfig.PRODUCER_PREFIX, StreamsConfig.ADMIN_CLIENT_PREFIX};

    private StreamsProperties() {
    }

    /** For Kafka Streams. @throws IllegalArgumentException naming the key passed through that may not be */
    public static Properties of(StreamsSettings settings, FailureRecords failures) {
        Properties p = new Properties();
        p.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrapServers());
        p.put(StreamsConfig.APPLICATION_ID_CONFIG, settings.worker().applicationId());
        p.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, settings.worker().processingGuarantee().kafkaName());
        p.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, settings.worker().streamThreads());
        p.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, settings.worker().exactlyOnce() ? 20 : 1000);
        if (settings.worker().exactlyOnce()) {
            // A commit that is not due yet waits until the next poll returns: with the default 100 ms a lone request's result too.
            p.put(StreamsConfig.POLL_MS_CONFIG, 5);
        }
        p.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, UnexpectedFailureHandler.class);
        p.put(StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, ProductionFailureHandler.class);
        p.put(FailureRecords.CONFIG, failures);
        putProducer(p, settings);
        putConsumer(p, settings);
        // Stateless: nothing to probe or warm up; a second worker takes its share at once.
        p.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        settings.kafka().forEach((key, value) -> passThrough(p, checked("kafka", key), value));
        settings.streams().forEach((key, value) -> passThrough(p, checked("streams", key), value));
        return p;
    }

    /** To Kafka Streams a key for one client wins over the same key for all: ours for one client give way to what is passed through. */
    private static void passThrough(Properties p, String key, String value) {
        p.remove(StreamsConfig.PRODUCER_PREFIX + key);
        p.remove(StreamsConfig.MAIN_CONSUMER_PREFIX + key);
        if (key.startsWith(StreamsConfig.CONSUMER_PREFIX)) {
            p.remove(StreamsConfig.MAIN_CONSUMER_PREFIX + key.substring(StreamsConfig.CONSUMER_PREFIX.length()));
        }
        p.put(key, value);
    }

    private static void putProducer(Properties p, StreamsSettings settings) {
        // Streams waits 100 ms for more records unless told not to.
        p.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 0);
        p.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), DeadLetterRecord.MAX_BYTES);
        p.put(StreamsConfig.producerPrefix(ProducerConfig.BUFFER_MEMORY_CONFIG), BUFFER_BYTES);
        if (settings.worker().exactlyOnce() && !"streams".equals(settings.streams().get(StreamsConfig.GROUP_PROTOCOL_CONFIG))) {
            // Without look-ahead work is waited for inside a transaction: then Kafka Streams' own 10 s stay.
            // After a kill -9 readers of committed records wait so long for the dead worker's transaction.
            p.put(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), 2000);
        }
    }

    private static void putConsumer(Properties p, StreamsSettings settings) {
        p.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), MAX_POLL_RECORDS);
        p.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG), DeadLetterRecord.MAX_BYTES);
        p.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.FETCH_MAX_BYTES_CONFIG), FETCH_BYTES);
        p.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG), 100);
        p.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), settings.worker().sessionTimeoutMs());
        p.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), Math.min(1000, settings.worker().sessionTimeoutMs() / 3));
        if (!settings.worker().instanceId().isBlank()) {
            p.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), settings.worker().instanceId());
        }
    }

    /** For a plain client beside Streams (the gallery follower, topic set-up, the trace): brokers and the kafka section. */
    public static Map<String, Object> client(StreamsSettings settings) {
        Map<String, Object> p = new HashMap<>();
        settings.kafka().forEach((key, value) -> p.put(checked("kafka", key), value));
        p.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrapServers());
        return p;
    }

    private static String checked(String section, String key) {
        String bare = key;
        for (String prefix : CLIENT_PREFIXES) {
            if (key.startsWith(prefix)) {
                bare = key.substring(prefix.length());
                break;
            }
        }
        String instead = OWNED.get(bare);
        if (instead != null) {
            throw new IllegalArgumentException(section + "." + key + ": passed through (expected: not set there, " + instead + ")");
        }
        return key;
    }
}
