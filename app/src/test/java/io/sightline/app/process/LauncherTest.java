package io.sightline.app.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code sightline} in a folder of its own, with programs in place of Maven and Java that write down what they were asked. */
@Timeout(60)
class LauncherTest {
    @TempDir
    private Path home;
    private Path lib;
    private Path mavenCalls;

    @BeforeEach
    void install() throws IOException {
        Files.copy(Path.of("").toAbsolutePath().resolveSibling("sightline"), home.resolve("sightline"));
        Files.writeString(home.resolve("pom.xml"), "<project/>");
        lib = Files.createDirectories(home.resolve("app/target/lib"));
        mavenCalls = home.resolve("mvn.txt");
        program("mvn", "echo \"$@\" >> " + mavenCalls);
        program("java", "case $1 in -XshowSettings*) echo '    java.specification.version = 17' >&2;; *) echo \"$@\";; esac");
    }

    private void program(String name, String script) throws IOException {
        Path file = Files.createDirectories(home.resolve("bin")).resolve(name);
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void shouldBuildWhereNothingIsBuilt() throws Exception {
        assertThat(start("models", "list")).endsWith("io.sightline.app.Main models list");
        assertThat(Files.readAllLines(mavenCalls)).containsExactly("-B -q -DskipTests package");
    }

    @Test
    void shouldNotBuildAgainWhereNothingIsNewer() throws Exception {
        // given
        Files.createFile(home.resolve("app/target/.built"));
        Files.setLastModifiedTime(home.resolve("pom.xml"), FileTime.from(Instant.EPOCH));

        // when, then
        assertThat(start("help")).endsWith("io.sightline.app.Main help");
        assertThat(mavenCalls).doesNotExist();
    }

    @Test
    void shouldBuildForAGpuAgainWhatWasBuiltForOne() throws Exception {
        // given
        Files.createFile(lib.resolve("onnxruntime_gpu-1.28.0.jar"));

        // when
        start("help");

        // then
        assertThat(Files.readAllLines(mavenCalls)).containsExactly("-B -q -Pgpu -DskipTests package");
    }

    @Test
    void shouldBuildForTheCpuAgainWhatWasBuiltForIt() throws Exception {
        // given
        Files.createFile(lib.resolve("onnxruntime-1.28.0.jar"));

        // when
        start("help");

        // then
        assertThat(Files.readAllLines(mavenCalls)).containsExactly("-B -q -DskipTests package");
    }

    /** Its arguments to Java, a line. */
    private String start(String... arguments) throws Exception {
        Path out = home.resolve("out.txt");
        Path err = home.resolve("err.txt");
        ProcessBuilder builder = new ProcessBuilder(home.resolve("sightline").toString()).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.command().addAll(List.of(arguments));
        builder.environment().remove("JAVA_HOME");
        builder.environment().put("PATH", home.resolve("bin") + ":/usr/bin:/bin");
        assertThat(builder.start().waitFor()).as(() -> text(err)).isZero();
        return Files.readString(out).strip();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
