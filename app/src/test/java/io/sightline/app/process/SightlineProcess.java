package io.sightline.app.process;

import io.sightline.app.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** {@code ./sightline …} as a process of its own, on the test's class path. Its log is kept for the failure message. */
final class SightlineProcess implements AutoCloseable {
    /** Some seconds on a machine of its own, a minute on one that many share. */
    private static final int PATIENCE_S = 240;
    private final Process process;
    private final List<String> lines = new ArrayList<>();
    private final CountDownLatch ready = new CountDownLatch(1);

    /** @param readyLine a part of the log line that says the process is ready */
    SightlineProcess(String readyLine, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx512m", "-Djava.awt.headless=true", "-Dsightline.home=" + Path.of("").toAbsolutePath().getParent(),
                "-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")), Main.class.getName()));
        if (Runtime.version().feature() >= 22) {
            command.add(1, "--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(List.of(arguments));
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        Thread reader = new Thread(() -> read(readyLine), "process-output-" + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    private void read(String readyLine) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                synchronized (lines) {
                    lines.add(line);
                }
                if (line.contains(readyLine)) {
                    ready.countDown();
                }
            }
        } catch (IOException e) {
            // The process was killed: nothing more to read.
        }
    }

    SightlineProcess awaitReady() throws InterruptedException {
        for (int second = 0; second < PATIENCE_S; second++) {
            if (ready.await(1, TimeUnit.SECONDS)) {
                return this;
            }
            if (!process.isAlive()) {
                throw new AssertionError("ended with " + process.exitValue() + " before it was ready: " + output());
            }
        }
        throw new AssertionError("not ready after " + PATIENCE_S + " s: " + output());
    }

    /** kill -9 */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** SIGTERM; the exit status. */
    int terminate() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("still running 60 s after SIGTERM: " + output());
        }
        return process.exitValue();
    }

    boolean alive() {
        return process.isAlive();
    }

    String output() {
        synchronized (lines) {
            return String.join("\n", lines);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
