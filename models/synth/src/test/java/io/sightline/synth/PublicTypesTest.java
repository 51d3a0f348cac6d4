package io.sightline.synth;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PublicTypesTest {
    @Test
    void shouldShowOnlyTheWaysInWhenTheModuleIsUsed() throws Exception {
        List<String> shown;
        try (Stream<Path> files = Files.list(folder())) {
            shown = files.map(file -> file.getFileName().toString()).filter(name -> name.matches("\\w+\\.class"))
                    .map(name -> name.substring(0, name.length() - 6)).filter(PublicTypesTest::isPublic).toList();
        }

        assertThat(shown).containsExactlyInAnyOrder("Main", "SyntheticWorld", "GalleryPicture", "ScenePicture", "TrueObject", "Lettering",
                "Face");
    }

    private static Path folder() throws URISyntaxException {
        return Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI()).resolve("io/sightline/synth");
    }

    private static boolean isPublic(String name) {
        try {
            return Modifier.isPublic(Class.forName("io.sightline.synth." + name, false, PublicTypesTest.class.getClassLoader()).getModifiers());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }
}
