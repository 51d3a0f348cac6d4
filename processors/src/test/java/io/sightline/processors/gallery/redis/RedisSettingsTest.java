package io.sightline.processors.gallery.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedisSettingsTest {
    private static RedisSettings with(Optional<String> password, Optional<Path> file, int firstMs, int lastMs) {
        RedisSettings s = RedisSettings.of("redis.example", 6380);
        return new RedisSettings(s.host(), s.port(), s.user(), password, file, s.tls(), s.truststore(), s.truststorePassword(), s.tlsVerification(), s.database(),
                s.keyPrefix(), s.connectTimeoutMs(), s.readTimeoutMs(), s.poolSize(), s.retryAttempts(), firstMs, lastMs, s.breakerFailures(), s.breakerOpenMs(),
                s.maxCandidates(), s.vectorSet(), s.queryEngine());
    }

    @Test
    void shouldReadThePasswordFromItsFile(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("password"), "secret\nnot this\n");
        assertThat(with(Optional.empty(), Optional.of(file), 1, 1).secret()).contains("secret");
        assertThat(with(Optional.of("given"), Optional.empty(), 1, 1).secret()).contains("given");
        assertThatThrownBy(() -> with(Optional.empty(), Optional.of(folder.resolve("missing")), 1, 1).secret()).hasMessageStartingWith("password_file: ")
                .hasMessageContaining("missing can't be read");
    }

    @Test
    void shouldRefuseTwoPasswordsAndPausesThatShrink() {
        assertThatThrownBy(() -> with(Optional.of("a"), Optional.of(Path.of("b")), 1, 1)).hasMessage("password and password_file (expected: one of them)");
        assertThatThrownBy(() -> with(Optional.empty(), Optional.empty(), 5, 4)).hasMessage("retry_last_ms: 4 (expected: >= retry_first_ms, 5)");
    }

    @Test
    void shouldNotShowThePassword() {
        assertThat(with(Optional.of("geheim"), Optional.empty(), 1, 1)).asString().contains("redis.example:6380").doesNotContain("geheim");
    }
}
