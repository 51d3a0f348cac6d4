package io.sightline.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.processors.recognition.PipelineSettings;
import io.sightline.processors.recognition.PipelineStage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    /** The example of docs/models.md, and what it becomes when it is written out and read again. */
    @Test
    void shouldTakeThePipelinesOfTheModelsPage() throws Exception {
        Path page = Path.of("").toAbsolutePath().resolveSibling("docs").resolve("models.md");
        String example = Files.readString(page).split("```yaml\n")[1].split("```")[0];
        SightlineConfig config = ConfigFile.read(Optional.of(write(example)), Map.of());
        assertThat(config.pipelines()).containsOnlyKeys("recognition", "imagenet", "arcface", "faces", "shitu");
        assertThat(config.pipelines().get("recognition")).isEqualTo(PipelineSettings.DEFAULT);
        assertThat(config.pipelines().get("imagenet").stages()).containsExactly(PipelineStage.CLASSIFY);
        assertThat(config.pipelines().get("faces").batching().get("embed").maxBatch()).contains(4);
        assertThat(config.pipelines().get("shitu").device()).containsExactly("cuda:0", "cpu");
        assertThat(config.models().devices()).isEqualTo(Map.of("mobilenetv2", List.of("cpu")));
        assertThat(ConfigFile.read(Optional.of(write(ConfigText.yaml(config))), Map.of())).isEqualTo(config);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "pipelines: {a: {stages: [detect, embedd]}} | pipelines.a.stages[1]: embedd (expected: one of detect, classify, embed, lookup)",
        "pipelines: {a: {stages: [lookup]}} | pipelines.a: stages: [lookup] (expected: embed before lookup)",
        "pipelines: {a: {top_kk: 3}} | pipelines.a.top_kk: unknown key (nearest known: top_k; known: ",
        "pipelines: {a: {top_k: 1001}} | pipelines.a.top_k: 1001 (expected: 1..1000)",
        "pipelines: {a: {batching: {embed: {lanes: 257}}}} | pipelines.a.batching.embed.lanes: 257 (expected: 0..256)",
        "models: {devices: {embedder: gpu}} | models: devices.embedder: device: 'gpu' (expected: cpu, cuda or cuda:0)",
        "galleries: {a: {}} | galleries.a.pipeline: missing (expected: text)",
    })
    void shouldNameWhatIsWrongWithAPipeline(String yaml, String message) throws Exception {
        Path file = write(yaml);
        assertThatThrownBy(() -> ConfigFile.read(Optional.of(file), Map.of())).isInstanceOf(ConfigException.class).hasMessageStartingWith("sightline.yaml: " + message);
    }

    private Path write(String text) throws Exception {
        return Files.writeString(folder.resolve("sightline.yaml"), text);
    }
}
