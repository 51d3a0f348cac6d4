package io.sightline.synth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingFilesTest {
    private static final int SIDE = 32;
    private static final int PICTURE = 3 * SIDE * SIDE;

    @TempDir
    Path folder;

    @Test
    void shouldWriteEqualBytesWhenCropsAreMadeTwice() throws IOException {
        byte[] once = crops("once");
        byte[] twice = crops("twice");

        assertThat(once).hasSize(3 * 2 * PICTURE).isEqualTo(twice);
    }

    @Test
    void shouldKeepTheSizeWhenCropsHaveAMargin() throws IOException {
        // when
        Path file = folder.resolve("margin");
        Main.run("crops", "--out", file.toString(), "--from", "16", "--count", "3", "--views", "2", "--side", Integer.toString(SIDE), "--margin", "0.125");

        // then
        assertThat(Files.readAllBytes(file)).hasSize(3 * 2 * PICTURE).isNotEqualTo(crops("none"));
    }

    @Test
    void shouldShowEachViewAnewWhenCropsAreMade() throws IOException {
        byte[] crops = crops("crops");

        for (int i = 1; i < 6; i++) {
            assertThat(Arrays.copyOfRange(crops, i * PICTURE, (i + 1) * PICTURE))
                    .isNotEqualTo(Arrays.copyOfRange(crops, (i - 1) * PICTURE, i * PICTURE));
        }
    }

    @Test
    void shouldMixGalleryPicturesInWhenCloseupsAreAsked() throws IOException {
        // when
        List<String> scenes = scenes("0");
        List<String> closeups = scenes("1");

        // then
        assertThat(scenes).hasSize(4).allMatch(line -> line.contains("\"width\":640,\"height\":480"));
        assertThat(closeups).hasSize(4).allMatch(line -> line.contains("\"width\":256,\"height\":256"))
                .allMatch(line -> line.contains("\"visible\":1.000"));
        assertThat(folder.resolve("scenes.bin")).hasSize(4 * PICTURE);
    }

    private List<String> scenes(String closeups) throws IOException {
        Path file = folder.resolve("scenes.bin");
        Main.run("raw-scenes", "--out", file.toString(), "--from", "0", "--identities", "8", "--count", "4", "--seed", "3", "--side",
                Integer.toString(SIDE), "--closeups", closeups);
        return Files.readAllLines(Path.of(file + ".jsonl"));
    }

    private byte[] crops(String name) throws IOException {
        Path file = folder.resolve(name);
        Main.run("crops", "--out", file.toString(), "--from", "16", "--count", "3", "--views", "2", "--side", Integer.toString(SIDE));
        return Files.readAllBytes(file);
    }
}
