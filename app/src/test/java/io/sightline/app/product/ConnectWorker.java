package io.sightline.app.product;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Kafka's own connect-standalone as a process, nothing of ours on its class path; the zip unpacked on its plugin.path, the configurations those that are in it. */
final class ConnectWorker implements AutoCloseable {
    private static final Path MODULE = Product.HOME.resolve("connectors/connect");
    private static final Path WORKER = MODULE.resolve("target/worker");
    private static final Path PLUGINS = MODULE.resolve("target/plugins");
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final List<String> connectors = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private final int port = freePort();
    private Process process;

    /** @param folder for its plugins, configurations, offsets and log */
    ConnectWorker(Path folder, String bootstrapServers) throws IOException {
        this.folder = folder;
        unzip(folder.resolve("plugins"));
        write("worker", configuration("worker", Map.of("bootstrap.servers", bootstrapServers, "plugin.path", folder.resolve("plugins") + "," + PLUGINS,
                "offset.storage.file.filename", folder.resolve("offsets").toString(), "offset.flush.interval.ms", "500", "listeners", "http://127.0.0.1:" + port)));
    }

    /** Whether the build has fetched what is needed. */
    static boolean isThere() {
        return Files.isDirectory(WORKER) && Files.isDirectory(PLUGINS);
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void unzip(Path target) throws IOException {
        Path zip;
        try (Stream<Path> files = Files.list(MODULE.resolve("target"))) {
            zip = files.filter(file -> file.toString().endsWith(".zip")).findFirst().orElseThrow(() -> new AssertionError("no zip in " + MODULE.resolve("target") + " (expected: sightline-connect-VERSION.zip)"));
        }
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                Path file = target.resolve(entry.getName());
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                } else {
                    Files.createDirectories(file.getParent());
                    Files.copy(in, file);
                }
            }
        }
    }

    /** A file of the zip's config folder. */
    Path shipped(String name) {
        return folder.resolve("plugins/sightline-connect/config").resolve(name);
    }

    private Map<String, String> configuration(String name, Map<String, String> other) throws IOException {
        Properties properties = new Properties();
        try (var in = Files.newInputStream(shipped(name + ".properties"))) {
            properties.load(in);
        }
        Map<String, String> all = new HashMap<>();
        properties.forEach((key, value) -> all.put((String) key, (String) value));
        all.putAll(other);
        return all;
    }

    private Path write(String name, Map<String, String> configuration) throws IOException {
        Properties properties = new Properties();
        properties.putAll(configuration);
        Path file = folder.resolve(name + ".properties");
        try (var out = Files.newOutputStream(file)) {
            properties.store(out, null);
        }
        return file;
    }

    /** A connector as the zip has it, but for what depends on the machine. */
    void add(String shipped, Map<String, String> other) throws IOException {
        Map<String, String> configuration = configuration(shipped, other);
        connectors.add(write(configuration.get("name"), configuration).toString());
    }

    /** Begins with its connectors, and waits until all of their tasks run. */
    void start() throws IOException {
        List<String> command = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow(), "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                // Rows must not depend on where the worker runs.
                "-Duser.timezone=Asia/Tokyo",
                "-Dlogback.configurationFile=" + Path.of("src/test/resources/connect-worker-logback.xml").toAbsolutePath(), "-cp", WORKER + "/*",
                "org.apache.kafka.connect.cli.ConnectStandalone", folder.resolve("worker.properties").toString()));
        command.addAll(connectors);
        process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("worker.log").toFile())).start();
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).until(() -> {
            if (!process.isAlive()) {
                throw new AssertionError("the worker ended with " + process.exitValue() + ": " + log());
            }
            return isRunning();
        });
    }

    private boolean isRunning() throws InterruptedException {
        JsonNode status = status();
        for (JsonNode connector : status) {
            for (JsonNode task : connector.path("status").path("tasks")) {
                if (task.path("state").asText().equals("FAILED")) {
                    throw new AssertionError(connector.path("status").path("name").asText() + ": " + task.path("trace").asText() + "\n" + log());
                }
            }
        }
        return status.size() == connectors.size() && status.findValuesAsText("state").stream().allMatch("RUNNING"::equals) && status.findValues("tasks").stream().allMatch(tasks -> tasks.size() > 0);
    }

    /** Of all connectors, by name; empty while the worker does not answer. */
    private JsonNode status() throws InterruptedException {
        try {
            return JSON.readTree(http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/connectors?expand=status")).timeout(Duration.ofSeconds(10)).build(), BodyHandlers.ofString()).body());
        } catch (IOException e) {
            return JSON.createObjectNode();
        }
    }

    /** Asserts that no task has failed. */
    void requireRunning() throws InterruptedException {
        if (!isRunning()) {
            throw new AssertionError("tasks: " + status() + "\n" + log());
        }
    }

    /** kill -9 */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    String log() {
        try {
            return Files.readString(folder.resolve("worker.log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() throws InterruptedException {
        if (process != null) {
            kill();
        }
    }
}
