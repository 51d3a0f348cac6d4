package io.sightline.app.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightline.app.evaluate.PrecisionRecall.Scored;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CurvePictureTest {
    private static final int WHITE = 0xffffffff;
    private static final int MARK = 0xffd95f0e;
    @TempDir
    private Path folder;

    @Test
    void shouldShadeWhatIsUnderTheCurveAndNothingBesideIt() throws IOException {
        // one of two found, nothing wrong: the left half
        BufferedImage picture = draw(PrecisionRecall.of(List.of(new Scored(0.9, true)), 2), 0.5);
        assertThat(picture.getRGB(300, 385)).isNotEqualTo(WHITE);
        assertThat(picture.getRGB(700, 385)).isEqualTo(WHITE);
    }

    @Test
    void shouldMarkTheShippedThreshold() throws IOException {
        // precision 1/2 at recall 1
        BufferedImage picture = draw(PrecisionRecall.of(List.of(new Scored(0.9, false), new Scored(0.8, true)), 1), 0.8);
        assertThat(picture.getRGB(920, 360)).isEqualTo(MARK);
    }

    @Test
    void shouldDrawEmptyAxesWhenNothingIsDetected() throws IOException {
        BufferedImage picture = draw(PrecisionRecall.of(List.of(), 1), 0.5);
        assertThat(picture.getRGB(300, 385)).isEqualTo(WHITE);
        assertThat(picture.getRGB(90, 80)).as("recall 0, precision 1").isEqualTo(MARK);
    }

    private BufferedImage draw(PrecisionRecall curve, double threshold) throws IOException {
        Path png = folder.resolve("curve.png");
        CurvePicture.write(curve, threshold, "detector@1#abc", png);
        return ImageIO.read(png.toFile());
    }
}
