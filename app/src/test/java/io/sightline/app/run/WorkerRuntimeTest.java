package io.sightline.app.run;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.app.config.ConfigFile;
import io.sightline.app.config.SightlineConfig;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class WorkerRuntimeTest {
    @Test
    @Timeout(240)
    void shouldGiveUpWhenNoBrokerAnswersInTheTimeThatTheSettingsSay() {
        // given no broker, and a Kafka client that would go on for ten minutes
        SightlineConfig config = ConfigFile.read(Optional.empty(), Map.of("kafka.bootstrap.servers", "127.0.0.1:1", "kafka.default.api.timeout.ms", "600000", "topics.timeout_ms", "1000"));
        // when, then
        assertThatThrownBy(() -> WorkerRuntime.open(config, report -> { }, failure -> { })).isInstanceOf(KafkaException.class)
                .hasMessageEndingWith(": no answer from the brokers in 1000 ms (expected: one; see topics.timeout_ms)");
    }
}
