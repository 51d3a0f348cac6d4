package io.sightline.app.cli;

import io.sightline.app.config.SightlineConfig;
import picocli.CommandLine.Option;

/** Where Kafka is, for commands that run against an existing one. */
final class KafkaOptions {
    @Option(names = {"--bootstrap-servers", "--bootstrap"}, paramLabel = "HOST:PORT,...", description = "Kafka's brokers (default: kafka.bootstrap.servers of the configuration, 127.0.0.1:9092)")
    private String bootstrapServers;

    boolean given() {
        return bootstrapServers != null;
    }

    SightlineConfig applyTo(SightlineConfig config) {
        return bootstrapServers == null ? config : config.withBootstrapServers(bootstrapServers);
    }
}
