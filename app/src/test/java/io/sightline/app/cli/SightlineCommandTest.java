package io.sightline.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the command line says, and its exit status, when something is wrong with what it was given. */
class SightlineCommandTest {
    @TempDir
    Path folder;

    @Test
    void shouldSayInOneSentenceWhatIsWrongWithTheServersName() {
        assertThat(failed(1, "recognize", "x.jpg", "--server", "foo")).isEqualTo("sightline: server: 'foo' (expected: a URL like http://127.0.0.1:8080)");
    }

    @Test
    void shouldSayInOneSentenceThatAKeyIsUnknown() {
        assertThat(failed(1, "config", "--set", "brige.port=1")).startsWith("sightline: configuration: brige: unknown key (nearest known: bridge;").doesNotContain("\n");
    }

    @Test
    void shouldSayInOneSentenceThatTheConfigurationFileIsNotThere() {
        assertThat(failed(1, "config", "--config", folder.resolve("absent.yaml").toString())).contains("absent.yaml").doesNotContain("\n");
    }

    @Test
    void shouldSayInOneSentenceWhatIsWrongWithAConfigYmlOfPaddleServing() throws Exception {
        Path file = Files.writeString(folder.resolve("config.yml"), "http_port: 99999\nop: {rec: {}}\n");
        assertThat(failed(1, "up", "--paddle-config", file.toString())).isEqualTo("sightline: config.yml: http_port: 99999 (expected: a whole number, 0..65535)");
        Files.writeString(file, "http_port: 18080\nop: {imagenet: {}}\n");
        assertThat(failed(1, "up", "--paddle-config", file.toString())).startsWith("sightline: config.yml: op.imagenet: no pipeline that has the stage classify (expected: one in sightline.yaml;").doesNotContain("\n");
        assertThat(failed(1, "up", "--paddle-config", folder.resolve("absent.yml").toString())).contains("absent.yml: can't be read").doesNotContain("\n");
    }

    @Test
    void shouldSayInOneSentenceThatTheBrokersPortIsTaken() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String error = failed(1, "up", "--set", "broker.port=" + socket.getLocalPort(), "--set", "broker.data_dir='" + folder + "'");
            assertThat(error).isEqualTo("sightline: broker port: " + socket.getLocalPort() + " is taken (expected: a free port of 127.0.0.1; set broker.port)");
        }
    }

    /** Kafka's own client would go on for a minute before it lets go. */
    @Test
    @Timeout(45)
    void shouldGiveAWorkerUpWhereNoBrokerAnswersInTopicsTimeoutMs() {
        assertThat(failed(1, "worker", "--bootstrap-servers", "127.0.0.1:1", "--set", "topics.timeout_ms=1000")).contains("no answer from the brokers in 1000 ms").doesNotContain("\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"worker", "dead-letters list", "top"})
    void shouldSayInOneSentenceThatTheBrokersAddressIsNone(String command) {
        assertThat(failed(1, (command + " --bootstrap-servers nonsense").split(" "))).startsWith("sightline: kafka: Invalid url in bootstrap.servers: nonsense (expected: ").doesNotContain("\n");
    }

    @Test
    void shouldSayInOneSentenceThatTheDataFolderIsNone() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThat(failed(1, "up", "--set", "broker.port=0", "--set", "broker.data_dir='" + file + "'")).contains("(expected: a folder to write in)").doesNotContain("\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "demo --help", "up --help", "recognize --help", "gallery --help", "gallery add --help", "gallery import -h", "rerun --help", "models inspect --help", "bench gallery --help", "bench overload --help", "hub serving start --help", "hub serving stop --help", "config --help", "key --help", "key new --help"})
    void shouldExplainEveryCommand(String line) {
        ByteArrayOutputStream screen = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(screen, true, StandardCharsets.UTF_8));
        try {
            assertThat(SightlineCommand.run(line.split(" "))).isZero();
        } finally {
            System.setOut(before);
        }
        assertThat(screen.toString(StandardCharsets.UTF_8)).startsWith("Usage: sightline").contains("--help");
    }

    @Test
    void shouldExitWithTwoWhenTheCommandLineIsWrong() {
        assertThat(failed(2, "recognise")).contains("Unmatched argument at index 0: 'recognise'");
        assertThat(failed(2, "recognize")).contains("Missing required parameter: 'FILE'");
        assertThat(failed(2)).contains("no command given");
    }

    @Test
    void shouldSayWhatIsWrongWithAGalleryCommand() {
        assertThat(failed(2, "gallery", "list", "--limit", "0")).contains("--limit: 0 (expected: at least 1)");
        assertThat(failed(2, "gallery", "search")).contains("neither PICTURE nor --vector given");
        assertThat(failed(1, "gallery", "add", "--label", "x", "--attributes", "[")).startsWith("sightline: attributes: not JSON, Unexpected end-of-input").endsWith("(expected: JSON)")
                .doesNotContain("REDACTED", "\n");
    }

    @Test
    void shouldExitWithTwoWhenABenchmarkIsAskedForWhatCannotBe() {
        assertThat(failed(2, "bench")).contains("no benchmark given (expected: throughput, latency, tracing, overload, replay or gallery)");
        assertThat(failed(2, "bench", "overload", "--in-flight", "501")).contains("--in-flight: 501 (expected: 1..500)");
        assertThat(failed(2, "bench", "overload", "--seconds", "0")).contains("--seconds: 0 (expected: 1..3600)");
        assertThat(failed(2, "bench", "gallery", "--index", "embedded,nowhere")).contains("--index: 'nowhere' (expected: of embedded, hnsw");
        assertThat(failed(2, "bench", "gallery", "--entries", "100,0")).contains("--entries: 0 (expected: 1..10000000)");
        assertThat(failed(2, "bench", "gallery", "--entries", "10000001")).contains("--entries: 10000001 (expected: 1..10000000)");
        assertThat(failed(2, "bench", "gallery", "--dimension", "65537")).contains("--dimension: 65537 (expected: 1..65536)");
        assertThat(failed(2, "bench", "gallery", "--callers", "1001")).contains("--callers: 1001 (expected: 1..1000)");
    }

    @Test
    void shouldSayWhatIsWrongWithARerun() {
        assertThat(failed(2, "rerun")).contains("Missing required option: '--from=TIME'");
        assertThat(failed(2, "rerun", "--from", "yesterday")).contains("--from: 'yesterday' (expected: 2026-11-21T17:00:00Z, ");
        assertThat(failed(2, "rerun", "--from", "-1h", "--to", "-2h")).containsPattern("--from: .*Z \\(expected: before --to, .*Z\\)");
        assertThat(failed(2, "rerun", "--from", "-1h", "--limit", "0")).contains("--limit: 0 (expected: at least 1)");
        assertThat(failed(2, "rerun", "--from", "-1h", "--resume")).contains("--resume: without --output-topic (expected: both)");
        assertThat(failed(2, "rerun", "--from", "-1h", "--model", "lookup=x")).contains("--model: 'lookup=x' (expected: detect=, classify= or embed=NAME[@VERSION])");
        assertThat(failed(2, "rerun", "--from", "-1h", "--model", "embed=")).contains("--model: 'embed=' (expected: ");
        assertThat(failed(2, "rerun", "--from", "-1h", "--model", "embed=a", "--model", "embed=b")).contains("--model: embed twice (expected: each stage once)");
        assertThat(failed(2, "rerun", "--from", "-1h", "--gallery", "shop@g3")).contains("--gallery: 'shop@g3' (expected: NAME@EPOCH, a number, or NAME@latest; a generation is not a state: ");
        assertThat(failed(2, "rerun", "--from", "-1h", "--gallery", "shop")).contains("--gallery: 'shop' (expected: NAME@EPOCH");
        assertThat(failed(2, "rerun", "--from", "-1h", "--gallery", "shop@3", "--gallery", "shop@latest")).contains("--gallery: shop twice (expected: each gallery once)");
        assertThat(failed(2, "rerun", "--from", "-1h", "--output", "a.txt")).contains("--output: a.txt (expected: a name that ends in .jsonl, .avro or .csv)");
        assertThat(failed(2, "rerun", "--from", "-1h", "--output", "a.avro", "--output-topic", "t", "--resume")).contains("--output: a.avro with --resume (expected: one of them;");
        assertThat(failed(2, "rerun", "--from", "-1h", "--ids", folder.resolve("absent").toString())).contains("absent can't be read, ");
    }

    @Test
    void shouldSayWhatIsWrongWithHubServing() {
        String pids = folder.toString();
        assertThat(failed(2, "hub")).contains("no command given (expected: serving start or serving stop)");
        assertThat(failed(2, "hub", "serving")).contains("no command given (expected: start or stop)");
        assertThat(failed(2, "hub", "serving", "start")).startsWith("modules: none (expected: --modules MODULE[==VERSION]...");
        assertThat(failed(2, "hub", "serving", "start", "-m", "clas_system", "--use_gpu", "--use_multiprocess")).startsWith("use_gpu and use_multiprocess: both asked for (expected: one of them)");
        assertThat(failed(2, "hub", "serving", "start", "-m", "a", "b==1", "-p", "65536")).startsWith("port: 65536 (expected: 1..65535)");
        assertThat(failed(1, "hub", "serving", "start", "--modules", "lac", "--pid-folder", pids)).startsWith("sightline: module: 'lac' (expected: one of recognition;").doesNotContain("\n");
        assertThat(failed(1, "hub", "serving", "start", "-c", folder.resolve("absent.json").toString())).contains("absent.json: can't be read").doesNotContain("\n");
        assertThat(failed(1, "hub", "serving", "stop", "--port", "8867", "--pid-folder", pids))
                .isEqualTo("sightline: port 8867: no hub serving start is known there (expected: its port and its --pid-folder)");
    }

    private static synchronized String failed(int status, String... arguments) {
        PrintStream err = System.err;
        ByteArrayOutputStream complained = new ByteArrayOutputStream();
        try (PrintStream replaced = new PrintStream(complained, true, StandardCharsets.UTF_8)) {
            System.setErr(replaced);
            assertThat(SightlineCommand.run(arguments)).isEqualTo(status);
        } finally {
            System.setErr(err);
        }
        return complained.toString(StandardCharsets.UTF_8).strip();
    }
}
