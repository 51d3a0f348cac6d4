package io.sightline.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class EvaluateCommandTest {
    private static final String MODELS = Path.of("").toAbsolutePath().getParent().resolve("models").toString();
    @TempDir
    private Path folder;

    @Test
    void shouldAskForTheOtherListWhenOneIsGiven() throws Exception {
        Path list = Files.writeString(folder.resolve("list.txt"), "1.jpg\tApple\n");
        assertThat(failure("--gallery", list.toString())).contains("--queries: not given (expected: both --gallery FILE and --queries FILE)");
        assertThat(failure("--queries", list.toString())).contains("--gallery: not given");
    }

    @Test
    void shouldNameTheModelsThereAreWhenOneIsNot() {
        assertThat(failure("--models-folder", MODELS, "--embedder", "embeder")).contains("model: 'embeder' (expected: one of ").contains("nearest: embedder");
        assertThat(failure("--models-folder", MODELS, "--detector", "detector@99")).contains("version '99' (expected: one of ");
    }

    @Test
    void shouldRefuseAThresholdThatIsNoCosine() {
        assertThat(failure("--models-folder", MODELS, "--threshold", "2")).contains("threshold: 2.0 (expected: -1..1)");
    }

    @Test
    void shouldRefuseAWorldWithoutScenes() {
        assertThat(failure("--models-folder", MODELS, "--scenes", "0")).contains("scenes: 0 (expected: >= 1)");
    }

    private static String failure(String... arguments) {
        StringWriter errors = new StringWriter();
        String[] all = new String[arguments.length + 1];
        all[0] = "evaluate";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        int status = new CommandLine(new SightlineCommand()).setExecutionExceptionHandler((e, line, parsed) -> {
            errors.write(e.getMessage());
            return 1;
        }).setCaseInsensitiveEnumValuesAllowed(true).setErr(new PrintWriter(errors, true)).execute(all);
        assertThat(status).isNotZero();
        return errors.toString();
    }
}
