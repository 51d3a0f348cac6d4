package io.sightline.processors.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders of models with something wrong, each refused before any request with the file, the key, what was seen and what was expected. */
class WrongModelFolderTest {
    /** The file's output: detections [N, 12, 5]. */
    private static final byte[] ROWS = TinyOnnx.pixelsAsRows(-1, 5, 4);
    private static final String ROWS_YAML = TinyOnnx.pixelsAsRowsYaml(-1, 5, 4);
    private static final String DENSE = "output: {decoder: dense, name: detections, score_threshold: 0.25, nms_iou: 0.55}";
    /** The file's output: embedding [N, 3]. */
    private static final byte[] MEAN = TinyOnnx.meanColour(5, 4);
    private static final String CLASSES_YAML = TinyOnnx.meanColourYaml(5, 4).replace("task: embedding", "task: classification")
            .replace("{decoder: embedding, name: embedding, dimension: 3, normalise: true}", "{decoder: classes, name: embedding, activation: softmax, top_k: 2}")
            + "labels: [red, green, blue]\n";

    @TempDir
    private Path models;

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "decoder: yolox, name: detections, score_threshold: 0.3, nms_iou: 0.5 | output.name: 'detections', which decoder yolox with 1 labels reads as [N, 3, 6] (expected: [-1, 12, 5], as model.onnx has it)",
            "decoder: yolox, name: detection, score_threshold: 0.3, nms_iou: 0.5 | output.name: 'detection' (expected: detections, as model.onnx has it)",
            "decoder: paddle_detection, name: detections, score_threshold: 0.3 | output.name: 'detections', which decoder paddle_detection with 1 labels reads as [N, 6] (expected: [-1, 12, 5], as",
            "decoder: picodet, scores: [detections], boxes: [boxes], strides: [8], score_threshold: 0.3, nms_iou: 0.5 | output.scores[0]: 'detections', which decoder picodet with 1 labels reads as [N, 1, 1] (expected: [-1, 12, 5], as",
            "decoder: picodet, scores: [a], boxes: [detections], strides: [8], score_threshold: 0.3, nms_iou: 0.5 | output.scores[0]: 'a' (expected: detections, as model.onnx has it)",
            "decoder: yunet, score_threshold: 0.3, nms_iou: 0.5 | output.strides: 'cls_8' (expected: detections, as model.onnx has it)",
            "decoder: ultraface, scores: detections, boxes: detections, score_threshold: 0.3, nms_iou: 0.5 | output.scores: 'detections', which decoder ultraface with 1 labels reads as [N, any, 2] (expected: [-1, 12, 5]"})
    void shouldRefuseADecoderWhoseOutputsTheFileDoesNotHave(String output, String message) {
        // given
        ModelSpec spec = TinyOnnx.install(models, "rows", ROWS, ROWS_YAML.replace(DENSE, "output: {" + output + "}"));

        // when, then
        assertThatThrownBy(() -> ModelRuntime.of(spec, RuntimeSettings.DEFAULT)).isInstanceOf(ModelException.class)
                .hasMessageStartingWith(yaml("rows") + ": " + message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "decoder: picodet, scores: [a, b], boxes: [c], score_threshold: 0.3, nms_iou: 0.5 | output.scores: 2 outputs (expected: 4, one for each of the strides [8, 16, 32, 64])",
            "decoder: picodet, scores: [a], boxes: [c, d], strides: [8], score_threshold: 0.3, nms_iou: 0.5 | output.boxes: 2 outputs (expected: 1, one for each of the strides [8])",
            "decoder: yolox, name: a, strides: [0], score_threshold: 0.3, nms_iou: 0.5 | output.strides: [0] (expected: 1..8 numbers, each 1..256)",
            "decoder: yolox, name: a, strides: [], score_threshold: 0.3, nms_iou: 0.5 | output.strides: [] (expected: 1..8 numbers, each 1..256)",
            "decoder: yunet, name: a, score_threshold: 0.3, nms_iou: 0.5 | output.name: unknown key (expected: decoder, strides, score_threshold, nms_iou)",
            "decoder: ultraface, boxes: b, score_threshold: 0.3, nms_iou: 0.5 | output.scores: missing (expected: a text)",
            "decoder: yolo, name: a | output.decoder: 'yolo' (expected: dense, paddle_detection, picodet, yolox, yunet, ultraface; nearest: yolox)"})
    void shouldRefuseWrongParametersOfADecoder(String output, String message) {
        assertThatThrownBy(() -> TinyOnnx.install(models, "rows", ROWS, ROWS_YAML.replace(DENSE, "output: {" + output + "}")))
                .isInstanceOf(ModelException.class).hasMessage(yaml("rows") + ": " + message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "- {name: info, shape: [1, 2], type: float32} | inputs[1].role: missing (expected: picture, im_shape, scale_factor)",
            "- {name: info, shape: [1, 2], type: float32, role: picture} | inputs[1].role: picture (expected: im_shape, scale_factor)",
            "- {name: info, shape: [1, 2], type: float32, role: scale} | inputs[1].role: 'scale' (expected: picture, im_shape, scale_factor)",
            "- {name: im_shape, shape: [1, 3], type: float32} | inputs[1].shape: [1, 3] (expected: [-1, 2] of im_shape)",
            "- {name: im_shape, shape: [1, 2], type: float32, role: scale_factor}\\n  - {name: scale_factor, shape: [1, 2], type: float32} | inputs[2]: scale_factor for a second time (expected: each once)"})
    void shouldRefuseInputsItCannotFill(String input, String message) {
        String yaml = ROWS_YAML.replace("preprocess:", "  " + input.replace("\\n", "\n") + "\npreprocess:");
        assertThatThrownBy(() -> TinyOnnx.install(models, "rows", ROWS, yaml)).isInstanceOf(ModelException.class).hasMessage(yaml("rows") + ": " + message);
    }

    @Test
    void shouldRefuseAnInputThatTheFileDoesNotHave() {
        ModelSpec spec = TinyOnnx.install(models, "rows", ROWS,
                ROWS_YAML.replace("preprocess:", "  - {name: scale_factor, shape: [1, 2], type: float32}\npreprocess:"));
        assertThatThrownBy(() -> ModelRuntime.of(spec, RuntimeSettings.DEFAULT))
                .hasMessage(yaml("rows") + ": inputs[1].name: 'scale_factor' (expected: image, as model.onnx has it)");
    }

    @Test
    void shouldRefuseAnOutputThatIsNotOfFloats() {
        ModelSpec spec = TinyOnnx.install(models, "rows", TinyOnnx.shapeOf(5, 4), ROWS_YAML);
        assertThatThrownBy(() -> ModelRuntime.of(spec, RuntimeSettings.DEFAULT))
                .hasMessage(yaml("rows") + ": output.name: 'detections' (expected: an output of floats; this one is of another type, as model.onnx has it)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "top_k: 2 | top_k: 0 | output.top_k: 0 (expected: 1..100)",
            "activation: softmax | activation: softmx | output.activation: 'softmx' (expected: none, softmax, sigmoid; nearest: softmax)",
            "activation: softmax, | | output.activation: missing (expected: none, softmax, sigmoid)",
            "task: classification | task: detection | output.decoder: 'classes' (expected: dense, paddle_detection, picodet, yolox, yunet, ultraface)"})
    void shouldRefuseAWrongClassifier(String right, String wrong, String message) {
        String yaml = CLASSES_YAML.replace(right, wrong == null ? "" : wrong);
        assertThatThrownBy(() -> TinyOnnx.install(models, "classes", MEAN, yaml)).isInstanceOf(ModelException.class).hasMessage(yaml("classes") + ": " + message);
    }

    @Test
    void shouldRefuseAClassifierWithLessNamesThanClasses() {
        ModelSpec spec = TinyOnnx.install(models, "classes", MEAN, CLASSES_YAML.replace(", blue", ""));
        assertThatThrownBy(() -> ModelRuntime.of(spec, RuntimeSettings.DEFAULT))
                .hasMessage(yaml("classes") + ": output.name: 'embedding', which decoder classes with 2 labels reads as [N, 2] (expected: [-1, 3], as model.onnx has it)");
    }

    @Test
    void shouldRefuseAClassifierWithTwoInputs() {
        String yaml = CLASSES_YAML.replace("preprocess:", "  - {name: im_shape, shape: [1, 2], type: float32}\npreprocess:");
        assertThatThrownBy(() -> TinyOnnx.install(models, "classes", MEAN, yaml)).hasMessage(yaml("classes") + ": inputs: 2 inputs (expected: one, the picture)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "DetResize: {target_size: [5, 4], keep_ratio: true} | preprocess: makes 5x1 of a picture of 1000x10 (expected: 4x5, the model's input)",
            "DetResize: {target_size: [4, 5], keep_ratio: false} | preprocess: makes 5x4 of a picture of 1000x10 (expected: 4x5, the model's input)",
            "DetResize: {target_size: [5], keep_ratio: false} | preprocess[0].DetResize.target_size: [5] (expected: [height, width], each 1..8192)",
            "DetResize: {target_size: [5, 4], interp: 7} | preprocess[0].DetResize.interp: 7 (expected: 0..4)",
            "DetResize: {target_size: [5, 4], interp: linear} | preprocess[0].DetResize.interp: 'linear' (expected: nearest, bilinear, bicubic, area, lanczos; nearest: bilinear)",
            "LetterBox: {size: [4, 5], value: 300} | preprocess[0].LetterBox.value: 300 (expected: 0..255)",
            "LetterBox: {size: [4, 5], place: middle} | preprocess[0].LetterBox.place: 'middle' (expected: top_left, centre)",
            "Pad: {size: [4, 5]} | Pad: a picture of 1000x10 (expected: at most 4x5)",
            "ResizeImage: {size: [4, 5], backend: pil} | preprocess[0].ResizeImage.backend: 'pil' (expected: cv2)",
            "ResizeImage: | preprocess[0].ResizeImage.size: missing (expected: a number or [width, height])"})
    void shouldRefuseWrongPreprocessing(String op, String message) {
        String yaml = ROWS_YAML.replace("ResizeImage: {size: [4, 5], interpolation: bilinear}", op);
        assertThatThrownBy(() -> TinyOnnx.install(models, "rows", ROWS, yaml)).isInstanceOf(ModelException.class).hasMessage(yaml("rows") + ": " + message);
    }

    @Test
    void shouldTakePaddlesOwnWaysToWriteThings() {
        // given
        String yaml = ROWS_YAML.replace("ResizeImage: {size: [4, 5], interpolation: bilinear}", "DetResize: {target_size: [5, 4], keep_ratio: false, interp: 2}")
                .replace("ToCHWImage: {}", "DetPermute:").replace("order: bgr", "order: hwc, channel_num: 3").replace("scale: 1/255", "scale: 0.00392157");

        // when, then
        assertThat(TinyOnnx.install(models, "rows", ROWS, yaml).preprocess()).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "absent.txt | 0 a | model.yaml: labels_file: 'absent.txt', which is not there (expected: a file beside model.yaml)",
            "../labels.txt | 0 a | model.yaml: labels_file: '../labels.txt' (expected: a file name in the model's own folder)",
            "labels.txt | '' | model.yaml: labels_file: 'labels.txt' with 0 lines (expected: 1..1000000, one a class)",
            "labels.txt | 0 a\\n2 c | labels.txt line 2: '2 c' (expected: '1 ' and a name)",
            "labels.txt | a\\n\\nb | labels.txt line 2: '' (expected: a name)"})
    void shouldRefuseWrongLabels(String file, String lines, String message) throws IOException {
        // given
        Files.createDirectories(models.resolve("rows/1"));
        Files.writeString(models.resolve("rows/1/labels.txt"), lines.replace("\\n", "\n"));

        // when, then
        assertThatThrownBy(() -> TinyOnnx.install(models, "rows", ROWS, ROWS_YAML.replace("labels: [thing]", "labels_file: " + file)))
                .isInstanceOf(ModelException.class).hasMessage(models.resolve("rows/1") + "/" + message);
    }

    @Test
    void shouldRefuseLabelsInTwoPlaces() throws IOException {
        Files.createDirectories(models.resolve("rows/1"));
        Files.writeString(models.resolve("rows/1/labels.txt"), "0 a\n");
        assertThatThrownBy(() -> TinyOnnx.install(models, "rows", ROWS, ROWS_YAML + "labels_file: labels.txt\n"))
                .hasMessage(yaml("rows") + ": labels: beside labels_file (expected: one of the two)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0 tench, Tinca tinca\n1 goldfish\n", "0\ttench, Tinca tinca\n1\tgoldfish", "tench, Tinca tinca\ngoldfish\n"})
    void shouldReadLabelsWithAndWithoutNumbers(String lines) throws IOException {
        Files.createDirectories(models.resolve("rows/1"));
        Files.writeString(models.resolve("rows/1/labels.txt"), lines);
        assertThat(TinyOnnx.install(models, "rows", ROWS, ROWS_YAML.replace("labels: [thing]", "labels_file: labels.txt")).labels())
                .containsExactly("tench, Tinca tinca", "goldfish");
    }

    private Path yaml(String model) {
        return models.resolve(model).resolve("1").resolve("model.yaml");
    }
}
