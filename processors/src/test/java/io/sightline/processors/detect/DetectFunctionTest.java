package io.sightline.processors.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.processors.image.DecodedImage;
import io.sightline.processors.image.MatImage;
import io.sightline.processors.model.InferenceException;
import io.sightline.processors.model.InferenceSession;
import io.sightline.processors.model.ModelRuntime;
import io.sightline.processors.model.ModelSpec;
import io.sightline.processors.model.RuntimeSettings;
import io.sightline.processors.model.Tensor;
import io.sightline.processors.model.TinyOnnx;
import io.sightline.processors.stage.BatchClock;
import io.sightline.processors.stage.StageResult;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DetectFunctionTest {
    private static final DetectSettings SETTINGS = new DetectSettings(0.25f, 0.55f, 10);

    @TempDir
    private Path models;
    private final List<float[]> answers = new ArrayList<>();
    private final List<Long> batches = new ArrayList<>();
    private final AtomicInteger closed = new AtomicInteger();

    @Test
    void shouldGiveBoxesInPixelsOfThePictureBestFirst() throws Exception {
        // given: the model sees 4x5, the picture is 40x100
        answers.add(new float[] {0, 0, 1, 1, 0.5f, 1, 2, 3, 4, 0.9f, 0, 4, 4, 5, 0.1f});

        // when
        List<DetectedBox> boxes = detected(-1, 40, 100);

        // then
        assertThat(boxes).containsExactly(new DetectedBox(10, 40, 30, 80, 0.9f, "thing"), new DetectedBox(0, 0, 10, 20, 0.5f, "thing"));
    }

    @Test
    void shouldCutBoxesOffAtTheEdgesAndDropEmptyOnes() throws Exception {
        // given: over all edges; beyond the right edge; turned around; thinner than half a pixel
        answers.add(new float[] {-3, -3, 9, 9, 0.9f, 4, 0, 6, 2, 0.8f, 3, 3, 1, 1, 0.7f, 1, 1, 1.001f, 2, 0.6f});

        // when, then
        assertThat(detected(-1, 40, 100)).containsExactly(new DetectedBox(0, 0, 40, 100, 0.9f, "thing"));
    }

    @ParameterizedTest
    @CsvSource({"0.25, 1", "0.2499, 0", "1, 1", "0, 0"})
    void shouldKeepWhatReachesTheThreshold(float score, int kept) throws Exception {
        answers.add(new float[] {0, 0, 4, 5, score});
        assertThat(detected(-1, 4, 5)).hasSize(kept);
    }

    @Test
    void shouldAnswerForEachPictureOfABatch() throws Exception {
        // given
        answers.add(new float[] {0, 0, 1, 1, 0.9f, 0, 0, 2, 2, 0.8f, 0, 0, 3, 3, 0.7f, 0, 0, 4, 5, 0.6f});

        // when
        try (DetectFunction detect = function(-1); DecodedImage small = black(4, 5); DecodedImage large = black(8, 10)) {
            List<StageResult<List<DetectedBox>>> results = detect.apply(List.of(small, large), new BatchClock());

            // then: two rows each
            assertThat(batches).containsExactly(2L);
            assertThat(boxes(results.get(0))).extracting(DetectedBox::x2).containsExactly(1, 2);
            assertThat(boxes(results.get(1))).extracting(DetectedBox::x2).containsExactly(6, 8);
        }
    }

    @Test
    void shouldRunOneByOneWhereTheModelTakesOneOnly() throws Exception {
        // given
        answers.add(new float[] {0, 0, 1, 1, 0.9f});
        answers.add(new float[] {0, 0, 2, 2, 0.8f});

        // when
        try (DetectFunction detect = function(1); DecodedImage first = black(4, 5); DecodedImage second = black(4, 5)) {
            List<StageResult<List<DetectedBox>>> results = detect.apply(List.of(first, second), new BatchClock());

            // then
            assertThat(batches).containsExactly(1L, 1L);
            assertThat(boxes(results.get(0)).get(0).x2()).isEqualTo(1);
            assertThat(boxes(results.get(1)).get(0).x2()).isEqualTo(2);
        }
    }

    @Test
    void shouldFindNothingInAnEmptyAnswer() throws Exception {
        answers.add(new float[0]);
        assertThat(detected(-1, 40, 100)).isEmpty();
    }

    @Test
    void shouldFailTheBatchWhereTheModelAnswersNonsense() {
        answers.add(new float[] {0, 0, 1, 1, Float.NaN});
        assertThatThrownBy(() -> detected(-1, 4, 5)).isInstanceOf(InferenceException.class)
                .hasMessage("output detections: score NaN in row 0 (expected: 0..1)");
    }

    @Test
    void shouldFailTheBatchWhereTheOutputIsNotThere() {
        // given
        DenseDecoder decoder = new DenseDecoder("detections");

        // when, then
        assertThatThrownBy(() -> decoder.candidates(Map.of(), 0, 0)).hasMessage("output detections: null (expected: float32[more than 0, any, 5])");
        assertThatThrownBy(() -> decoder.candidates(Map.of("detections", new Tensor(FloatBuffer.allocate(6), 1, 1, 6)), 0, 0))
                .hasMessage("output detections: float32[1, 1, 6] (expected: float32[more than 0, any, 5])");
        assertThatThrownBy(() -> decoder.candidates(Map.of("detections", new Tensor(FloatBuffer.allocate(5), 1, 1, 5)), 1, 0))
                .hasMessageContaining("float32[more than 1, any, 5]");
    }

    @Test
    void shouldCloseItsSession() {
        function(-1).close();
        assertThat(closed).hasValue(1);
    }

    @Test
    void shouldNotLeaveASessionOpenWhereItCannotBeMade() {
        // given
        int before = ModelRuntime.openSessions();
        ModelRuntime runtime = ModelRuntime.of(spec(-1), RuntimeSettings.DEFAULT);

        // when, then
        assertThatThrownBy(() -> new DetectFunction(runtime, SETTINGS, 0)).hasMessageStartingWith("batch: 0 inputs");
        assertThat(ModelRuntime.openSessions()).isEqualTo(before);
    }

    @Test
    void shouldReadWhatARealSessionAnswers() throws Exception {
        // given: a model whose rows are the picture's own values, 0..1, blue first; row 0 is the first five blue values
        byte[] pixels = new byte[4 * 5 * 3];
        int[] row = {0, 0, 255, 255, 200};
        for (int i = 0; i < row.length; i++) {
            pixels[i * 3] = (byte) row[i];
        }
        ModelRuntime runtime = ModelRuntime.of(spec(-1), RuntimeSettings.DEFAULT);

        // when
        try (DetectFunction detect = new DetectFunction(runtime, DetectSettings.of(runtime.spec(), 5), 2); DecodedImage image = MatImage.ofBgr(4, 5, pixels)) {
            List<StageResult<List<DetectedBox>>> results = detect.apply(List.of(image, image), new BatchClock());

            // then
            assertThat(boxes(results.get(0))).containsExactly(new DetectedBox(0, 0, 1, 1, 200 * (1f / 255), "thing"));
            assertThat(results.get(1)).isEqualTo(results.get(0));
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {-0.1f, 1.1f, Float.NaN})
    void shouldRefuseThresholdsOutOfRange(float value) {
        assertThatThrownBy(() -> new DetectSettings(value, 0.5f, 1)).hasMessage("detection score threshold: " + value + " (expected: 0..1)");
        assertThatThrownBy(() -> new DetectSettings(0.5f, value, 1)).hasMessage("nms_iou: " + value + " (expected: 0..1)");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 1001})
    void shouldRefuseANumberOfDetectionsOutOfRange(int most) {
        assertThatThrownBy(() -> new DetectSettings(0.5f, 0.5f, most)).hasMessage("max_detections: " + most + " (expected: 1..1000)");
    }

    private List<DetectedBox> detected(int batch, int width, int height) throws Exception {
        try (DetectFunction detect = function(batch); DecodedImage image = black(width, height)) {
            return boxes(detect.apply(List.of(image), new BatchClock()).get(0));
        }
    }

    private static List<DetectedBox> boxes(StageResult<List<DetectedBox>> result) {
        return ((StageResult.Accepted<List<DetectedBox>>) result).value();
    }

    private static DecodedImage black(int width, int height) {
        return MatImage.ofBgr(width, height, new byte[width * height * 3]);
    }

    private ModelSpec spec(int batch) {
        return TinyOnnx.install(models, "rows", TinyOnnx.pixelsAsRows(batch, 5, 4), TinyOnnx.pixelsAsRowsYaml(batch, 5, 4));
    }

    /** With a model that gives the prepared answers, one a run. */
    private DetectFunction function(int batch) {
        return new DetectFunction(spec(batch), SETTINGS, 4, () -> new InferenceSession() {
            @Override
            public Map<String, Tensor> run(Map<String, Tensor> inputs) {
                long items = inputs.get("image").shape()[0];
                batches.add(items);
                float[] rows = answers.remove(0);
                return Map.of("detections", new Tensor(FloatBuffer.wrap(rows), items, rows.length / 5 / items, 5));
            }

            @Override
            public void close() {
                closed.incrementAndGet();
            }
        });
    }
}
