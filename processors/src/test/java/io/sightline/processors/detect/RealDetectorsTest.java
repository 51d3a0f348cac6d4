package io.sightline.processors.detect;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightline.processors.RealModels;
import io.sightline.processors.image.DecodedImage;
import io.sightline.processors.model.ModelRuntime;
import io.sightline.processors.stage.BatchClock;
import io.sightline.processors.stage.StageResult;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models that others trained, on photographs; the boxes expected were looked at, drawn into the pictures. */
class RealDetectorsTest {
    @TempDir
    private static Path models;

    @ParameterizedTest
    @CsvSource({
        "picodet-xs-320, tabby_cat.jpg, cat, 2, 29, 450, 437",
        "picodet-s-416, tabby_cat.jpg, cat, 0, 29, 453, 441",
        "yolox-nano, tabby_cat.jpg, cat, 97, 51, 453, 450",
        "picodet-s-416, demo.jpeg, cup, 342, 101, 529, 594",
        "yolox-nano, demo.jpeg, bottle, 349, 101, 527, 570",
        "picodet-s-416, anmuxi.jpg, bottle, 274, 36, 522, 528",
        "picodet-xs-320, objects365_00001507.jpeg, person, 60, 105, 204, 681",
        "yolox-nano, uf_2.jpg, person, 661, 73, 1017, 479"})
    void shouldFindTheThingOnThePhotograph(String model, String photograph, String label, int x1, int y1, int x2, int y2) throws Exception {
        // when
        DetectedBox wanted = new DetectedBox(x1, y1, x2, y2, 1, label);
        List<DetectedBox> boxes = boxes(model, photograph);

        // then
        assertThat(boxes).as("%s among %s", label, boxes).anyMatch(box -> box.label().equals(label) && iou(box, wanted) > 0.9);
    }

    @ParameterizedTest
    @CsvSource({"picodet-s-416, uf_12.jpg, person, 5", "yolox-nano, uf_12.jpg, person, 5", "picodet-xs-320, uf_12.jpg, person, 5",
        "picodet-s-416, uf_2.jpg, person, 4", "yolox-nano, uf_2.jpg, person, 4", "yunet, uf_12.jpg, face, 5", "yunet, uf_2.jpg, face, 4",
        "yunet, objects365_00001507.jpeg, face, 3", "ultraface-rfb-320, uf_12.jpg, face, 5", "ultraface-rfb-320, uf_2.jpg, face, 4",
        "ultraface-rfb-320, objects365_00001507.jpeg, face, 3"})
    void shouldCountThePeopleOnThePhotograph(String model, String photograph, String label, int people) throws Exception {
        assertThat(boxes(model, photograph)).filteredOn(box -> box.label().equals(label)).hasSize(people);
    }

    @ParameterizedTest
    @CsvSource({"picodet-xs-320", "picodet-s-416", "yolox-nano"})
    void shouldFindKitesAndPeopleOnTheBeach(String model) throws Exception {
        List<DetectedBox> boxes = boxes(model, "coco_000000570688.jpg");
        assertThat(boxes).filteredOn(box -> box.label().equals("kite")).hasSizeGreaterThanOrEqualTo(9);
        assertThat(boxes).filteredOn(box -> box.label().equals("person")).hasSizeGreaterThanOrEqualTo(6);
    }

    @Test
    void shouldSeeTheSameFacesWithBothFaceDetectors() throws Exception {
        for (String photograph : List.of("uf_2.jpg", "uf_12.jpg")) {
            List<DetectedBox> ultraFace = boxes("ultraface-rfb-320", photograph);
            assertThat(boxes("yunet", photograph)).allMatch(face -> ultraFace.stream().anyMatch(other -> iou(face, other) > 0.5));
        }
    }

    private static List<DetectedBox> boxes(String model, String photograph) throws Exception {
        ModelRuntime runtime = RealModels.runtime(models, model);
        try (DetectFunction detect = new DetectFunction(runtime, DetectSettings.of(runtime.spec(), 100), 1);
                DecodedImage image = RealModels.photograph(photograph)) {
            return ((StageResult.Accepted<List<DetectedBox>>) detect.apply(List.of(image), new BatchClock()).get(0)).value();
        }
    }

    private static float iou(DetectedBox a, DetectedBox b) {
        return candidate(a).iou(candidate(b));
    }

    private static Candidate candidate(DetectedBox box) {
        return new Candidate(box.x1(), box.y1(), box.x2(), box.y2(), box.score(), 0, 0);
    }
}
