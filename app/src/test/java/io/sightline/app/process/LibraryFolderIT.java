package io.sightline.app.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The launcher's class path, target/lib, as the build has just made it. */
class LibraryFolderIT {
    @Test
    void shouldHaveOneOnnxRuntime() throws Exception {
        try (var jars = Files.list(Path.of("target/lib"))) {
            assertThat(jars.map(jar -> jar.getFileName().toString())).filteredOn(name -> name.startsWith("onnxruntime")).hasSize(1);
        }
    }
}
