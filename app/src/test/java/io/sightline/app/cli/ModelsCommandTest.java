package io.sightline.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightline.processors.model.ModelFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ModelsCommandTest {
    @TempDir
    private Path folder;
    private final StringWriter out = new StringWriter();

    @Test
    void shouldListTheProjectsModels() {
        assertThat(run("list", "--folder", models().toString())).isZero();
        assertThat(out.toString()).containsPattern("(?m)^detector@[0-9]+\tdetection, decoder dense, ").containsPattern("(?m)^embedder@[0-9]+\tembedding, decoder embedding, ");
    }

    @Test
    void shouldTryTheProjectsModelsOut() {
        assertThat(run("verify", "--folder", models().toString())).isZero();
        assertThat(out.toString().lines()).allMatch(line -> line.matches("(detector|embedder)@[0-9]+\tok, [0-9]+ (box|boxes|numbers), [0-9.]+ ms"));
    }

    @Test
    void shouldSayWhatIsWrongAndGoOn() throws IOException {
        // given
        Files.createDirectories(folder.resolve("broken/1"));
        Files.writeString(folder.resolve("broken/1/model.yaml"), "nam: x");

        // when, then
        assertThat(run("verify", "--folder", folder.toString())).isEqualTo(1);
        assertThat(out.toString()).isEqualToIgnoringNewLines("broken@1\tWRONG " + folder.resolve("broken/1/model.yaml")
                + ": name: missing, but there is 'nam' (expected: a text)");
    }

    @Test
    void shouldShowWhatAFileTakesAndGives() {
        assertThat(run("inspect", ModelFolder.load(models(), "detector").file().toString())).isZero();
        assertThat(out.toString()).contains("input:   image: float32[-1, 3, ").contains("decoder: dense, for ").contains("# model.yaml").contains("  decoder: dense");
    }

    private int run(String... arguments) {
        CommandLine commandLine = new CommandLine(new ModelsCommand());
        commandLine.setOut(new PrintWriter(out));
        return commandLine.execute(arguments);
    }

    private static Path models() {
        Path here = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(here.resolve("models").resolve("detector"))) {
            here = here.getParent();
        }
        return here.resolve("models");
    }
}
