package io.sightline.processors.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.processors.SharedData;
import io.sightline.processors.prepare.ChannelOrder;
import io.sightline.processors.prepare.CropImage;
import io.sightline.processors.prepare.Extent;
import io.sightline.processors.prepare.Interpolation;
import io.sightline.processors.prepare.NormalizeImage;
import io.sightline.processors.prepare.ResizeImage;
import io.sightline.processors.prepare.ToChwImage;
import io.sightline.schemas.settings.Nearest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelFolderTest {
    private static final byte[] ONNX = TinyOnnx.pixelsAsRows(-1, 5, 4);
    private static final String YAML = TinyOnnx.pixelsAsRowsYaml(-1, 5, 4);

    @TempDir
    private Path models;

    @Test
    void shouldReadEverythingThatADescriptionSays() {
        // when
        ModelSpec spec = TinyOnnx.install(models, "rows", ONNX, YAML);

        // then
        assertThat(spec.name()).isEqualTo("pixels-as-rows");
        assertThat(spec.version()).isEqualTo("1");
        assertThat(spec.task()).isEqualTo(ModelTask.DETECTION);
        assertThat(spec.file()).isEqualTo(models.resolve("rows/1/model.onnx"));
        assertThat(spec.licence()).isEqualTo("Apache-2.0");
        assertThat(spec.source()).isEqualTo("written by TinyOnnx");
        assertThat(spec.inputs()).containsExactly(ModelInput.of("image", -1, 3, 5, 4));
        assertThat(spec.pictureSize()).isEqualTo(new Extent(4, 5));
        assertThat(spec.preprocess()).containsExactly(
                new ResizeImage(new Extent(4, 5), 0, Interpolation.BILINEAR),
                new NormalizeImage(1f / 255, List.of(0f, 0f, 0f), List.of(1f, 1f, 1f), ChannelOrder.BGR),
                new ToChwImage());
        assertThat(spec.output()).isEqualTo(new DetectionOutput.Dense("detections", 0.25f, 0.55f));
        assertThat(spec.labels()).containsExactly("thing");
        assertThat(spec.gallery()).isEqualTo(GalleryIndexing.WHOLE);
        assertThat(spec.cosineThreshold()).isEmpty();
        assertThat(spec.id()).isEqualTo("pixels-as-rows@1#" + Checksum.of(ONNX).substring(0, 12));
    }

    @Test
    void shouldReadTheModelsOfTheProject() {
        // when
        ModelSpec detector = ModelFolder.load(SharedData.models(), "detector");
        ModelSpec embedder = ModelFolder.load(SharedData.models(), "embedder");

        // then
        assertThat(detector.id()).matches("sightline-detector@\\d+#[0-9a-f]{12}");
        assertThat(embedder.outputAs(ModelOutput.Embedding.class).dimension()).isEqualTo(192);
        assertThat(embedder.gallery().detected()).isTrue();
        assertThat(embedder.cosineThreshold()).isPresent();
        assertThatThrownBy(() -> embedder.outputAs(DetectionOutput.Dense.class)).isInstanceOf(ModelException.class)
                .hasMessageEndingWith("decoder Embedding (expected: Dense)");
    }

    @Test
    void shouldReadTheOtherWaysToWriteThePreprocessing() {
        // given
        String yaml = YAML.replace("ResizeImage: {size: [4, 5], interpolation: bilinear}", "ResizeImage: {resize_short: 5}\n  - CropImage: {size: [4, 5]}")
                .replace("scale: 1/255", "scale: 1.0/255.0");

        // when
        ModelSpec spec = TinyOnnx.install(models, "rows", ONNX, yaml);

        // then
        assertThat(spec.preprocess().get(0)).isEqualTo(ResizeImage.shortSide(5));
        assertThat(spec.preprocess().get(1)).isEqualTo(new CropImage(new Extent(4, 5)));
        assertThat(((NormalizeImage) spec.preprocess().get(2)).scale()).isEqualTo(1f / 255);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "nms_iou: 0.55 | nms_iuo: 0.55 | output.nms_iou: missing, but there is 'nms_iuo' (expected: 0.0..1.0)",
            "nms_iou: 0.55 | nms_iou: 0.55, nms: 1 | output.nms: unknown key (expected: decoder, name, score_threshold, nms_iou)",
            "nms_iou: 0.55 | nms_iou: 1.5 | output.nms_iou: 1.5 (expected: 0.0..1.0)",
            "nms_iou: 0.55 | nms_iou: high | output.nms_iou: 'high' (expected: 0.0..1.0)",
            "nms_iou: 0.55 | nms_iou: .nan | line 14: Malformed numeric value",
            "decoder: dense | decoder: densse | output.decoder: 'densse' (expected: dense, paddle_detection, picodet, yolox, yunet, ultraface; nearest: dense)",
            "decoder: dense | decoder: embedding | output.decoder: 'embedding' (expected: dense, paddle_detection,",
            "task: detection | task: detecting | task: 'detecting' (expected: detection, embedding, classification; nearest: detection)",
            "task: detection | task: [detection] | task: [\"detection\"] (expected: detection, embedding, classification)",
            "licence: Apache-2.0 | license: Apache-2.0 | licence: missing, but there is 'license' (expected: a text)",
            "licence: Apache-2.0 | licence: '' | licence: '' (expected: a text)",
            "licence: Apache-2.0 | licence: {a: 1} | licence: {\"a\":1} (expected: a text)",
            "labels: [thing] | labels: thing | labels: 'thing' (expected: a list)",
            "labels: [thing] | labels: [{a: 1}] | labels: {\"a\":1} (expected: texts)",
            "labels: [thing] | # none | labels: none (expected: a name for each class of a detection model)",
            "labels: [thing] | lables: [thing] | labels: none (expected: a name for each class",
            "file: model.onnx | file: other.onnx | file: 'other.onnx', which is not there (expected: the ONNX file beside model.yaml)",
            "file: model.onnx | file: ../model.onnx | file: '../model.onnx' (expected: a file name in the model's own folder)",
            "version: \"1\" | version: \"2\" | version: '2' (expected: '1', the folder's name)",
            "sha256: SHA256 | sha256: 12ab | sha256: '12ab' (expected: 64 hexadecimal digits)",
            "type: float32 | type: float64 | inputs[0].type: 'float64' (expected: float32; nearest: float32)",
            "type: float32 | typ: float32 | inputs[0].type: missing, but there is 'typ' (expected: float32)",
            "[-1, 3, 5, 4] | [-1, 3, 5] | inputs[0].shape: [-1, 3, 5] (expected: [-1, 3, height, width])",
            "[-1, 3, 5, 4] | [-1, 1, 5, 4] | inputs[0].shape: [-1, 1, 5, 4] (expected: [-1, 3, height, width])",
            "[-1, 3, 5, 4] | [-1, 3, 0, 4] | shape: [-1, 3, 0, 4] (expected: dimensions, each -1 or 1..8192)",
            "[-1, 3, 5, 4] | [7, 3, 5, 4] | inputs[0].shape: [7, 3, 5, 4] (expected: -1 or 1 first, the items of a batch)",
            "[-1, 3, 5, 4] | [-1, 3, 5, four] | inputs[0].shape: 'four' (expected: whole numbers)",
            "[-1, 3, 5, 4] | [-1, 3, 4, 5] | preprocess: makes 4x5 of a picture of 1000x10 (expected: 5x4, the model's input)",
            "ResizeImage: {size | ResiseImage: {size | preprocess[0]: ResiseImage (expected: one of ResizeImage, CropImage, NormalizeImage, ToCHWImage, DetResize, LetterBox, Pad, DetNormalizeImage, DetPermute; nearest: ResizeImage)",
            "ResizeImage: {size: [4, 5] | ResizeImage: {size: [4, 5, 6] | preprocess[0].ResizeImage.size: [4,5,6] (expected: [width, height], each 1..8192)",
            "ResizeImage: {size: [4, 5] | ResizeImage: {size: 0 | preprocess[0].ResizeImage.size: 0 (expected: 1..8192)",
            "ResizeImage: {size | ResizeImage: {resize_short: 5, size | preprocess[0].ResizeImage.size: beside resize_short (expected: one of the two)",
            "interpolation: bilinear | interpolation: linear | interpolation: 'linear' (expected: nearest, bilinear, bicubic, area",
            "scale: 1/255 | scale: 1/2/3 | preprocess[1].NormalizeImage.scale: '1/2/3' (expected: a number or a fraction such as 1/255)",
            "scale: 1/255 | scale: one | scale: 'one' (expected: a number or a fraction such as 1/255)",
            "scale: 1/255 | scale: 1/0 | scale: '1/0' (expected: a number or a fraction",
            "mean: [0, 0, 0] | mean: [0, 0] | NormalizeImage.mean: [0.0, 0.0] (expected: 3 numbers)",
            "mean: [0, 0, 0] | mean: [0, 0, x] | NormalizeImage.mean: 'x' (expected: numbers)",
            "std: [1, 1, 1] | std: [1, 0, 1] | NormalizeImage.std: [1.0, 0.0, 1.0] (expected: 3 numbers, none 0)",
            "order: bgr | order: gbr | NormalizeImage.order: 'gbr' (expected: rgb, bgr",
            "ToCHWImage: {} | ToCHWImage: {order: 1} | preprocess[2].ToCHWImage.order: unknown key",
            "- ToCHWImage: {} | # none | preprocess: [ResizeImage, NormalizeImage] (expected: NormalizeImage and ToCHWImage at the end)",
            "labels: [thing] | labels: [thing]\\nthresholds: {cosine: 2} | thresholds.cosine: 2 (expected: -1.0..1.0)",
            "labels: [thing] | labels: [thing]\\ngallery: {indexing: half} | gallery.indexing: 'half' (expected: detected, whole",
            "labels: [thing] | labels: [thing]\\ngalery: {indexing: whole} | galery: unknown key (expected: name, version, task,",
            "labels: [thing] | labels: [thing]\\nlabels: [b] | line 16: Duplicate",
            "labels: [thing] | labels: [thing | (expected: YAML)",
            "labels: [thing] | labels: [thing]\\n---\\nname: other | (expected: YAML)"})
    void shouldRefuseAWrongDescriptionAndSayWhatIsWrong(String right, String wrong, String message) {
        // given
        assertThat(YAML).contains(right);
        String yaml = YAML.replace(right, wrong.replace("\\n", "\n"));

        // when, then
        assertThatThrownBy(() -> TinyOnnx.install(models, "rows", ONNX, yaml))
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith(models.resolve("rows/1/model.yaml").toString())
                .hasMessageContaining(message);
    }

    @Test
    void shouldNameTheNearestOfTheKnownKeys() {
        assertThatThrownBy(() -> TinyOnnx.install(models, "rows", ONNX, YAML + "galery: {indexing: whole}\n"))
                .hasMessageEndingWith("labels_file, labels, gallery, thresholds, alignment; nearest: gallery)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "just text", "- a\n- b", "42"})
    void shouldRefuseAFileThatIsNoDescription(String yaml) {
        assertThatThrownBy(() -> TinyOnnx.install(models, "rows", ONNX, yaml))
                .isInstanceOf(ModelException.class).hasMessageContaining("model.yaml: the file: ").hasMessageEndingWith("(expected: keys and values)");
    }

    @Test
    void shouldRefuseAFileWithAnotherChecksum() {
        // given
        String sha256 = "ab".repeat(32);

        // when, then
        assertThatThrownBy(() -> TinyOnnx.install(models, "rows", ONNX, YAML.replace("SHA256", sha256)))
                .hasMessage(models.resolve("rows/1/model.yaml") + ": sha256: " + sha256 + " (expected: " + Checksum.of(ONNX)
                        + ", the checksum of model.onnx; was the file replaced?)");
    }

    @Test
    void shouldTakeTheNewestVersionByItsNumber() throws IOException {
        // given
        TinyOnnx.install(models, "rows", ONNX, YAML);
        version("9");
        version("10");
        version("draft");
        Files.createDirectories(models.resolve("rows/11"));

        // when, then
        assertThat(ModelFolder.load(models, "rows").version()).isEqualTo("10");
        assertThat(ModelFolder.load(models, "rows", "9").version()).isEqualTo("9");
        assertThat(ModelFolder.load(models, "rows", "draft").version()).isEqualTo("draft");
    }

    @Test
    void shouldNameTheModelsAndVersionsThereAre() {
        // given
        TinyOnnx.install(models, "rows", ONNX, YAML);
        TinyOnnx.install(models, "columns", ONNX, YAML);

        // when, then
        assertThatThrownBy(() -> ModelFolder.load(models, "rowss"))
                .hasMessage("model: 'rowss' (expected: one of columns, rows in " + models + "; nearest: rows)");
        assertThatThrownBy(() -> ModelFolder.load(models, "rows", "2"))
                .hasMessage("model rows: version '2' (expected: one of 1 in " + models.resolve("rows") + ")");
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "../x", "a/b", "", "/etc", ".hidden"})
    void shouldNotLeaveTheFolderOfModels(String name) {
        assertThatThrownBy(() -> ModelFolder.load(models, name)).isInstanceOf(ModelException.class)
                .hasMessage("model: '" + name + "' (expected: a folder's name of letters, digits, . _ -)");
        TinyOnnx.install(models, "rows", ONNX, YAML);
        assertThatThrownBy(() -> ModelFolder.load(models, "rows", name)).isInstanceOf(ModelException.class).hasMessageStartingWith("version: '" + name);
    }

    @Test
    void shouldSayThatThereIsNoFolderOrNoVersion() throws IOException {
        Files.createDirectories(models.resolve("empty"));
        assertThatThrownBy(() -> ModelFolder.load(models.resolve("absent"), "x")).hasMessage("models folder: " + models.resolve("absent") + " (expected: a folder)");
        assertThatThrownBy(() -> ModelFolder.load(models, "empty"))
                .hasMessage(models.resolve("empty") + ": no version (expected: a folder such as 1 with a model.yaml)");
    }

    @ParameterizedTest
    @CsvSource({"nms_iuo, nms_iou", "lable, labels", "x, ''", "THRESHOLDS, thresholds", "cosine, ''"})
    void shouldGuessWhatWasMeant(String word, String meant) {
        assertThat(Nearest.to(word, List.of("labels", "nms_iou", "thresholds")).orElse("")).isEqualTo(meant);
    }

    @ParameterizedTest
    @CsvSource({"abc, abc, 0", "abc, abd, 1", "abc, ab, 1", "'', abc, 3", "kitten, sitting, 3"})
    void shouldCountTheLettersThatDiffer(String a, String b, int distance) {
        assertThat(Nearest.distance(a, b)).isEqualTo(distance);
    }

    private void version(String version) throws IOException {
        Path folder = Files.createDirectories(models.resolve("rows").resolve(version));
        Files.write(folder.resolve("model.onnx"), ONNX);
        Files.writeString(folder.resolve("model.yaml"), YAML.replace("SHA256", Checksum.of(ONNX)).replace("version: \"1\"", "version: \"" + version + "\""));
    }
}
