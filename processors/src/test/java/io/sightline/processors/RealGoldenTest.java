package io.sightline.processors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sightline.processors.classify.ClassifyFunction;
import io.sightline.processors.classify.ClassifyItem;
import io.sightline.processors.classify.ScoredClass;
import io.sightline.processors.detect.DetectFunction;
import io.sightline.processors.detect.DetectSettings;
import io.sightline.processors.detect.DetectedBox;
import io.sightline.processors.embed.Crop;
import io.sightline.processors.image.DecodedImage;
import io.sightline.processors.model.ModelRuntime;
import io.sightline.processors.stage.BatchClock;
import io.sightline.processors.stage.StageResult;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models that others trained give what src/test/python/make_real_goldens.py computes with them, for each photograph. */
class RealGoldenTest {
    private static final List<String> PHOTOGRAPHS = List.of("ILSVRC2012_val_00000010.jpeg", "ILSVRC2012_val_00006666.JPEG", "ILSVRC2012_val_00010010.jpeg",
            "anmuxi.jpg", "coco_000000570688.jpg", "daisy.jpg", "daoxiangcunjinzhubing_6.jpg", "demo.jpeg", "objects365_00001507.jpeg", "tabby_cat.jpg",
            "uf_12.jpg", "uf_2.jpg");
    private static final float SCORE_TOLERANCE = 2e-3f;
    private static final int PIXELS = 1;

    @TempDir
    private static Path models;

    @ParameterizedTest
    @CsvSource({"picodet-xs-320, 58", "picodet-s-416, 61", "yolox-nano, 50", "yunet, 12", "ultraface-rfb-320, 13"})
    void shouldFindTheSameBoxesInEveryPhotograph(String model, int boxes) throws Exception {
        ModelRuntime runtime = RealModels.runtime(models, model);
        int compared = 0;
        try (DetectFunction detect = new DetectFunction(runtime, DetectSettings.of(runtime.spec(), 200), 1)) {
            for (String photograph : PHOTOGRAPHS) {
                try (DecodedImage image = RealModels.photograph(photograph)) {
                    // when
                    List<DetectedBox> found = one(detect.apply(List.of(image), new BatchClock()).get(0));

                    // then
                    List<DetectedBox> expected = golden(model, photograph).stream().map(columns -> box(columns, runtime.spec().labels())).toList();
                    assertThat(found).as(photograph).hasSameSizeAs(expected)
                            .allSatisfy(box -> assertThat(expected).anyMatch(other -> same(box, other)));
                    compared += found.size();
                }
            }
        }
        assertThat(compared).isEqualTo(boxes);
    }

    @Test
    void shouldNameTheSameClassForEveryPhotograph() throws Exception {
        ModelRuntime runtime = RealModels.runtime(models, "mobilenetv2");
        try (ClassifyFunction classify = new ClassifyFunction(runtime, 1)) {
            for (String photograph : PHOTOGRAPHS) {
                try (DecodedImage image = RealModels.photograph(photograph)) {
                    ScoredClass best = one(classify.apply(List.of(new ClassifyItem.Rectangle(Crop.whole(image))), new BatchClock()).get(0)).get(0);
                    String[] expected = golden("mobilenetv2", photograph).get(0);
                    assertThat(best.id()).as(photograph).isEqualTo(Integer.parseInt(expected[2]));
                    assertThat(best.score()).as(photograph).isCloseTo(Float.parseFloat(expected[3]), within(SCORE_TOLERANCE));
                }
            }
        }
    }

    private static boolean same(DetectedBox a, DetectedBox b) {
        return a.label().equals(b.label()) && Math.abs(a.score() - b.score()) <= SCORE_TOLERANCE && Math.abs(a.x1() - b.x1()) <= PIXELS
                && Math.abs(a.y1() - b.y1()) <= PIXELS && Math.abs(a.x2() - b.x2()) <= PIXELS && Math.abs(a.y2() - b.y2()) <= PIXELS;
    }

    private static DetectedBox box(String[] columns, List<String> labels) {
        return new DetectedBox(Integer.parseInt(columns[2]), Integer.parseInt(columns[3]), Integer.parseInt(columns[4]), Integer.parseInt(columns[5]),
                Float.parseFloat(columns[6]), labels.get(Integer.parseInt(columns[7])));
    }

    private static List<String[]> golden(String model, String photograph) throws IOException {
        try (InputStream in = RealGoldenTest.class.getResourceAsStream("/golden/real-boxes.tsv")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().map(line -> line.split("\t"))
                    .filter(columns -> columns[0].equals(model) && columns[1].equals(photograph)).toList();
        }
    }

    private static <T> T one(StageResult<T> result) {
        return ((StageResult.Accepted<T>) result).value();
    }
}
