package io.sightline.processors.gallery.redis.testing;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sightline.processors.gallery.redis.RedisSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/** A Redis server of a test's own: a child process on a free port with a temporary folder. Not for several threads. */
public final class RedisProcess implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(30);

    private final Path folder;
    private final int port;
    private final List<String> options;
    private Process process;

    private RedisProcess(Path folder, int port, List<String> options) {
        this.folder = folder;
        this.port = port;
        this.options = options;
    }

    /**
     * Starts a server; without options it keeps nothing. Skips the test where there is no Redis 8 to be had.
     *
     * @param options of the command line; PORT stands for the server's port
     */
    public static RedisProcess start(String... options) {
        RedisProcess redis = prepare(options);
        redis.restart();
        return redis;
    }

    /** As {@link #start}, but not yet started: nothing listens on the port. */
    public static RedisProcess prepare(String... options) {
        String missing = RedisBinary.missing();
        assumeTrue(missing.isEmpty(), "no Redis for this test: " + missing);
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new RedisProcess(Files.createTempDirectory("sightline-redis"), socket.getLocalPort(), List.of(options));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return port;
    }

    public Path folder() {
        return folder;
    }

    public RedisSettings settings() {
        return RedisSettings.of("127.0.0.1", port);
    }

    /** Starts it (again), and waits until it answers, if only with an error. */
    public void restart() {
        launch();
        if (!options.contains("--tls-port")) {
            await().atMost(START).until(this::answers);
        }
    }

    /** Starts it (again). */
    public void launch() {
        List<String> command = new ArrayList<>(List.of(RedisBinary.path().toString(), "--bind", "127.0.0.1", "--dir", folder.toString(),
                "--enable-debug-command", "yes"));
        if (!options.contains("--port")) {
            command.addAll(List.of("--port", Integer.toString(port)));
        }
        if (!options.contains("--save")) {
            command.addAll(List.of("--save", ""));
        }
        options.forEach(option -> command.add(option.equals("PORT") ? Integer.toString(port) : option));
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile())).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean answers() {
        if (!process.isAlive()) {
            throw new IllegalStateException("redis-server ended, see " + folder.resolve("log"));
        }
        try (Jedis jedis = new Jedis("127.0.0.1", port)) {
            jedis.ping();
            return true;
        } catch (JedisException e) {
            return e instanceof redis.clients.jedis.exceptions.JedisDataException;
        }
    }

    /** As with kill -9: nothing is saved. */
    public void kill() {
        process.destroyForcibly();
        try {
            process.waitFor(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stops the process in its tracks (connections stay open), until {@link #thaw}. */
    public void freeze() {
        signal("-STOP");
    }

    public void thaw() {
        signal("-CONT");
    }

    private void signal(String name) {
        try {
            new ProcessBuilder("kill", name, Long.toString(process.pid())).inheritIO().start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A connection of the test's own. */
    public Jedis connect() {
        return new Jedis("127.0.0.1", port, 20_000);
    }

    @Override
    public void close() {
        if (process != null) {
            kill();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
