package io.sightline.schemas.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.schemas.request.InvalidRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicsTest {
    @Test
    void shouldPutThePrefixBeforeEachName() {
        assertThat(new Topics("sightline.").name(Topic.DEAD_LETTERS)).isEqualTo("sightline.dead-letters");
        assertThat(new Topics("").name(Topic.GALLERY_VECTORS)).isEqualTo("gallery-vectors");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "ü", "a/b", "a:b"})
    void shouldRefuseAPrefixKafkaWouldRefuse(String prefix) {
        assertThatThrownBy(() -> new Topics(prefix)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(prefix);
    }

    @Test
    void shouldSplitAKeyAtTheFirstSlash() {
        assertThat(GalleryKey.parse("shop/a/b")).isEqualTo(new GalleryKey("shop", "a/b"));
        assertThat(new GalleryKey("shop", "a/b")).hasToString("shop/a/b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "shop", "/id", "shop/", "sh op/id", "shop/ "})
    void shouldRefuseAKeyThatIsNotGalleryAndId(String key) {
        assertThatThrownBy(() -> GalleryKey.parse(key)).isInstanceOf(InvalidRequestException.class).hasMessageContaining("expected:");
    }

    @Test
    void shouldPutAllEntriesOfAGalleryIntoOnePartition() {
        int partition = new GalleryKey("shop", "1").partition(7);
        assertThat(partition).isBetween(0, 6);
        for (int i = 0; i < 100; i++) {
            assertThat(new GalleryKey("shop", "id" + i).partition(7)).isEqualTo(partition);
        }
    }
}
