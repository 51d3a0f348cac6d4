package io.sightline.processors;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightline.processors.image.DecodedImage;
import io.sightline.processors.image.ImageHeader;
import io.sightline.processors.image.Pictures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Real photographs, where there are some beside the checkout. */
class PhotographsTest {
    @Test
    void shouldDecodeEveryPhotograph() throws IOException {
        // given
        List<Path> photographs = photographs("images");
        assertThat(photographs).hasSizeGreaterThan(5);

        for (Path photograph : photographs) {
            // when
            byte[] file = Files.readAllBytes(photograph);
            ImageHeader header = ImageHeader.of(file);
            header.checkWhole(file);
            try (DecodedImage image = Pictures.decode(file)) {
                // then
                assertThat((long) image.width() * image.height()).as(photograph.toString()).isEqualTo(header.pixels());
            }
        }
    }

    @Test
    void shouldDecodeTheDaisy() throws IOException {
        // given
        byte[] file = Files.readAllBytes(SharedData.folder().resolve("images").resolve("daisy.jpg"));

        // when
        try (DecodedImage image = Pictures.decode(file)) {
            // then: a white flower with a yellow middle on green
            ImageHeader header = ImageHeader.of(file);
            assertThat(List.of(image.width(), image.height())).containsExactlyInAnyOrder(header.width(), header.height());
        }
    }

    @Test
    void shouldReadTheHeadersOfAPhonesPhotographs() throws IOException {
        for (Path photograph : photographs("grocery").stream().limit(100).toList()) {
            byte[] file = Files.readAllBytes(photograph);
            ImageHeader header = ImageHeader.of(file);
            header.checkWhole(file);
            assertThat(header.pixels()).isPositive();
        }
    }

    private static List<Path> photographs(String folder) throws IOException {
        try (Stream<Path> files = Files.walk(SharedData.folder().resolve(folder))) {
            return files.filter(file -> file.toString().toLowerCase(Locale.ROOT).matches(".*\\.(jpe?g|png)")).sorted().toList();
        }
    }
}
