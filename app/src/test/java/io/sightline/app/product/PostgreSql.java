package io.sightline.app.product;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A PostgreSQL server of the machine's own, with a folder of its own, where one is installed. It refuses to run as root: then it runs as nobody. */
final class PostgreSql implements AutoCloseable {
    private static final String NOBODY = "65534";
    private static final int PATIENCE_S = 120;
    private final Path bin;
    private final Path folder;
    private final int port;

    private PostgreSql(Path bin, Path folder, int port) {
        this.bin = bin;
        this.folder = folder;
        this.port = port;
    }

    /** Empty: none is installed. */
    static Optional<PostgreSql> start() throws IOException, InterruptedException {
        Optional<Path> bin = bin();
        if (bin.isEmpty() || isRoot() && !Files.isExecutable(Path.of("/usr/bin/setpriv"))) {
            return Optional.empty();
        }
        Path folder = Files.createTempDirectory("sightline-postgresql");
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        PostgreSql server = new PostgreSql(bin.get(), folder, port);
        if (isRoot()) {
            run(List.of("chown", "-R", NOBODY + ":" + NOBODY, folder.toString()));
        }
        server.as("initdb", "-D", folder + "/data", "-U", "sightline", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C");
        server.as("pg_ctl", "-D", folder + "/data", "-l", folder + "/log", "-w", "-t", Integer.toString(PATIENCE_S), "-o", "-p " + port + " -k " + folder + " -h 127.0.0.1 -F", "start");
        server.as("createdb", "-h", "127.0.0.1", "-p", Integer.toString(port), "-U", "sightline", "sightline");
        return Optional.of(server);
    }

    /** On the path, or where Debian and Red Hat put it. */
    private static Optional<Path> bin() throws IOException {
        List<Path> folders = new ArrayList<>(Stream.of(System.getenv().getOrDefault("PATH", "").split(":")).map(Path::of).toList());
        for (String parent : List.of("/usr/lib/postgresql", "/usr")) {
            if (Files.isDirectory(Path.of(parent))) {
                try (Stream<Path> versions = Files.list(Path.of(parent))) {
                    versions.map(version -> version.resolve("bin")).forEach(folders::add);
                }
            }
        }
        return folders.stream().filter(folder -> Stream.of("initdb", "pg_ctl", "createdb").allMatch(tool -> Files.isExecutable(folder.resolve(tool)))).findFirst();
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    private void as(String tool, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(isRoot() ? List.of("/usr/bin/setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups") : List.of());
        command.add(bin.resolve(tool).toString());
        command.addAll(List.of(arguments));
        run(command);
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("sightline", ".out");
        // To a file: pg_ctl leaves the server the pipe.
        Process process = new ProcessBuilder(command).directory(Path.of("/").toFile()).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new AssertionError(command + ": " + Files.readString(output));
        }
        Files.delete(output);
    }

    String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/sightline";
    }

    Map<String, String> connection() {
        return Map.of("connection.url", url(), "connection.username", "sightline", "connection.password", "none");
    }

    @Override
    public void close() throws IOException, InterruptedException {
        as("pg_ctl", "-D", folder + "/data", "-m", "immediate", "-w", "stop");
        run(List.of("rm", "-rf", folder.toString()));
    }
}
