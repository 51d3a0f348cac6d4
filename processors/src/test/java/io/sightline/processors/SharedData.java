package io.sightline.processors;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Files that lie outside of the project, or in other parts of it, found from wherever the tests run. */
public final class SharedData {
    private SharedData() {
    }

    /** The folder of real photographs and models beside the checkout; a test that wants it is skipped where there is none. */
    public static Path folder() {
        String given = System.getProperty("sightline.shared.data", System.getenv("SIGHTLINE_SHARED_DATA"));
        Path folder = given != null ? Path.of(given) : projectRoot().resolveSibling("shared").resolve("data");
        assumeTrue(Files.isDirectory(folder), "no photographs: " + folder
                + " (expected: ../shared/data beside the checkout, or its path in the system property sightline.shared.data)");
        return folder;
    }

    /** The project's own models. */
    public static Path models() {
        return projectRoot().resolve("models");
    }

    private static Path projectRoot() {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.isDirectory(folder.resolve("models").resolve("detector"))) {
            folder = folder.getParent();
        }
        if (folder == null) {
            throw new IllegalStateException("no folder models/detector above " + Path.of("").toAbsolutePath());
        }
        return folder;
    }
}
