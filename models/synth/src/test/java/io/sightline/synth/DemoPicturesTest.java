package io.sightline.synth;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The committed pictures hold the world still: models were trained and measured on it. */
class DemoPicturesTest {
    private static final Path DEMO = Path.of("..", "demo");
    private static final long FIRST = 6_000_000;

    @Test
    void shouldDrawTheCommittedGalleryWhenItsSeedsAreDrawnAgain() throws IOException {
        List<String> truth = Files.readAllLines(DEMO.resolve("gallery/gallery.jsonl"));
        List<String> labels = Files.readAllLines(DEMO.resolve("gallery/gallery_label.txt"));
        assertThat(truth).hasSize(60);
        assertThat(labels).hasSize(60);
        for (int i = 0; i < 60; i += 7) {
            GalleryPicture drawn = SyntheticWorld.gallery(FIRST + i, 0);
            String file = drawn.identity() + "-0.jpg";

            assertThat(JsonLines.gallery(file, drawn)).isEqualTo(truth.get(i));
            assertThat(labels.get(i)).isEqualTo(file + "\t" + drawn.label());
            assertSamePicture(drawn.jpeg(), DEMO.resolve("gallery").resolve(file));
        }
    }

    @Test
    void shouldDrawTheCommittedScenesWhenTheirSeedsAreDrawnAgain() throws IOException {
        List<String> truth = Files.readAllLines(DEMO.resolve("scenes/scenes.jsonl"));
        assertThat(truth).hasSize(24);
        for (int i = 0; i < 24; i += 5) {
            ScenePicture drawn = SyntheticWorld.scene(i, FIRST, FIRST, 60, 640, 480);
            String file = "%06d.jpg".formatted(i);

            assertThat(JsonLines.scene(file, 640, 480, drawn.objects())).isEqualTo(truth.get(i));
            assertSamePicture(drawn.jpeg(), DEMO.resolve("scenes").resolve(file));
        }
    }

    /** JDKs newer than 17 round some edge pixels otherwise, by a few levels. */
    private static void assertSamePicture(byte[] drawn, Path committed) throws IOException {
        int[] here = pixels(Jpeg.decode(drawn));
        int[] there = pixels(Jpeg.decode(Files.readAllBytes(committed)));
        assertThat(here).hasSameSizeAs(there);
        int differing = 0;
        for (int i = 0; i < here.length; i++) {
            for (int shift = 0; shift < 24; shift += 8) {
                int distance = Math.abs((here[i] >> shift & 255) - (there[i] >> shift & 255));
                assertThat(distance).isLessThan(24);
                differing += distance > 0 ? 1 : 0;
            }
        }
        assertThat(differing).as("%s: channel values that differ", committed).isLessThan(here.length * 3 / 100);
    }

    private static int[] pixels(BufferedImage picture) {
        return picture.getRGB(0, 0, picture.getWidth(), picture.getHeight(), null, 0, picture.getWidth());
    }
}
