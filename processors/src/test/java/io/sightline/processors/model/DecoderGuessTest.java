package io.sightline.processors.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sightline.processors.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecoderGuessTest {
    private static final OnnxNode IMAGE = node("image", -1, 3, 64, 64);

    @TempDir
    private Path models;

    @ParameterizedTest
    @CsvSource({"picodet_xs_320_lcnet_postprocessed.onnx, paddle_detection, 1", "picodet_s_416_coco.onnx, picodet, 80", "yolox_nano.onnx, yolox, 80",
        "face_detection_yunet_2023mar.onnx, yunet, 1", "ultraface_rfb_320.onnx, ultraface, 1", "mobilenetv2-12-int8.onnx, classes, 1000",
        "general_mobilenetv2_int8_512.onnx, embedding, 0", "MobileFaceNet_128_facegate.onnx, embedding, 0"})
    void shouldGuessTheDecoderOfRealModelsAndWriteADescriptionThatLoads(String name, String decoder, int classes) throws IOException {
        // given
        Path given = SharedData.folder().resolve("models").resolve(name);
        assumeTrue(Files.isRegularFile(given), "no model " + given);
        OnnxFile file = OnnxFile.read(given);

        // when
        DecoderGuess guess = DecoderGuess.of(file).orElseThrow();
        String yaml = ModelSkeleton.yaml(file, ModelSkeleton.picture(file).orElseThrow(), guess);

        // then
        assertThat(guess.decoder()).isEqualTo(decoder);
        assertThat(guess.classes()).isEqualTo(classes);
        Path folder = Files.createDirectories(models.resolve("real/1"));
        Files.copy(given, folder.resolve(name));
        Files.write(folder.resolve("labels.txt"), Collections.nCopies(Math.max(1, classes), "name"));
        Files.writeString(folder.resolve("model.yaml"), yaml);
        ModelSpec spec = ModelFolder.load(models, "real");
        assertThat(ModelRuntime.of(spec, RuntimeSettings.DEFAULT).spec().output().decoder()).isEqualTo(decoder);
    }

    @ParameterizedTest
    @CsvSource({"detector, dense", "embedder, embedding"})
    void shouldGuessTheDecoderOfTheProjectsModels(String model, String decoder) {
        assertThat(DecoderGuess.of(OnnxFile.read(ModelFolder.load(SharedData.models(), model).file()))).hasValueSatisfying(g -> assertThat(g.decoder()).isEqualTo(decoder));
    }

    @ParameterizedTest
    @CsvSource({"prob, 128, classes", "features, 128, embedding", "output, 1000, classes", "logits, 2, classes"})
    void shouldTellClassesFromVectorsByNameAndLength(String output, long numbers, String decoder) {
        assertThat(guess(List.of(node(output, -1, numbers)))).isEqualTo(decoder);
    }

    @Test
    void shouldNotGuessWhatNoDecoderReads() {
        assertThat(guess(List.of())).isEmpty();
        assertThat(guess(List.of(node("a", -1, 7, 9)))).as("nine columns, but not a row a cell").isEmpty();
        assertThat(guess(List.of(new OnnxNode("ids", "int64", List.of(-1L, 6L))))).as("not floats").isEmpty();
        assertThat(guess(List.of(node("a", -1, 3), node("b", -1, 4)))).as("two vectors").isEmpty();
        assertThat(guess(List.of(node("cls_8", 1, 64, 1), node("obj_8", 1, 64, 1)))).as("no bbox_8").isEmpty();
    }

    @Test
    void shouldSeeRowsOfSixBesideACount() {
        assertThat(guess(List.of(node("rows", -1, 6), new OnnxNode("count", "int32", List.of(-1L))))).isEqualTo("paddle_detection");
    }

    @Test
    void shouldNotFindAPictureInputOfNoSize() {
        OnnxFile open = new OnnxFile(Path.of("a.onnx"), "", 1, List.of(node("x", -1, 3, -1, -1)), List.of(node("boxes", 1, 84, 85)));
        assertThat(ModelSkeleton.picture(open)).isEmpty();
        assertThat(DecoderGuess.of(open)).isEmpty();
    }

    @Test
    void shouldSayWhatIsWrongWithAFileThatIsNoModel() throws IOException {
        Path text = Files.writeString(models.resolve("a.onnx"), "no model");
        assertThatThrownBy(() -> OnnxFile.read(text)).isInstanceOf(ModelException.class).hasMessageStartingWith(text + ": ONNX Runtime can't load it: ");
        assertThatThrownBy(() -> OnnxFile.read(models.resolve("b.onnx"))).hasMessage(models.resolve("b.onnx") + ": not there (expected: an ONNX file)");
    }

    private static String guess(List<OnnxNode> outputs) {
        return DecoderGuess.of(new OnnxFile(Path.of("a.onnx"), "", 1, List.of(IMAGE), outputs)).map(DecoderGuess::decoder).orElse("");
    }

    private static OnnxNode node(String name, long... shape) {
        return new OnnxNode(name, OnnxNode.FLOATS, Arrays.stream(shape).boxed().toList());
    }
}
