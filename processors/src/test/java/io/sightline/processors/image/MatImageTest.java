package io.sightline.processors.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;

class MatImageTest {
    @Test
    void shouldFreeAPictureClosedWhileItIsReadOnlyWhenTheReaderHasLeft() {
        // given
        AtomicInteger given = new AtomicInteger();
        Mat mat = new Mat(2, 2, opencv_core.CV_8UC3);
        MatImage image = MatImage.owning(mat, given::incrementAndGet);

        // when
        image.read(pixels -> {
            image.close();
            assertThat(pixels.isNull()).isFalse();
            assertThat(given).hasValue(0);
            return null;
        });

        // then
        assertThat(given).hasValue(1);
        assertThat(mat.isNull()).isTrue();
    }

    @Test
    void shouldFreeAPictureOnce() {
        // given
        AtomicInteger given = new AtomicInteger();
        MatImage image = MatImage.owning(new Mat(2, 2, opencv_core.CV_8UC3), given::incrementAndGet);

        // when
        image.close();
        image.close();

        // then
        assertThat(given).hasValue(1);
    }

    @Test
    void shouldRefuseReadersOnceClosed() {
        // given
        MatImage image = MatImage.ofBgr(2, 1, new byte[6]);
        image.close();

        // when, then
        assertThatThrownBy(() -> image.read(Mat::rows))
                .isInstanceOf(IllegalStateException.class).hasMessage("picture of 2x1: closed (expected: open until all stages have answered)");
    }

    @Test
    void shouldKnowItsSizeEvenWhenClosed() {
        // given
        MatImage image = MatImage.ofBgr(2, 1, new byte[6]);

        // when
        image.close();

        // then
        assertThat(image.width()).isEqualTo(2);
        assertThat(image.height()).isEqualTo(1);
    }

    @Test
    void shouldHoldThePixelsGiven() {
        try (MatImage image = MatImage.ofBgr(2, 1, new byte[] {1, 2, 3, 4, 5, (byte) 200})) {
            assertThat(Pictures.bgr(image, 0, 0)).containsExactly(1, 2, 3);
            assertThat(Pictures.bgr(image, 1, 0)).containsExactly(4, 5, 200);
        }
    }

    @Test
    void shouldRefusePixelsThatDoNotFitTheSize() {
        assertThatThrownBy(() -> MatImage.ofBgr(2, 2, new byte[11])).hasMessage("pixels: 11 bytes for 2x2 (expected: width x height x 3)");
        assertThatThrownBy(() -> MatImage.ofBgr(0, 2, new byte[0])).hasMessageContaining("0x2");
    }

    @Test
    void shouldRefuseAMatrixOfAnotherType() {
        try (Mat grey = new Mat(2, 2, opencv_core.CV_8UC1)) {
            assertThatThrownBy(() -> MatImage.owning(grey)).hasMessageContaining("(expected: 8-bit, 3 channels)");
        }
    }

    @Test
    void shouldRefuseAPictureOfAnotherKind() {
        // given
        DecodedImage foreign = new DecodedImage() {
            @Override
            public int width() {
                return 1;
            }

            @Override
            public int height() {
                return 1;
            }

            @Override
            public void close() {
            }
        };

        // when, then
        assertThatThrownBy(() -> MatImage.of(foreign)).hasMessageEndingWith("(expected: one made by ImageDecoder)");
    }
}
