package io.sightline.app.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.sightline.app.config.ConfigFile;
import io.sightline.processors.tracer.PipelineTracerText;
import io.sightline.processors.tracer.Tracer;
import io.sightline.processors.tracer.TracerReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class TracerFileTest {
    private final PipelineTracerText text = new PipelineTracerText(ZoneOffset.UTC, 1);
    private final TracerReport report = new Tracer("w", Clock.fixed(Instant.parse("2021-11-04T13:38:52.507Z"), ZoneOffset.UTC)).window();
    private final String block = text.titledBlock(report);
    private final Logger log = (Logger) LoggerFactory.getLogger(TracerFile.class);
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    @TempDir
    Path folder;

    @BeforeEach
    void listen() {
        logged.start();
        log.addAppender(logged);
        log.setAdditive(false);
    }

    @AfterEach
    void stopListening() {
        log.detachAppender(logged);
        log.setAdditive(true);
    }

    private TracerFile file(long maxBytes, int maxOld) {
        return new TracerFile(folder.resolve("logs/pipeline.tracer"), maxBytes, maxOld, text);
    }

    private String read(String name) throws Exception {
        return Files.readString(folder.resolve("logs").resolve(name));
    }

    @Test
    void shouldMakeTheFolderAndAppendEachBlock() throws Exception {
        TracerFile file = file(1 << 20, 2);
        file.accept(report);
        file.accept(report);
        assertThat(read("pipeline.tracer")).isEqualTo(block + block).startsWith("2021-11-04 13:38:52,507 ==================== TRACER ======================\n");
    }

    @Test
    void shouldBeginAFileAnewBeforeItWouldGrowOverItsLimit() throws Exception {
        // given a file that has room for two blocks exactly
        TracerFile file = file(2L * block.length(), 2);
        file.accept(report);
        file.accept(report);
        assertThat(folder.resolve("logs")).isDirectoryNotContaining("glob:**.1");
        // when one more comes, then more than may be kept
        file.accept(report);
        assertThat(read("pipeline.tracer")).isEqualTo(block);
        assertThat(read("pipeline.tracer.1")).isEqualTo(block + block);
        Stream.generate(() -> report).limit(7).forEach(file);
        // then: two a file, the two newest old ones are there
        try (Stream<Path> files = Files.list(folder.resolve("logs"))) {
            assertThat(files.map(path -> path.getFileName().toString())).containsExactlyInAnyOrder("pipeline.tracer", "pipeline.tracer.1", "pipeline.tracer.2");
        }
        assertThat(read("pipeline.tracer.2")).isEqualTo(block + block);
    }

    @Test
    void shouldKeepNoOldFilesWhereNoneAreWanted() throws Exception {
        TracerFile file = file(block.length(), 0);
        file.accept(report);
        file.accept(report);
        assertThat(read("pipeline.tracer")).isEqualTo(block);
        assertThat(folder.resolve("logs")).isDirectoryNotContaining("glob:**.1");
    }

    @Test
    void shouldGoOnWhenTheFileWasMovedAwayByOthers() throws Exception {
        TracerFile file = file(1 << 20, 1);
        file.accept(report);
        Files.move(folder.resolve("logs/pipeline.tracer"), folder.resolve("taken"));
        file.accept(report);
        assertThat(read("pipeline.tracer")).isEqualTo(block);
    }

    @Test
    void shouldWarnOnceAndGoOnWhereItCannotBeWritten() throws Exception {
        // given a file where the folder should be
        Files.writeString(folder.resolve("logs"), "in the way");
        TracerFile file = file(1 << 20, 1);
        // when
        assertThatCode(() -> {
            file.accept(report);
            file.accept(report);
        }).doesNotThrowAnyException();
        // then
        assertThat(logged.list).singleElement().satisfies(event -> assertThat(event.getFormattedMessage()).startsWith("tracer.file: " + folder.resolve("logs/pipeline.tracer") + " can't be written"));
        // and it writes once it can
        Files.delete(folder.resolve("logs"));
        file.accept(report);
        assertThat(read("pipeline.tracer")).isEqualTo(block);
    }

    @Test
    void shouldWriteWhereTheConfigurationSaysOrNowhere() throws Exception {
        Path other = folder.resolve("other.txt");
        TracerFile.of(ConfigFile.read(Optional.empty(), Map.of("tracer.file", other.toString(), "worker.stream_threads", "3"))).accept(report);
        assertThat(other).content().contains("Channel (server worker num[3]):");
        assertThat(ConfigFile.read(Optional.empty(), Map.of()).tracer().path()).contains(Path.of("PipelineServingLogs/pipeline.tracer"));

        List<String> before = List.of(folder.toFile().list());
        TracerFile.of(ConfigFile.read(Optional.empty(), Map.of("tracer.file", "''"))).accept(report);
        assertThat(folder.toFile().list()).containsExactlyElementsOf(before);
    }
}
