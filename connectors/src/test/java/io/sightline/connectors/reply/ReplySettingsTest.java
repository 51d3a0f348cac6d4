package io.sightline.connectors.reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.schemas.topics.Topics;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReplySettingsTest {
    private static final Map<String, String> KAFKA = Map.of("bootstrap.servers", "127.0.0.1:9092", "linger.ms", "3", "security.protocol", "SASL_SSL",
            "group.id", "mine", "enable.auto.commit", "true", "transactional.id", "mine", "key.serializer", "x");

    @Test
    void shouldPassTheOperatorsKafkaSettingsOn() {
        ReplySettings settings = new ReplySettings(KAFKA, 1, 5_000);
        assertThat(KafkaProperties.producer(settings)).containsEntry("linger.ms", "3").containsEntry("security.protocol", "SASL_SSL");
        assertThat(KafkaProperties.consumer(settings)).containsEntry("security.protocol", "SASL_SSL").containsEntry("bootstrap.servers", "127.0.0.1:9092");
    }

    @Test
    void shouldKeepWhatRequestAndReplyRestOn() {
        ReplySettings settings = new ReplySettings(KAFKA, 1, 5_000);
        assertThat(KafkaProperties.consumer(settings)).doesNotContainKeys("group.id", "group.instance.id").containsEntry("enable.auto.commit", false).containsEntry("auto.offset.reset", "latest");
        assertThat(KafkaProperties.producer(settings)).doesNotContainKey("transactional.id").doesNotContainEntry("key.serializer", "x");
    }

    @Test
    void shouldNotDeliverARequestNobodyWaitsForAnyMore() {
        assertThat(KafkaProperties.producer(new ReplySettings(Map.of("bootstrap.servers", "h:1"), 1, 700)))
                .containsEntry("delivery.timeout.ms", 700).containsEntry("max.block.ms", 700).containsEntry("linger.ms", 0).containsEntry("max.request.size", Topics.MAX_MESSAGE_BYTES);
        assertThat(KafkaProperties.producer(new ReplySettings(Map.of("bootstrap.servers", "h:1"), 1, 60_000))).containsEntry("max.block.ms", 2_000);
    }

    @Test
    void shouldSayWhatIsWrongWithSettings() {
        Map<String, String> kafka = Map.of("bootstrap.servers", "h:1");
        assertThatThrownBy(() -> new ReplySettings(kafka, 0, 1)).hasMessage("max_in_flight: 0 (expected: at least 1)");
        assertThatThrownBy(() -> new ReplySettings(kafka, 1, 0)).hasMessage("request_timeout_ms: 0 (expected: 1..2147483647)");
        assertThatThrownBy(() -> new ReplySettings(Map.of(), 1, 1)).hasMessage("kafka: no bootstrap.servers (expected: host:port of at least one broker)");
    }
}
