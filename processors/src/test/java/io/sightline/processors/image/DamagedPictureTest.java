package io.sightline.processors.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightline.processors.stage.StageResult;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.request.RequestLimits;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes changed at random: whatever comes of it, it is a picture of the size its header says or a sentence. */
class DamagedPictureTest {
    private static final long PIXELS = RequestLimits.DEFAULT.maxImagePixels();

    private final PixelBudget budget = new PixelBudget(PIXELS, 10_000);
    private final ImageDecoder decoder = new ImageDecoder(RequestLimits.DEFAULT, budget);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldSurviveDamageInTheHeadOfAJpeg(int seed) throws InterruptedException {
        // the head: headers and tables, where damage is no warning of the decoder's but an error
        assertSurvives(Pictures.jpeg(Pictures.noise(24, 24, seed)), 600, seed);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldSurviveDamageAnywhereInAPng(int seed) throws InterruptedException {
        byte[] png = Pictures.png(Pictures.noise(24, 24, seed));
        assertSurvives(png, png.length, seed);
    }

    private void assertSurvives(byte[] file, int upTo, int seed) throws InterruptedException {
        Random random = new Random(seed);
        for (int round = 0; round < 10; round++) {
            byte[] damaged = file.clone();
            damaged[random.nextInt(Math.min(upTo, file.length))] = (byte) random.nextInt(256);
            StageResult<DecodedImage> result = decoder.decode(damaged);
            if (result instanceof StageResult.Accepted<DecodedImage> accepted) {
                try (DecodedImage image = accepted.value()) {
                    assertThat((long) image.width() * image.height()).isEqualTo(ImageHeader.of(damaged).pixels());
                }
            } else if (result instanceof StageResult.Rejected<DecodedImage> rejected) {
                assertThat(rejected.code()).isEqualTo(ErrorCode.BAD_INPUT);
                assertThat(rejected.message()).startsWith("image: ").contains("(expected: ");
            }
            assertThat(budget.freePixels()).isEqualTo(PIXELS);
        }
    }
}
