package io.sightline.app.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The file by which {@code hub serving stop} finds the process that serves a port: {@code serving_8866.json}, with pid, modules and the
 * process's start, so that a pid the system has given to another process meanwhile is not taken for ours.
 */
public final class ServingPid implements AutoCloseable {
    /** Where the files are. */
    public static final Path FOLDER = Path.of(Optional.ofNullable(System.getenv("HOME")).filter(home -> !home.isBlank()).orElse(System.getProperty("user.home")), ".sightline", "hub");
    private static final JsonMapper JSON = new JsonMapper();

    private final Path file;

    private ServingPid(Path file) {
        this.file = file;
    }

    /** What became of a stop. */
    public enum Stop { NOT_THERE, GONE_BEFORE, ANOTHER_PROCESS, STOPPED, STILL_RUNNING }

    private static Path file(Path folder, int port) {
        return folder.resolve("serving_" + port + ".json");
    }

    /**
     * Says that this process serves the port; {@link #close()} takes it back.
     *
     * @throws HubServingException where another process does already, or the file can't be written
     */
    public static ServingPid write(Path folder, int port, Collection<String> modules) {
        Path file = file(folder, port);
        Optional<JsonNode> before = read(file);
        if (before.flatMap(ServingPid::process).isPresent()) {
            throw new HubServingException("port " + port + ": served by process " + before.get().path("pid").asLong() + " already (expected: another port, or hub serving stop --port " + port + " before)");
        }
        ProcessHandle self = ProcessHandle.current();
        try {
            Files.createDirectories(folder);
            Files.write(file, JSON.writeValueAsBytes(Map.of("pid", self.pid(), "module", modules, "start_time", startMs(self) / 1e3)));
        } catch (IOException e) {
            throw new HubServingException(file + ": can't be written: " + e + " (expected: a folder to write in; --pid-folder names another)");
        }
        return new ServingPid(file);
    }

    /**
     * Ends the process that serves the port: SIGTERM, then waits.
     *
     * @param stopping told when the signal was sent
     */
    public static Stop stop(Path folder, int port, Duration patience, Runnable stopping) {
        Path file = file(folder, port);
        Optional<JsonNode> info = read(file);
        if (info.isEmpty()) {
            return Stop.NOT_THERE;
        }
        Optional<ProcessHandle> named = ProcessHandle.of(info.get().path("pid").asLong()).filter(ProcessHandle::isAlive);
        Optional<ProcessHandle> ours = info.flatMap(ServingPid::process);
        if (ours.isEmpty()) {
            delete(file);
            return named.isPresent() ? Stop.ANOTHER_PROCESS : Stop.GONE_BEFORE;
        }
        ours.get().destroy();
        stopping.run();
        try {
            ours.get().onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return Stop.STILL_RUNNING;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Stop.STILL_RUNNING;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
        delete(file);
        return Stop.STOPPED;
    }

    private static Optional<JsonNode> read(Path file) {
        try {
            return Optional.of(JSON.readTree(Files.readAllBytes(file)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new HubServingException(file + ": can't be read: " + e + " (expected: what hub serving start wrote; delete it)");
        }
    }

    /** The process that wrote it, if that one still runs. */
    private static Optional<ProcessHandle> process(JsonNode info) {
        return ProcessHandle.of(info.path("pid").asLong()).filter(ProcessHandle::isAlive).filter(process -> startMs(process) == Math.round(info.path("start_time").asDouble() * 1e3));
    }

    private static long startMs(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        delete(file);
    }
}
