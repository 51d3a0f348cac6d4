package io.sightline.processors.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sightline.processors.detect.DetectedBox;
import io.sightline.processors.detect.Landmarks;
import io.sightline.processors.image.DecodedImage;
import io.sightline.processors.image.MatImage;
import io.sightline.processors.image.Pictures;
import io.sightline.processors.model.GalleryIndexing;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GalleryCropperTest {
    private final GalleryCropper cropper = new GalleryCropper(new GalleryIndexing(true, 0.5));
    private final DecodedImage picture = Pictures.decode(Pictures.png(Pictures.corners(100, 60)));

    @AfterEach
    void close() {
        picture.close();
    }

    @Test
    void shouldWidenAPictureByHalfItsLongerSideOnEachSide() {
        // when
        try (DecodedImage widened = cropper.forDetection(picture)) {
            // then
            assertThat(widened.width()).isEqualTo(200);
            assertThat(widened.height()).isEqualTo(160);
            assertThat(Pictures.bgr(widened, 0, 0)).as("top left repeats red").containsExactly(0, 0, 255);
            assertThat(Pictures.bgr(widened, 199, 0)).as("top right repeats green").containsExactly(0, 255, 0);
            assertThat(Pictures.bgr(widened, 0, 159)).as("bottom left repeats blue").containsExactly(255, 0, 0);
            assertThat(Pictures.bgr(widened, 199, 159)).as("bottom right repeats white").containsExactly(255, 255, 255);
            assertThat(Pictures.bgr(widened, 50, 50)).as("the picture itself").containsExactly(0, 0, 255);
        }
    }

    @Test
    void shouldCropTheBestBoxInTheOriginal() {
        // given
        DetectedBox best = new DetectedBox(60, 55, 120, 90, 0.9f, "product");
        DetectedBox other = new DetectedBox(50, 50, 70, 70, 0.5f, "product");

        // when, then
        assertThat(cropper.crop(picture, List.of(best, other))).isEqualTo(new Crop(picture, 10, 5, 70, 40));
    }

    @Test
    void shouldKeepTheLandmarksOfAFaceAndMoveThemWithIt() {
        // given a face, one corner of whose mouth lies in the border
        List<Float> points = List.of(62f, 58f, 80f, 58f, 71f, 70f, 64f, 80f, 40f, 45f);
        DetectedBox face = new DetectedBox(60, 55, 120, 90, 0.9f, "face", Optional.of(new Landmarks(points)));
        // when, then
        assertThat(cropper.crop(picture, List.of(face)).landmarks()).contains(new Landmarks(List.of(12f, 8f, 30f, 8f, 21f, 20f, 14f, 30f, -10f, -5f)));
    }

    @Test
    void shouldScaleTheLandmarksOfALargePicture() {
        try (DecodedImage large = MatImage.ofBgr(4000, 4000, new byte[48_000_000])) {
            List<Float> points = java.util.Collections.nCopies(10, 512f + 256);
            Crop crop = cropper.crop(large, List.of(new DetectedBox(600, 600, 900, 900, 0.9f, "face", Optional.of(new Landmarks(points)))));
            assertThat(crop.landmarks().orElseThrow().xy()).allSatisfy(number -> assertThat(number).isCloseTo(1000, within(1f)));
        }
    }

    @Test
    void shouldCutABoxOffAtTheOriginalsEdges() {
        assertThat(cropper.crop(picture, List.of(new DetectedBox(0, 0, 130, 160, 0.9f, "product")))).isEqualTo(new Crop(picture, 0, 0, 80, 60));
    }

    @Test
    void shouldTakeTheNextBoxWhereTheBestLiesInTheBorder() {
        // given
        DetectedBox outside = new DetectedBox(0, 0, 50, 160, 0.9f, "product");
        DetectedBox inside = new DetectedBox(60, 60, 70, 70, 0.5f, "product");

        // when, then
        assertThat(cropper.crop(picture, List.of(outside, inside))).isEqualTo(new Crop(picture, 10, 10, 20, 20));
    }

    @Test
    void shouldTakeTheWholePictureWhereNothingWasFound() {
        assertThat(cropper.crop(picture, List.of())).isEqualTo(Crop.whole(picture));
        assertThat(cropper.crop(picture, List.of(new DetectedBox(0, 0, 40, 40, 0.9f, "product")))).isEqualTo(Crop.whole(picture));
    }

    @Test
    void shouldNotMultiplyTheMemoryOfALargePicture() {
        // given: widened it would be 64 megapixels
        try (DecodedImage large = MatImage.ofBgr(4000, 4000, new byte[48_000_000])) {
            // when
            try (DecodedImage widened = cropper.forDetection(large)) {
                // then
                assertThat((long) widened.width() * widened.height()).isLessThanOrEqualTo(GalleryCropper.MAX_WIDENED_PIXELS + 10_000);
                assertThat(widened.width()).isEqualTo(2048);

                // and a box maps back to where it is
                Crop crop = cropper.crop(large, List.of(new DetectedBox(512, 512 + 256, 512 + 1024, 512 + 512, 0.9f, "product")));
                assertThat(crop.x1()).isZero();
                assertThat(crop.y1()).isCloseTo(1000, within(1));
                assertThat(crop.x2()).isEqualTo(4000);
                assertThat(crop.y2()).isCloseTo(2000, within(1));
            }
        }
    }

    @Test
    void shouldLeaveThePictureAsItIsWhereTheModelDoesNotWantItWidened() {
        // given
        GalleryCropper plain = new GalleryCropper(new GalleryIndexing(true, 0));

        // when
        try (DecodedImage same = plain.forDetection(picture)) {
            // then
            assertThat(same.width()).isEqualTo(100);
            assertThat(plain.crop(picture, List.of(new DetectedBox(1, 2, 3, 4, 1, "product")))).isEqualTo(new Crop(picture, 1, 2, 3, 4));
        }
        assertThat(Pictures.bgr(picture, 0, 0)).as("the original stays open").hasSize(3);
    }

    @Test
    void shouldSayWhetherToDetectAtAll() {
        assertThat(cropper.detects()).isTrue();
        assertThat(new GalleryCropper(GalleryIndexing.WHOLE).detects()).isFalse();
    }
}
