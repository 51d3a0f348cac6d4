package io.sightline.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyCommandTest {
    @TempDir
    private Path folder;

    /** What a command wrote to standard output, what to standard error. */
    private record Said(int status, String out, String err) {
    }

    private static synchronized Said run(String... arguments) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        ByteArrayOutputStream complained = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(written, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(complained, true, StandardCharsets.UTF_8));
            int status = SightlineCommand.run(arguments);
            return new Said(status, written.toString(StandardCharsets.UTF_8).strip(), complained.toString(StandardCharsets.UTF_8).strip());
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    @Test
    void shouldWriteTheKeyOnceAndItsHashToTheFile() throws Exception {
        Path file = folder.resolve("keys");
        Said said = run("key", "new", "shop", "--file", file.toString(), "--gallery", "shop-*", "--gallery", "demo", "--unnamed", "--rate", "5", "--burst", "10");
        assertThat(said.status()).isZero();
        assertThat(said.out()).matches("sightline_[A-Za-z0-9_-]{43}");
        assertThat(Files.readAllLines(file)).hasSize(2).last().asString().matches("shop sha256:[0-9a-f]{64} galleries=shop-\\*,demo unnamed=allow rate=5 burst=10");
        assertThat(said.err()).startsWith("added to " + file).doesNotContain(said.out());
    }

    @Test
    void shouldSayInOneSentenceWhatIsWrong() {
        String file = folder.resolve("keys").toString();
        run("key", "new", "shop", "--file", file);
        assertThat(run("key", "new", "shop", "--file", file)).isEqualTo(new Said(1, "", "sightline: " + file + ": has a key 'shop' already (expected: a name of its own for each key)"));
        assertThat(run("key", "new", "a/b", "--file", file)).isEqualTo(new Said(1, "", "sightline: the new key: name: 'a/b' (expected: 1 to 100 of A-Z a-z 0-9 . _ -)"));
        assertThat(run("key", "new", "b", "--file", file, "--rate", "-1").err()).isEqualTo("sightline: the new key: rate: '-1' (expected: calls a second, above 0)");
        assertThat(run("key", "new", "b").err()).startsWith("Missing required option: '--file=FILE'");
        assertThat(run("key").err()).startsWith("no command given (expected: new)");
    }
}
