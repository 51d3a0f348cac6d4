package io.sightline.topology;

import java.util.Map;

/**
 * What Kafka Streams and the clients beside it are set up from.
 *
 * @param bootstrapServers brokers to begin with, host:port,...
 * @param kafka passed through to all Kafka clients: security.protocol, sasl.jaas.config and the like
 * @param streams passed through to Kafka Streams, client prefixes included: producer.compression.type, main.consumer.fetch.max.bytes
 */
public record StreamsSettings(String bootstrapServers, WorkerSettings worker, Map<String, String> kafka, Map<String, String> streams) {
    public StreamsSettings {
        if (bootstrapServers.isBlank()) {
            throw new IllegalArgumentException("kafka.bootstrap.servers: '' (expected: host:port,...)");
        }
        kafka = Map.copyOf(kafka);
        streams = Map.copyOf(streams);
    }

    /** Nothing passed through. */
    public static StreamsSettings of(String bootstrapServers, WorkerSettings worker) {
        return new StreamsSettings(bootstrapServers, worker, Map.of(), Map.of());
    }
}
