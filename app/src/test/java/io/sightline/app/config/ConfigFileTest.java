package io.sightline.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {
    @TempDir
    Path folder;

    @Test
    void shouldBeCompleteWithoutAFile() {
        assertThat(ConfigFile.read(Optional.empty(), Map.of()).pipelines()).containsKey("recognition");
    }

    @Test
    void shouldLayOverridesOverTheFile() throws Exception {
        Path file = write("bridge: {port: 1000}\nkafka: {security.protocol: SSL}\n");
        SightlineConfig config = ConfigFile.read(Optional.of(file), Map.of("bridge.port", "2000", "kafka.client.id", "me"));
        assertThat(config.bridge().port()).isEqualTo(2000);
        assertThat(config.kafka()).containsEntry("security.protocol", "SSL").containsEntry("client.id", "me");
    }

    @Test
    void shouldTakeAnEmptyFileAsAllDefaults() throws Exception {
        assertThat(ConfigFile.read(Optional.of(write("")), Map.of())).isEqualTo(ConfigFile.read(Optional.empty(), Map.of()));
        assertThat(ConfigFile.read(Optional.of(write("# nothing\n")), Map.of())).isEqualTo(ConfigFile.read(Optional.empty(), Map.of()));
    }

    @Test
    void shouldNameTheLineWhenItIsNotYaml() throws Exception {
        Path file = write("bridge:\n  port: [1\n");
        assertThatThrownBy(() -> ConfigFile.read(Optional.of(file), Map.of())).isInstanceOf(ConfigException.class).hasMessageContaining("line ").hasMessageContaining("expected: YAML");
    }

    @Test
    void shouldRefuseAKeyGivenTwice() throws Exception {
        Path file = write("bridge: {port: 1000}\nbridge: {port: 1001}\n");
        assertThatThrownBy(() -> ConfigFile.read(Optional.of(file), Map.of())).isInstanceOf(ConfigException.class).hasMessageContaining("uplicate");
    }

    @Test
    void shouldNameTheFileWhenItIsNotThere() {
        assertThatThrownBy(() -> ConfigFile.read(Optional.of(folder.resolve("absent.yaml")), Map.of())).isInstanceOf(ConfigException.class).hasMessageContaining("absent.yaml");
    }

    @Test
    void shouldRefuseAFileThatIsAList() throws Exception {
        Path file = write("- a\n- b\n");
        assertThatThrownBy(() -> ConfigFile.read(Optional.of(file), Map.of())).isInstanceOf(ConfigException.class).hasMessageContaining("expected: the keys");
    }

    private Path write(String text) throws Exception {
        return Files.writeString(folder.resolve("sightline.yaml"), text);
    }
}
