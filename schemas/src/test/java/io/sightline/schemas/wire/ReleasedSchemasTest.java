package io.sightline.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What was released can be read for ever, and can read what is written now. */
class ReleasedSchemasTest {
    private static final Path RELEASED = Path.of("released");
    private static final Path CURRENT = Path.of("src/main/avro");

    @TestFactory
    Stream<DynamicTest> shouldReadWhatWasReleasedAndBeReadByIt() throws IOException {
        return releasedFiles().stream().map(file -> DynamicTest.dynamicTest(file.toString(),
                () -> assertThat(Compatibility.problems(file.toString(), parse(file), parse(CURRENT.resolve(file.getFileName())))).isEmpty()));
    }

    @Test
    void shouldGiveEveryReleasedSchemaAnId() throws IOException {
        assertThat(releasedFiles()).extracting(file -> RELEASED.relativize(file).toString().replace('\\', '/')).containsExactlyInAnyOrderElementsOf(ReleasedSchemas.FILES);
    }

    /** A new version's lines are added; a line that is there never changes. */
    @ParameterizedTest
    @CsvSource({
        "0.1.0/RecognitionRequest.avsc, e64dd235e5192d92",
        "0.1.0/RecognitionResult.avsc, 671ade4aec455d8e",
        "0.1.0/GalleryEntry.avsc, d5e3d8a6fb777745",
        "0.1.0/GalleryVector.avsc, 2ef74c1c64c9c90a",
        "0.1.0/TracerWindow.avsc, 24d966ba61ce0628"})
    void shouldLeaveAReleasedSchemaAsItIs(String file, String fingerprint) throws IOException {
        assertThat(Long.toHexString(SchemaNormalization.parsingFingerprint64(parse(RELEASED.resolve(file))))).as("%s is released: it must not change any more", file).isEqualTo(fingerprint);
    }

    private static List<Path> releasedFiles() throws IOException {
        try (Stream<Path> files = Files.walk(RELEASED)) {
            return files.filter(file -> file.toString().endsWith(".avsc")).sorted().toList();
        }
    }

    private static Schema parse(Path file) throws IOException {
        assertThat(file).as("a schema once released stays").exists();
        return new Schema.Parser().parse(Files.readString(file));
    }
}
