package io.sightline.processors.shitu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.processors.detect.DetectSettings;
import io.sightline.processors.detect.DetectedBox;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShituPostprocessTest {
    private final ShituPostprocess stock = new ShituPostprocess(ShituSettings.STOCK);

    @Test
    void shouldHaveTheStockServersNumbers() {
        assertThat(ShituSettings.STOCK).isEqualTo(new ShituSettings(0.2f, 5, 0.5f, 0.05f));
        assertThat(stock.detectSettings()).isEqualTo(new DetectSettings(0.2f, 1, 5, true));
    }

    @Test
    void shouldAppendTheWholePictureEvenWhereNothingIsDetected() {
        assertThat(stock.boxes(List.of(), 640, 480)).containsExactly(new ShituBox(0, 0, 640, 480));
    }

    @Test
    void shouldLookUpTheFiveBestDetectionsThatReachTheThreshold() {
        // given
        List<DetectedBox> detections = List.of(detection(1, 0.3f), detection(2, 0.9f), detection(3, 0.2f), detection(4, 0.1999f), detection(5, 0.8f),
                detection(6, 0.25f), detection(7, 0.21f));

        // when, then: 3 is the sixth, 4 too weak
        assertThat(stock.boxes(detections, 640, 480)).extracting(ShituBox::x1).containsExactly(2, 5, 1, 6, 7, 0);
    }

    @Test
    void shouldNotFillUpTheFiveWithWeakOnes() {
        assertThat(stock.boxes(List.of(detection(1, 0.1f), detection(2, 0.2f)), 9, 9)).extracting(ShituBox::x1).containsExactly(2, 0);
    }

    @ParameterizedTest
    @CsvSource({"0.5, 1", "0.4999, 0", "0.9, 1"})
    void shouldKeepResultsThatReachTheThreshold(float score, int kept) {
        assertThat(stock.results(List.of(hit(0, 0, 10, 10, "a", score)))).hasSize(kept);
    }

    @ParameterizedTest
    @CsvSource({
        // Areas of 20x1 with both edges counted, 19 wide by subtraction: common 2 of 38 is above 0.05, 1 of 39 below.
        "0, 0, 19, 0, 18, 0, 37, 0, 1", "0, 0, 19, 0, 19, 0, 38, 0, 2",
        // Boxes that only share an edge do overlap by one pixel of width here.
        "0, 0, 9, 9, 9, 0, 10, 9, 1", "0, 0, 9, 9, 10, 0, 19, 9, 2"})
    void shouldCountOnePixelMoreASideWhenBoxesAreCompared(int ax1, int ay1, int ax2, int ay2, int bx1, int by1, int bx2, int by2, int kept) {
        assertThat(stock.results(List.of(hit(ax1, ay1, ax2, ay2, "a", 0.9f), hit(bx1, by1, bx2, by2, "b", 0.8f)))).hasSize(kept);
    }

    @Test
    void shouldSuppressByTheRecognitionsScoreWhateverTheLabel() {
        // given: the whole picture knows better than the detection in it, and a third lies outside of both
        ShituHit detection = hit(10, 10, 200, 200, "cola", 0.7f);
        ShituHit larger = hit(0, 0, 300, 300, "lemonade", 0.8f);
        ShituHit beside = hit(400, 400, 500, 500, "water", 0.6f);

        // when, then: best first
        assertThat(stock.results(List.of(detection, beside, larger))).containsExactly(larger, beside);
    }

    @Test
    void shouldCompareOnlyWithWhatIsKept() {
        // given: the middle one overlaps both, and falls to the best
        ShituHit best = hit(0, 0, 100, 100, "a", 0.9f);
        ShituHit middle = hit(80, 0, 180, 100, "b", 0.8f);
        ShituHit last = hit(160, 0, 260, 100, "c", 0.7f);

        // when, then
        assertThat(stock.results(List.of(best, middle, last))).containsExactly(best, last);
    }

    @Test
    void shouldNotLetAWeakHitSuppressAnything() {
        assertThat(stock.results(List.of(hit(0, 0, 9, 9, "a", 0.4f), hit(0, 0, 9, 9, "b", 0.55f)))).extracting(ShituHit::label).containsExactly("b");
    }

    @Test
    void shouldKeepWhatTheStockServersNumpyKeeps() throws IOException {
        for (String line : golden()) {
            // given
            String[] columns = line.split("\t");
            List<ShituHit> hits = new ArrayList<>();
            for (String text : columns[0].split(";")) {
                String[] n = text.split(" ");
                hits.add(hit(Integer.parseInt(n[0]), Integer.parseInt(n[1]), Integer.parseInt(n[2]), Integer.parseInt(n[3]), String.valueOf(hits.size()),
                        Float.parseFloat(n[4])));
            }

            // when, then
            assertThat(stock.results(hits)).as(line).extracting(ShituHit::label).containsExactlyElementsOf(Arrays.asList(columns[1].split(" ")));
        }
    }

    @Test
    void shouldRefuseSettingsOutOfRange() {
        assertThatThrownBy(() -> new ShituSettings(1.5f, 5, 0.5f, 0.05f)).hasMessage("det_threshold: 1.5 (expected: 0..1)");
        assertThatThrownBy(() -> new ShituSettings(0.2f, 0, 0.5f, 0.05f)).hasMessage("max_det_results: 0 (expected: 1..1000)");
        assertThatThrownBy(() -> new ShituSettings(0.2f, 5, -2, 0.05f)).hasMessage("rec_threshold: -2.0 (expected: -1..1)");
        assertThatThrownBy(() -> new ShituSettings(0.2f, 5, 0.5f, Float.NaN)).hasMessage("rec_nms_iou: NaN (expected: 0..1)");
    }

    private static List<String> golden() throws IOException {
        try (InputStream in = ShituPostprocessTest.class.getResourceAsStream("/golden/shitu-nms.csv")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }

    private static DetectedBox detection(int x1, float score) {
        return new DetectedBox(x1, 0, 100, 100, score, "foreground");
    }

    private static ShituHit hit(int x1, int y1, int x2, int y2, String label, float score) {
        return new ShituHit(new ShituBox(x1, y1, x2, y2), label, score);
    }
}
