package io.sightline.app.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightline.processors.embed.Crop;
import io.sightline.processors.image.DecodedImage;
import org.junit.jupiter.api.Test;

class WorldGalleryTest {
    private static final DecodedImage PICTURE = new Picture(640, 480);

    private record Picture(int width, int height) implements DecodedImage {
        @Override
        public void close() {
        }
    }

    @Test
    void shouldRoundATrueBoxToWholePixels() {
        assertThat(crop(10.4, 20.5, 100.6, 200.4)).isEqualTo(new Crop(PICTURE, 10, 21, 101, 200));
    }

    @Test
    void shouldStayInsideThePicture() {
        assertThat(crop(-3, -0.2, 700, 480.4)).isEqualTo(new Crop(PICTURE, 0, 0, 640, 480));
    }

    @Test
    void shouldKeepAtLeastTwoPixels() {
        assertThat(crop(10, 10, 10.2, 11)).isEqualTo(new Crop(PICTURE, 10, 10, 12, 12));
        assertThat(crop(639.8, 479.9, 640, 480)).isEqualTo(new Crop(PICTURE, 638, 478, 640, 480));
    }

    private static Crop crop(double... box) {
        return WorldGallery.trueCrop(PICTURE, box);
    }
}
