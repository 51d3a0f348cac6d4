package io.sightline.topology;

import io.sightline.schemas.settings.Setting;
import java.util.Map;

/**
 * How a worker runs on Kafka.
 *
 * <p>What each {@code processing_guarantee} guarantees (a request counts as answered when its result is on the results topic):
 * <ul>
 *   <li>{@code at_least_once}: every request is answered, whatever dies when; a request may be answered twice after a failure or a
 *       rebalance (everything since the last commit, at most a second, is done again). The two results are equal but for their timings.
 *   <li>{@code exactly_once_v2}: every request has exactly one result and one dead letter at most for readers with
 *       {@code isolation.level=read_committed}, whatever dies when. Costs about 5 ms of latency; after a kill -9 such readers wait up to
 *       the transaction time-out (2 s).
 * </ul>
 */
public record StreamsSettings(
        @Setting(doc = "Brokers to begin with, host:port,...", def = "127.0.0.1:9092") String bootstrapServers,
        @Setting(doc = "Name of the workers' group: workers with the same name share the requests.", def = "sightline") String applicationId,
        @Setting(doc = "at_least_once: no request is lost, one may be answered twice after a failure. exactly_once_v2: exactly one result each, for readers with isolation.level=read_committed.", def = "at_least_once") String processingGuarantee,
        @Setting(doc = "Threads that poll Kafka and publish; one keeps the stages of a machine busy.", def = "1", min = 1, max = 64) int streamThreads,
        @Setting(doc = "Name of this worker, different for each, the same after its restart: it then gets its partitions back without a rebalance (static membership). Empty: none.", def = "") String instanceId,
        @Setting(doc = "A worker silent for so long is taken for dead and its partitions go to the others, milliseconds.", def = "10000", min = 6000, max = 300000) int sessionTimeoutMs,
        @Setting(doc = "Longest wait at start for the gallery to be loaded and the partitions to be assigned, milliseconds.", def = "60000", min = 1000, max = 3600000) long startTimeoutMs,
        @Setting(doc = "Longest wait at stop for the work in progress, milliseconds.", def = "30000", min = 0, max = 600000) long stopTimeoutMs,
        @Setting(doc = "Passed through to all Kafka clients: security.protocol, sasl.jaas.config and the like.") Map<String, String> kafka,
        @Setting(doc = "Passed through to Kafka Streams, client prefixes included: producer.compression.type, main.consumer.fetch.max.bytes.") Map<String, String> streams) {

    public static final String AT_LEAST_ONCE = "at_least_once";
    public static final String EXACTLY_ONCE = "exactly_once_v2";

    public StreamsSettings {
        if (!AT_LEAST_ONCE.equals(processingGuarantee) && !EXACTLY_ONCE.equals(processingGuarantee)) {
            throw new IllegalArgumentException(
                    "streams.processing_guarantee: '" + processingGuarantee + "' (expected: " + AT_LEAST_ONCE + " or " + EXACTLY_ONCE + ")");
        }
        if (bootstrapServers.isBlank()) {
            throw new IllegalArgumentException("streams.bootstrap_servers: '' (expected: host:port,...)");
        }
        if (!applicationId.matches("[A-Za-z0-9._-]{1,200}")) {
            throw new IllegalArgumentException("streams.application_id: '" + applicationId + "' (expected: 1 to 200 of A-Z a-z 0-9 . _ -)");
        }
        if (streamThreads < 1) {
            throw new IllegalArgumentException("streams.stream_threads: " + streamThreads + " (expected: 1 or more)");
        }
        kafka = Map.copyOf(kafka);
        streams = Map.copyOf(streams);
    }

    /** The defaults, at least once. */
    public static StreamsSettings of(String bootstrapServers, String applicationId) {
        return new StreamsSettings(bootstrapServers, applicationId, AT_LEAST_ONCE, 1, "", 10_000, 60_000, 30_000, Map.of(), Map.of());
    }

    public boolean exactlyOnce() {
        return EXACTLY_ONCE.equals(processingGuarantee);
    }

    public StreamsSettings withProcessingGuarantee(String guarantee) {
        return new StreamsSettings(bootstrapServers, applicationId, guarantee, streamThreads, instanceId, sessionTimeoutMs, startTimeoutMs,
                stopTimeoutMs, kafka, streams);
    }

    public StreamsSettings withInstanceId(String instance) {
        return new StreamsSettings(bootstrapServers, applicationId, processingGuarantee, streamThreads, instance, sessionTimeoutMs,
                startTimeoutMs, stopTimeoutMs, kafka, streams);
    }

    public StreamsSettings withStreams(Map<String, String> passedThrough) {
        return new StreamsSettings(bootstrapServers, applicationId, processingGuarantee, streamThreads, instanceId, sessionTimeoutMs,
                startTimeoutMs, stopTimeoutMs, kafka, passedThrough);
    }
}
