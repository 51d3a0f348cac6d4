package io.sightline.processors.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExifOrientationTest {
    private static final int WIDTH = 96;
    private static final int HEIGHT = 64;

    /** Colours at the top left, top right, bottom left and bottom right of the picture as it is to be seen. */
    @ParameterizedTest
    @CsvSource({
            "1, red, green, blue, white",
            "2, green, red, white, blue",
            "3, white, blue, green, red",
            "4, blue, white, red, green",
            "5, red, blue, green, white",
            "6, blue, red, white, green",
            "7, white, green, blue, red",
            "8, green, white, red, blue"})
    void shouldTurnThePictureAsTheCameraWasHeld(int orientation, String topLeft, String topRight, String bottomLeft, String bottomRight) {
        // given
        byte[] file = Pictures.withOrientation(Pictures.jpeg(Pictures.corners(WIDTH, HEIGHT)), orientation);

        // when
        try (DecodedImage image = Pictures.decode(file)) {
            // then
            boolean turned = orientation >= 5;
            assertThat(image.width()).isEqualTo(turned ? HEIGHT : WIDTH);
            assertThat(image.height()).isEqualTo(turned ? WIDTH : HEIGHT);
            int right = image.width() - 8;
            int bottom = image.height() - 8;
            assertThat(Pictures.colour(image, 8, 8)).isEqualTo(topLeft);
            assertThat(Pictures.colour(image, right, 8)).isEqualTo(topRight);
            assertThat(Pictures.colour(image, 8, bottom)).isEqualTo(bottomLeft);
            assertThat(Pictures.colour(image, right, bottom)).isEqualTo(bottomRight);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9, 255})
    void shouldLeaveThePictureAloneWhereTheOrientationMakesNoSense(int orientation) {
        // given
        byte[] file = Pictures.withOrientation(Pictures.jpeg(Pictures.corners(WIDTH, HEIGHT)), orientation);

        // when
        try (DecodedImage image = Pictures.decode(file)) {
            // then
            assertThat(image.width()).isEqualTo(WIDTH);
            assertThat(Pictures.colour(image, 8, 8)).isEqualTo("red");
        }
    }
}
