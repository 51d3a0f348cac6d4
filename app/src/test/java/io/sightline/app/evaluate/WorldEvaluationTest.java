package io.sightline.app.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.sightline.synth.TrueObject;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A world so small that its figures say nothing about the models, but all of it real. */
class WorldEvaluationTest {
    private static final TestWorld TINY = new TestWorld(4_000_000, 12, 3, 80, 5_000_000, 5, 2, 81);
    private static WorldReport report;
    @TempDir
    private Path folder;

    @BeforeAll
    static void measure() throws Exception {
        report = new WorldEvaluation(DefaultModels.setup(0.5), TINY).run();
    }

    @Test
    void shouldMeasureEverythingOnThreeScenes() {
        assertThat(report.curve().averagePrecision()).isBetween(0.5, 1.0);
        assertThat(report.recallIndexed()).isBetween(0.5, 1.0);
        assertThat(report.recallTrueBox()).isBetween(0.5, 1.0);
        assertThat(report.known().pictures()).isEqualTo(3);
        assertThat(report.known().right()).isPositive();
        assertThat(report.known().counted()).isLessThanOrEqualTo(report.curve().trueBoxes());
        assertThat(report.unknown().pictures()).isEqualTo(2);
        assertThat(report.unknown().right()).isZero();
        assertThat(report.detectorMs()).isPositive();
        assertThat(report.embedderMs()).isPositive();
        assertThat(report.cosineThreshold()).isEqualTo(0.5);
    }

    @Test
    void shouldAgreeWithItsTableAtTheShippedThreshold() {
        var row = report.byCosine().stream().filter(r -> r.threshold() == 0.5).findFirst().orElseThrow();
        assertThat(row.right()).isEqualTo(report.known().rightShare());
        assertThat(row.wrong()).isEqualTo(report.known().wrongShare());
        assertThat(row.unknownAccepted()).isEqualTo(report.unknown().wrongShare());
    }

    @Test
    void shouldNameTheFiguresForPrograms() {
        assertThat(report.json()).containsKeys("detector_ap50", "embedder_recall_at_1", "end_to_end", "unknown_accepted", "detector_ms", "embedder_ms");
        assertThat((double) report.json().get("end_to_end")).isEqualTo(report.known().rightShare(), within(1e-4));
        assertThat(report.json().get("detector").toString()).startsWith("sightline-detector@");
    }

    @Test
    void shouldSayTheSameToPeople() {
        assertThat(report.text()).contains("AP50 ", "recall@1 ", "found and right ", "not in the gallery that get a label", "cosine   right   wrong   unknown accepted")
                .doesNotContain("NaN");
    }

    @Test
    void shouldDrawTheCurveIntoAFolderThatIsNotThereYet() throws Exception {
        Path png = folder.resolve("new/curve.png");
        report.drawCurve(png);
        BufferedImage picture = ImageIO.read(png.toFile());
        assertThat(picture.getWidth()).isEqualTo(960);
        assertThat(Files.size(png)).isGreaterThan(10_000);
        assertThat(picture.getRGB(480, 5)).as("margin").isEqualTo(0xffffffff);
        assertThat(picture.getRGB(200, 500)).as("area under the curve").isNotEqualTo(0xffffffff);
    }

    @Test
    void shouldCountWhatShowsAtLeastHalfAndHasFortyPixelsOnTheShorterSide() {
        assertThat(WorldEvaluation.counts(object(0.5, 40, 90))).isTrue();
        assertThat(WorldEvaluation.counts(object(0.49, 90, 90))).isFalse();
        assertThat(WorldEvaluation.counts(object(1, 39.9, 90))).isFalse();
    }

    @Test
    void shouldRefuseAWorldWhoseUnknownProductsAreInTheGallery() {
        assertThatIllegalArgumentException().isThrownBy(() -> new TestWorld(10, 5, 1, 1, 14, 5, 1, 1))
                .withMessage("unknown-from: 14 and 5 identities (expected: none of the gallery's, 10..14)");
        assertThat(new TestWorld(10, 5, 1, 1, 15, 5, 1, 1).unknownFrom()).isEqualTo(15);
        assertThat(new TestWorld(10, 5, 1, 1, 5, 5, 1, 1).unknownFrom()).isEqualTo(5);
    }

    @Test
    void shouldRefuseAnEmptyWorld() {
        assertThatIllegalArgumentException().isThrownBy(() -> new TestWorld(10, 0, 1, 1, 20, 5, 1, 1)).withMessage("identities: 0 (expected: >= 1)");
        assertThatIllegalArgumentException().isThrownBy(() -> new TestWorld(10, 1, 1, 1, 20, 5, 0, 1)).withMessage("unknown-scenes: 0 (expected: >= 1)");
    }

    private static TrueObject object(double visible, double width, double height) {
        return new TrueObject(1, "a", new double[] {0, 0, width, height}, visible);
    }
}
