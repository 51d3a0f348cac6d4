package io.sightline.processors.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.processors.RealModels;
import io.sightline.processors.embed.Crop;
import io.sightline.processors.image.DecodedImage;
import io.sightline.processors.image.MatImage;
import io.sightline.processors.model.InferenceException;
import io.sightline.processors.model.InferenceSession;
import io.sightline.processors.model.ModelException;
import io.sightline.processors.model.ModelRuntime;
import io.sightline.processors.model.ModelSpec;
import io.sightline.processors.model.RuntimeSettings;
import io.sightline.processors.model.Tensor;
import io.sightline.processors.model.TinyOnnx;
import io.sightline.processors.stage.BatchClock;
import io.sightline.processors.stage.StageResult;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClassifyFunctionTest {
    @TempDir
    private static Path models;

    @Test
    void shouldNameTheColourOfEachPictureOfABatch() throws Exception {
        // given: a classifier whose numbers are the means of red, green and blue
        ModelRuntime runtime = ModelRuntime.of(colours(), RuntimeSettings.DEFAULT);

        // when
        try (ClassifyFunction classify = new ClassifyFunction(runtime, 2); DecodedImage red = MatImage.ofBgr(1, 1, new byte[] {0, 0, -1});
                DecodedImage blue = MatImage.ofBgr(1, 1, new byte[] {-1, 51, 0})) {
            List<StageResult<List<ScoredClass>>> results = classify.apply(List.of(whole(red), whole(blue)), new BatchClock());

            // then
            assertThat(classes(results.get(0)).get(0)).isEqualTo(new ScoredClass(0, "red", 1));
            assertThat(classes(results.get(1))).extracting(ScoredClass::label).containsExactly("blue", "green");
        }
    }

    @Test
    void shouldFailTheBatchWhereTheModelGivesAnotherNumberOfClasses() {
        // given
        InferenceSession wrong = new InferenceSession() {
            @Override
            public Map<String, Tensor> run(Map<String, Tensor> inputs) {
                return Map.of("embedding", new Tensor(FloatBuffer.allocate(4), 1, 4));
            }

            @Override
            public void close() {
            }
        };

        // when, then
        try (ClassifyFunction classify = new ClassifyFunction(colours(), 1, () -> wrong); DecodedImage image = MatImage.ofBgr(1, 1, new byte[3])) {
            assertThatThrownBy(() -> classify.apply(List.of(whole(image)), new BatchClock())).isInstanceOf(InferenceException.class)
                    .hasMessage("output embedding: float32[1, 4] (expected: float32[1, 3])");
        }
    }

    @Test
    void shouldTakePreparedPicturesBesideOthers() throws Exception {
        // given: all pixels at 1 in red, at 0.5 in green, as the model takes them
        ModelRuntime runtime = ModelRuntime.of(colours(), RuntimeSettings.DEFAULT);
        float[] values = new float[3 * 16];
        Arrays.fill(values, 0, 16, 1f);
        Arrays.fill(values, 16, 32, 0.5f);

        // when
        try (ClassifyFunction classify = new ClassifyFunction(runtime, 3); DecodedImage blue = MatImage.ofBgr(1, 1, new byte[] {-1, 51, 0})) {
            List<StageResult<List<ScoredClass>>> results = classify.apply(List.of(whole(blue), new ClassifyItem.Prepared(values), whole(blue)), new BatchClock());

            // then
            assertThat(classes(results.get(1))).containsExactly(new ScoredClass(0, "red", 1), new ScoredClass(1, "green", 0.5f));
            assertThat(classes(results.get(0))).isEqualTo(classes(results.get(2))).extracting(ScoredClass::label).containsExactly("blue", "green");
        }
    }

    @Test
    void shouldRefuseAModelThatDoesNotClassify() {
        ModelSpec embedder = TinyOnnx.install(models, "mean", TinyOnnx.meanColour(4, 4), TinyOnnx.meanColourYaml(4, 4));
        assertThatThrownBy(() -> new ClassifyFunction(embedder, 1, () -> null)).isInstanceOf(ModelException.class).hasMessageContaining("(expected: Classes)");
    }

    @ParameterizedTest
    @CsvSource({"daisy.jpg, 985, daisy, 0.95", "tabby_cat.jpg, 281, 'tabby, tabby cat', 0.3"})
    void shouldNameWhatIsOnThePhotograph(String photograph, int id, String label, float least) throws Exception {
        // given
        ModelRuntime runtime = RealModels.runtime(models, "mobilenetv2");

        // when
        try (ClassifyFunction classify = new ClassifyFunction(runtime, 1); DecodedImage image = RealModels.photograph(photograph)) {
            List<ScoredClass> classes = classes(classify.apply(List.of(whole(image)), new BatchClock()).get(0));

            // then
            assertThat(classes).hasSize(5);
            assertThat(classes.get(0).id()).as("%s", classes).isEqualTo(id);
            assertThat(classes.get(0).label()).startsWith(label);
            assertThat(classes.get(0).score()).isGreaterThanOrEqualTo(least);
        }
    }

    @ParameterizedTest
    @CsvSource({"ILSVRC2012_val_00010010.jpeg, lighter", "ILSVRC2012_val_00006666.JPEG, snake"})
    void shouldHaveWhatIsOnThePhotographAmongTheBestFive(String photograph, String word) throws Exception {
        ModelRuntime runtime = RealModels.runtime(models, "mobilenetv2");
        try (ClassifyFunction classify = new ClassifyFunction(runtime, 1); DecodedImage image = RealModels.photograph(photograph)) {
            assertThat(classes(classify.apply(List.of(whole(image)), new BatchClock()).get(0))).anyMatch(c -> c.label().contains(word));
        }
    }

    private static ModelSpec colours() {
        String yaml = TinyOnnx.meanColourYaml(4, 4).replace("task: embedding", "task: classification")
                .replace("decoder: embedding, name: embedding, dimension: 3, normalise: true", "decoder: classes, name: embedding, activation: none, top_k: 2")
                + "labels: [red, green, blue]\n";
        return TinyOnnx.install(models, "colours", TinyOnnx.meanColour(4, 4), yaml);
    }

    private static ClassifyItem whole(DecodedImage image) {
        return new ClassifyItem.Rectangle(Crop.whole(image));
    }

    private static List<ScoredClass> classes(StageResult<List<ScoredClass>> result) {
        return ((StageResult.Accepted<List<ScoredClass>>) result).value();
    }
}
