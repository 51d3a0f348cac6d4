package io.sightline.processors.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.processors.image.DecodedImage;
import io.sightline.processors.image.MatImage;
import io.sightline.processors.model.InferenceException;
import io.sightline.processors.model.InferenceSession;
import io.sightline.processors.model.ModelSpec;
import io.sightline.processors.model.Tensor;
import io.sightline.processors.model.TinyOnnx;
import io.sightline.processors.stage.BatchClock;
import io.sightline.processors.stage.StageResult;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A detector exported by PaddleDetection with its postprocessing: it is told how the picture was scaled, and answers in its pixels. */
class PictureFactsTest {
    private static final String YAML = """
            name: paddle
            version: "1"
            task: detection
            file: model.onnx
            sha256: SHA256
            licence: Apache-2.0
            source: test
            inputs:
              - {name: image, shape: [-1, 3, 64, 32], type: float32}
              - {name: im_shape, shape: [-1, 2], type: float32}
              - {name: factor, shape: [-1, 2], type: float32, role: scale_factor}
            preprocess:
              - RESIZE
              - DetNormalizeImage: {mean: [0, 0, 0], std: [1, 1, 1]}
              - DetPermute:
            output: {decoder: paddle_detection, name: rows, score_threshold: 0.2}
            labels: [thing, other]
            """;

    @TempDir
    private Path models;
    private final List<Map<String, Tensor>> asked = new ArrayList<>();

    @Test
    void shouldTellTheModelHowEachPictureWasScaledRowsFirst() throws Exception {
        // when
        detected("DetResize: {target_size: [64, 32], keep_ratio: false}", new float[] {0, 0.9f, 1, 2, 3, 4}, picture(16, 128), picture(64, 64));

        // then: one run a picture, though the model would take both at once
        assertThat(asked).hasSize(2);
        assertThat(asked.get(0).get("image").shape()).containsExactly(1, 3, 64, 32);
        assertThat(pair("factor", 0)).containsExactly(0.5f, 2);
        assertThat(pair("im_shape", 0)).containsExactly(64, 32);
        assertThat(pair("factor", 1)).containsExactly(1, 0.5f);
    }

    @Test
    void shouldTakeTheAnswerAsPixelsOfThePicture() throws Exception {
        // when
        List<DetectedBox> boxes = detected("DetResize: {target_size: [64, 32], keep_ratio: false}",
                new float[] {0, 0.9f, 100.4f, 50.6f, 199.5f, 100, 1, 0.8f, -5, 0, 500, 500}, picture(200, 100));

        // then: rounded, cut off at the edges
        assertThat(boxes).containsExactly(new DetectedBox(100, 51, 200, 100, 0.9f, "thing"), new DetectedBox(0, 0, 200, 100, 0.8f, "other"));
    }

    @Test
    void shouldCutBehindTheDecimalPointWhereAskedTo() throws Exception {
        assertThat(detected(new DetectSettings(0.2f, 1, 5, true), "DetResize: {target_size: [64, 32], keep_ratio: false}",
                new float[] {0, 0.9f, 10.9f, 20.99f, 31.9f, 41.2f}, picture(200, 100))).containsExactly(new DetectedBox(10, 20, 31, 41, 0.9f, "thing"));
    }

    @Test
    void shouldNotSuppressWhatTheModelHasKept() throws Exception {
        assertThat(detected("DetResize: {target_size: [64, 32], keep_ratio: false}",
                new float[] {0, 0.9f, 0, 0, 10, 10, 0, 0.8f, 0, 0, 10, 10}, picture(20, 20))).hasSize(2);
    }

    @Test
    void shouldTellTheSizeBeforePaddingAndTakePixelsAddedOnTheLeftOff() throws Exception {
        // given: 16x8 becomes 32x16 in the middle of 32x64, 24 rows on top
        String resize = "LetterBox: {size: [32, 64], value: 0, place: centre}";

        // when: the model divides its input's rows, 24 to 40, by the factor 2
        List<DetectedBox> boxes = detected(resize, new float[] {0, 0.9f, 0, 12, 16, 20}, picture(16, 8));

        // then
        assertThat(pair("factor", 0)).containsExactly(2, 2);
        assertThat(pair("im_shape", 0)).containsExactly(16, 32);
        assertThat(boxes).containsExactly(new DetectedBox(0, 0, 16, 8, 0.9f, "thing"));
    }

    @Test
    void shouldFailWhereTheModelNamesAClassThatHasNoLabel() {
        assertThatThrownBy(() -> detected("DetResize: {target_size: [64, 32], keep_ratio: false}", new float[] {2, 0.9f, 0, 0, 9, 9}, picture(20, 20)))
                .isInstanceOf(InferenceException.class).hasMessageEndingWith(": class 2 (expected: 0..1, as labels of model.yaml has names)");
    }

    private float[] pair(String input, int run) {
        Tensor tensor = asked.get(run).get(input);
        return new float[] {tensor.values().get(0), tensor.values().get(1)};
    }

    private static DecodedImage picture(int width, int height) {
        return MatImage.ofBgr(width, height, new byte[width * height * 3]);
    }

    private List<DetectedBox> detected(String resize, float[] rows, DecodedImage... pictures) throws Exception {
        return detected(null, resize, rows, pictures);
    }

    private List<DetectedBox> detected(DetectSettings given, String resize, float[] rows, DecodedImage... pictures) throws Exception {
        ModelSpec spec = TinyOnnx.install(models, "paddle", new byte[] {1}, YAML.replace("RESIZE", resize));
        DetectSettings settings = given == null ? DetectSettings.of(spec, 5) : given;
        try (DetectFunction detect = new DetectFunction(spec, settings, pictures.length, () -> answering(rows))) {
            return ((StageResult.Accepted<List<DetectedBox>>) detect.apply(List.of(pictures), new BatchClock()).get(0)).value();
        } finally {
            for (DecodedImage picture : pictures) {
                picture.close();
            }
        }
    }

    private InferenceSession answering(float[] rows) {
        return new InferenceSession() {
            @Override
            public Map<String, Tensor> run(Map<String, Tensor> inputs) {
                asked.add(inputs);
                return Map.of("rows", new Tensor(FloatBuffer.wrap(rows), rows.length / 6, 6));
            }

            @Override
            public void close() {
            }
        };
    }
}
