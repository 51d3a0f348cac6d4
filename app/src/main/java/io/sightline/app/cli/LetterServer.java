package io.sightline.app.cli;

import io.sightline.app.config.SightlineConfig;
import io.sightline.connectors.deadletters.DeadLetters;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.Registries;
import io.sightline.schemas.wire.SchemaRegistry;
import java.util.Map;
import picocli.CommandLine.Mixin;

/** Where the dead letters are. */
final class LetterServer {
    @Mixin
    private CommonOptions common;
    @Mixin
    private KafkaOptions kafka;

    /** What a command does with them. */
    interface Work {
        int with(DeadLetters letters) throws Exception;
    }

    int on(Work work) throws Exception {
        SightlineConfig config = kafka.applyTo(common.config(Map.of()));
        Topics topics = topics();
        try (SchemaRegistry registry = Registries.open(config.schemaRegistry(), topics)) {
            return work.with(new DeadLetters(config.kafka(), topics, registry));
        }
    }

    Topics topics() {
        return new Topics(common.config(Map.of()).topics().prefix());
    }
}
