package io.sightline.synth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SyntheticWorldTest {
    @Test
    void shouldGiveTheSameBytesWhenAskedTwice() {
        ScenePicture once = SyntheticWorld.scene(3, 11, 500, 20, 320, 240);
        ScenePicture twice = SyntheticWorld.scene(3, 11, 500, 20, 320, 240);

        assertThat(twice.jpeg()).isEqualTo(once.jpeg());
        assertThat(twice.objects()).usingRecursiveComparison().isEqualTo(once.objects());
        assertThat(SyntheticWorld.gallery(500, 0).jpeg()).isEqualTo(SyntheticWorld.gallery(500, 0).jpeg());
    }

    @Test
    void shouldGiveTheSameBytesWhenManyThreadsDraw() {
        // given
        byte[] alone = SyntheticWorld.scene(1, 5, 700, 30, 320, 240).jpeg();

        // when
        Set<List<Byte>> seen = ConcurrentHashMap.newKeySet();
        IntStream.range(0, 16).parallel().forEach(i -> seen.add(boxed(SyntheticWorld.scene(1, 5, 700, 30, 320, 240).jpeg())));

        // then
        assertThat(seen).containsExactly(boxed(alone));
    }

    @Test
    void shouldDrawAnotherPictureWhenIndexSeedOrViewDiffers() {
        Set<List<Byte>> pictures = new HashSet<>();
        pictures.add(boxed(SyntheticWorld.scene(0, 1, 0, 50, 160, 120).jpeg()));
        pictures.add(boxed(SyntheticWorld.scene(1, 1, 0, 50, 160, 120).jpeg()));
        pictures.add(boxed(SyntheticWorld.scene(0, 2, 0, 50, 160, 120).jpeg()));
        pictures.add(boxed(SyntheticWorld.gallery(0, 0).jpeg()));
        pictures.add(boxed(SyntheticWorld.gallery(0, 1).jpeg()));
        pictures.add(boxed(SyntheticWorld.gallery(1, 0).jpeg()));

        assertThat(pictures).hasSize(6);
    }

    @Test
    void shouldBoxWhatIsVisibleWhenScenesAreComposed() {
        for (int i = 0; i < 12; i++) {
            ScenePicture scene = SyntheticWorld.scene(i, 9, 300, 25, 320, 200);
            BufferedImage picture = Jpeg.decode(scene.jpeg());

            assertThat(picture.getWidth()).isEqualTo(scene.width()).isEqualTo(320);
            assertThat(picture.getHeight()).isEqualTo(scene.height()).isEqualTo(200);
            assertThat(scene.objects()).hasSizeLessThanOrEqualTo(6).allSatisfy(object -> {
                assertThat(object.identity()).isBetween(300L, 324L);
                assertThat(object.label()).isEqualTo(SyntheticWorld.label(object.identity()));
                assertThat(object.visible()).isBetween(0.15, 1.001);
                assertThat(object.box()[0]).isBetween(0.0, object.box()[2] - 1);
                assertThat(object.box()[1]).isBetween(0.0, object.box()[3] - 1);
                assertThat(object.box()[2]).isLessThanOrEqualTo(320);
                assertThat(object.box()[3]).isLessThanOrEqualTo(200);
            });
        }
    }

    @Test
    void shouldFillMostOfTheGalleryPictureWithTheProduct() {
        for (long identity = 0; identity < 10; identity++) {
            double[] box = SyntheticWorld.gallery(identity, 0).box();

            assertThat(Math.max(box[2] - box[0], box[3] - box[1])).isBetween(150.0, 256.0);
        }
    }

    @Test
    void shouldNameTheParameterWhenItIsOutOfRange() {
        assertThatThrownBy(() -> SyntheticWorld.gallery(1, -1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("view: -1 (expected: >= 0)");
        assertThatThrownBy(() -> SyntheticWorld.scene(0, 1, 0, 0, 640, 480)).hasMessage("identities: 0 (expected: >= 1)");
        assertThatThrownBy(() -> SyntheticWorld.scene(0, 1, 0, 5, 63, 480)).hasMessage("width: 63 (expected: >= 64)");
        assertThatThrownBy(() -> SyntheticWorld.scene(0, 1, 0, 5, 640, 0)).hasMessage("height: 0 (expected: >= 64)");
        assertThatThrownBy(() -> SyntheticWorld.scene(-4, 1, 0, 5, 640, 480)).hasMessage("index: -4 (expected: >= 0)");
    }

    private static List<Byte> boxed(byte[] bytes) {
        Byte[] boxed = new Byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            boxed[i] = bytes[i];
        }
        return List.of(boxed);
    }
}
