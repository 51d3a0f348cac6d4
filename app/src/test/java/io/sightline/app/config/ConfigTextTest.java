package io.sightline.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigTextTest {
    @TempDir
    Path folder;

    @Test
    void shouldBeReadAsTheSameConfigurationAgain() throws Exception {
        // given one with something in every kind of place
        SightlineConfig config = ConfigFile.read(Optional.empty(), Map.of("kafka.security.protocol", "SSL", "kafka.retries", "3", "streams.producer.compression.type", "zstd",
                "pipelines.shelf.top_k", "7", "pipelines.recognition.gallery", "'12'", "models.runtime.device", "[cuda:1, cpu]", "worker.processing_guarantee", "exactly_once_v2",
                "stages.max_live_pixels", "2147483647", "broker.properties", "{log.dirs: 'a: b #c'}", "worker.instance_id", "'null'"));
        // when
        Path file = Files.writeString(folder.resolve("again.yaml"), ConfigText.yaml(config));
        // then
        assertThat(ConfigFile.read(Optional.of(file), Map.of())).isEqualTo(config);
    }

    @Test
    void shouldMaskPasswordsOfItsOwnKeysAndNotWhereTheyAreKept() {
        assertThat(ConfigText.yaml(ConfigFile.read(Optional.empty(), Map.of("gallery_index.redis.password", "hush"))))
                .contains("password: \"***\"").doesNotContain("hush");
        assertThat(ConfigText.yaml(ConfigFile.read(Optional.empty(), Map.of("gallery_index.redis.password_file", "/run/secrets/redis"))))
                .contains("password_file: \"/run/secrets/redis\"");
    }

    @Test
    void shouldFillInAllDefaults() {
        assertThat(ConfigText.yaml(ConfigFile.read(Optional.empty(), Map.of())))
                .contains("bootstrap.servers: \"127.0.0.1:9092\"", "session_timeout_ms: 10000", "processing_guarantee: \"at_least_once\"", "default_pipeline: \"recognition\"", "port: 8080")
                .doesNotContain("Optional", "[io.sightline");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ssl.key.password", "ssl.keystore.password", "sasl.jaas.config", "sasl.oauthbearer.client.credentials.client.secret", "ssl.keystore.key", "basic.auth.token",
        "SSL.TRUSTSTORE.PASSWORD", "api_key", "apikey"})
    void shouldMaskValuesOfKeysThatLookSecret(String key) {
        String text = ConfigText.yaml(ConfigFile.read(Optional.empty(), Map.of("kafka." + key, "hush", "streams." + key, "hush", "broker.properties", "{" + key + ": hush}")));
        assertThat(text).doesNotContain("hush").contains(key + ": \"***\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ssl.keystore.location", "key.serializer", "security.protocol", "monkey.business"})
    void shouldShowOtherValues(String key) {
        assertThat(ConfigText.isSecret(key)).isFalse();
    }
}
