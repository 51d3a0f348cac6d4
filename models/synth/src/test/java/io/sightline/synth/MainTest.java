package io.sightline.synth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
    @TempDir
    Path folder;

    @Test
    void shouldWriteAPictureAViewAndALineEachWhenAGalleryIsAsked() throws IOException {
        Main.run("gallery", "--out", folder.toString(), "--from", "40", "--count", "2", "--views", "2");

        assertThat(folder).isDirectoryContaining("glob:**/40-0.jpg").isDirectoryContaining("glob:**/41-1.jpg");
        assertThat(Files.readAllLines(folder.resolve("gallery.jsonl"))).hasSize(4)
                .first().asString().startsWith("{\"file\":\"40-0.jpg\",\"identity\":40,\"label\":\"" + SyntheticWorld.label(40) + "\",\"box\":[");
        assertThat(folder.resolve("gallery_label.txt")).hasContent("40-0.jpg\t%1$s\n40-1.jpg\t%1$s\n41-0.jpg\t%2$s\n41-1.jpg\t%2$s\n".formatted(SyntheticWorld.label(40), SyntheticWorld.label(41)));
        assertThat(folder.resolve("41-0.jpg")).hasBinaryContent(SyntheticWorld.gallery(41, 0).jpeg());
    }

    @Test
    void shouldWriteScenesOfTheSizeAskedWhenWidthAndHeightAreGiven() throws IOException {
        Main.run("scenes", "--out", folder.toString(), "--from", "0", "--identities", "9", "--count", "3", "--seed", "7",
                "--width", "200", "--height", "100");

        assertThat(Files.readAllLines(folder.resolve("scenes.jsonl"))).hasSize(3)
                .last().asString().startsWith("{\"file\":\"000002.jpg\",\"width\":200,\"height\":100,\"objects\":[");
        assertThat(folder.resolve("000002.jpg")).hasBinaryContent(SyntheticWorld.scene(2, 7, 0, 9, 200, 100).jpeg());
    }

    @Test
    void shouldNameTheCommandsWhenNoneOrAnUnknownOneIsGiven() {
        assertThatThrownBy(Main::run).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("command: none (expected: gallery, scenes, raw-scenes or crops)");
        assertThatThrownBy(() -> Main.run("paint")).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("command: paint (expected: gallery, scenes, raw-scenes or crops)");
    }

    @Test
    void shouldWriteNothingWhenAnOptionIsWrong() {
        Path out = folder.resolve("new");

        assertThatThrownBy(() -> Main.run("gallery", "--out", out.toString(), "--from", "x", "--count", "2"))
                .hasMessage("--from: x (expected: a whole number)");
        assertThat(out).doesNotExist();
    }
}
