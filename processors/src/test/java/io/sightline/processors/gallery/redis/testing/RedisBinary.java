package io.sightline.processors.gallery.redis.testing;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A redis-server of version 8 or newer: the one on the PATH, or else one that .ci/redis8.sh brings into processors/target. */
final class RedisBinary {
    private static final Pattern VERSION = Pattern.compile("v=(\\d+)\\.");
    private static final long FETCH_MINUTES = 5;

    /** Null: there is none; {@link #why} says why. */
    private static Path found;
    private static String why;

    private RedisBinary() {
    }

    /** Empty text: there is one. */
    static synchronized String missing() {
        if (found == null && why == null) {
            try {
                find();
            } catch (IOException e) {
                why = e.toString();
            }
        }
        return found == null ? why : "";
    }

    static Path path() {
        return found;
    }

    private static void find() throws IOException {
        String onPath = output("redis-server", "--version");
        if (isNewEnough(onPath)) {
            found = Path.of("redis-server");
            return;
        }
        Path root = Path.of("").toAbsolutePath();
        while (root != null && !Files.exists(root.resolve(".ci/redis8.sh"))) {
            root = root.getParent();
        }
        if (root == null) {
            why = "no redis-server >= 8 on the PATH (" + onPath.strip() + "), and no .ci/redis8.sh above " + Path.of("").toAbsolutePath();
            return;
        }
        Path target = Files.createDirectories(root.resolve("processors/target"));
        try (FileChannel channel = FileChannel.open(target.resolve("redis8.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            String fetched = output("bash", root.resolve(".ci/redis8.sh").toString(), target.resolve("redis8").toString());
            if (lock.isValid() && isNewEnough(fetched)) {
                found = target.resolve("redis8/redis-server");
            } else {
                why = "no redis-server >= 8 on the PATH (" + onPath.strip() + "), and .ci/redis8.sh could not bring one: " + fetched.strip();
            }
        }
    }

    private static boolean isNewEnough(String version) {
        Matcher matcher = VERSION.matcher(version);
        return matcher.find() && Integer.parseInt(matcher.group(1)) >= 8;
    }

    private static String output(String... command) throws IOException {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null"))).start();
        } catch (IOException e) {
            return "none";
        }
        try {
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(FETCH_MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
            }
            return text;
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + command[0]);
        }
    }
}
