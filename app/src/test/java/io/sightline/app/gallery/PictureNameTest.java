package io.sightline.app.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PictureNameTest {
    private static final ByteBuffer JPEG = ByteBuffer.wrap(new byte[] {(byte) 0xff, (byte) 0xd8});
    private static final ByteBuffer PNG = ByteBuffer.wrap(new byte[] {(byte) 0x89, 'P'});

    @Test
    void shouldKeepPlainIds() {
        assertThat(PictureName.of("tea-1_a", JPEG)).isEqualTo("tea-1_a.jpg");
        assertThat(PictureName.of("tea-1_a", PNG)).isEqualTo("tea-1_a.png");
    }

    @Test
    void shouldGiveEveryIdANameOfItsOwnInTheFolder() {
        List<String> ids = List.of("a", "a.jpg", "a.png", "a/b", "a_b", "a b", "../a", "..", "/etc/passwd", "\u00e4", "\u00f6", "x".repeat(200), "x".repeat(199), "C:\\a");
        Set<String> names = new HashSet<>();
        for (String id : ids) {
            String name = PictureName.of(id, JPEG);
            assertThat(names.add(name)).as(id + " -> " + name).isTrue();
            assertThat(Path.of("folder").resolve(name).normalize().getParent()).isEqualTo(Path.of("folder"));
            assertThat(name).hasSizeLessThan(120).endsWith(".jpg").matches("[A-Za-z0-9_.-]+");
        }
    }
}
