package io.sightline.schemas.wire;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A real Apicurio Registry as a process of its own: empty at the start, in memory, its rule BACKWARD. */
public final class ApicurioProcess implements AutoCloseable {
    /** Where the build unpacks it (this module's pom); tests of other modules run beside this one. */
    private static final Path HOME = Path.of("..", "schemas", "target", "apicurio");
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final HttpClient http = HttpClient.newHttpClient();
    private final int port;
    private final Path log;
    private final Process process;

    private ApicurioProcess(Path jar, int port) throws IOException {
        this.port = port;
        this.log = Path.of("target", "apicurio-" + port + ".log");
        this.process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC", "-Xmx192m", "-XX:TieredStopAtLevel=1", "-Dquarkus.http.host=127.0.0.1", "-Dquarkus.http.port=" + port,
                "-Dquarkus.log.level=WARN", "-Dquarkus.banner.enabled=false", "-jar", jar.toString()).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    }

    /** Starts one; {@link #awaitReady} waits for it. Skips the test where the build was told to do without. */
    public static ApicurioProcess start() throws IOException {
        Assumptions.assumeTrue(Files.isDirectory(HOME), () -> HOME + " is not there (expected: Apicurio, unpacked by mvn verify without -Dapicurio.skip)");
        try (Stream<Path> files = Files.list(HOME); ServerSocket free = new ServerSocket(0)) {
            Path jar = files.filter(file -> file.toString().endsWith("-runner.jar")).findFirst().orElseThrow();
            free.close();
            return new ApicurioProcess(jar, free.getLocalPort());
        }
    }

    public ApicurioProcess awaitReady() throws Exception {
        await("Apicurio at " + url()).atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(() -> {
            if (!process.isAlive()) {
                throw new AssertionError("Apicurio ended with " + process.exitValue() + ": " + Files.readString(log));
            }
            try {
                return send(HttpRequest.newBuilder(URI.create(url() + "/subjects")).build()).statusCode() == 200;
            } catch (IOException e) {
                return false;
            }
        });
        HttpResponse<String> set = send(HttpRequest.newBuilder(URI.create(url() + "/config")).header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString("{\"compatibility\": \"BACKWARD\"}")).build());
        if (set.statusCode() != 200) {
            throw new AssertionError("Apicurio: " + set.statusCode() + " " + set.body() + " (expected: BACKWARD set)");
        }
        return this;
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return http.send(request, BodyHandlers.ofString());
    }

    /** Of its API in Confluent's shape. */
    public String url() {
        return "http://127.0.0.1:" + port + "/apis/ccompat/v7";
    }

    public String get(String path) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(url() + path)).build()).body();
    }

    /** kill -9 */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
