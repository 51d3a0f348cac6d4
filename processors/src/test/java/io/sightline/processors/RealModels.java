package io.sightline.processors;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sightline.processors.image.DecodedImage;
import io.sightline.processors.image.Pictures;
import io.sightline.processors.model.ModelFolder;
import io.sightline.processors.model.ModelRuntime;
import io.sightline.processors.model.ModelSpec;
import io.sightline.processors.model.RuntimeSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Models that others trained, with the descriptions that docs/models holds for them. */
public final class RealModels {
    private RealModels() {
    }

    /** Folder of the descriptions. */
    public static Path descriptions() {
        return SharedData.models().resolveSibling("docs").resolve("models");
    }

    /**
     * Puts a model, its description and its labels into a folder of models; the test is skipped where the model is not there.
     *
     * @param name of the description in docs/models
     */
    public static ModelSpec install(Path modelsDir, String name) {
        Path given = SharedData.folder().resolve("models");
        try {
            String yaml = Files.readString(descriptions().resolve(name + ".yaml"));
            Path folder = Files.createDirectories(modelsDir.resolve(name).resolve("1"));
            String file = value(yaml, "file");
            assumeTrue(Files.isRegularFile(given.resolve(file)), "no model " + given.resolve(file));
            copy(given.resolve(file), folder.resolve(file));
            if (yaml.contains("labels_file: ")) {
                String labels = value(yaml, "labels_file");
                Path source = descriptions().resolve(labels);
                copy(Files.isRegularFile(source) ? source : given.resolve(labels), folder.resolve(labels));
            }
            Files.writeString(folder.resolve("model.yaml"), yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ModelFolder.load(modelsDir, name);
    }

    public static ModelRuntime runtime(Path modelsDir, String name) {
        return ModelRuntime.of(install(modelsDir, name), RuntimeSettings.DEFAULT);
    }

    /** A photograph; the test closes it. */
    public static DecodedImage photograph(String name) {
        try {
            return Pictures.decode(Files.readAllBytes(SharedData.folder().resolve("images").resolve(name)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        if (!Files.exists(to)) {
            Files.copy(from, to);
        }
    }

    private static String value(String yaml, String key) {
        return yaml.lines().filter(line -> line.startsWith(key + ": ")).map(line -> line.substring(key.length() + 2)).findFirst().orElseThrow();
    }
}
