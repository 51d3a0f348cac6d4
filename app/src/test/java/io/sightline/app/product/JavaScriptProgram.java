package io.sightline.app.product;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code src/it/js/client.mjs} with the packages of its lock file, in a folder of the build. */
final class JavaScriptProgram {
    private static final Path SOURCE = Path.of("src", "it", "js");
    private static final Path FOLDER = Path.of("target", "js").toAbsolutePath();
    private static final JsonMapper JSON = new JsonMapper();
    private final List<String> start;

    private JavaScriptProgram(List<String> start) {
        this.start = start;
    }

    /** Installs the packages. */
    static void install() throws Exception {
        Files.createDirectories(FOLDER);
        for (String file : List.of("package.json", "package-lock.json", "client.mjs")) {
            Files.copy(SOURCE.resolve(file), FOLDER.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        run(300, List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"));
    }

    /** @param registry its URL */
    static JavaScriptProgram of(String command, String bootstrapServers, String registry) {
        return new JavaScriptProgram(List.of("node", "client.mjs", command, bootstrapServers, registry));
    }

    /** What it printed, a line each. */
    List<JsonNode> run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(start);
        command.addAll(List.of(arguments));
        List<JsonNode> printed = new ArrayList<>();
        for (String line : run(60, command).lines().toList()) {
            printed.add(JSON.readTree(line));
        }
        return printed;
    }

    private static String run(int patienceSeconds, List<String> command) throws IOException, InterruptedException {
        Path out = Files.createTempFile(FOLDER, "out", ".txt");
        Path err = Files.createTempFile(FOLDER, "err", ".txt");
        Process process = new ProcessBuilder(command).directory(FOLDER.toFile()).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        boolean ended = process.waitFor(patienceSeconds, TimeUnit.SECONDS);
        process.destroyForcibly();
        if (!ended || process.exitValue() != 0) {
            throw new AssertionError(command + ": " + (ended ? "status " + process.exitValue() : "still running after " + patienceSeconds + " s") + " (expected: 0)\n"
                    + Files.readString(out, StandardCharsets.UTF_8) + Files.readString(err, StandardCharsets.UTF_8));
        }
        return Files.readString(out, StandardCharsets.UTF_8);
    }
}
