package io.sightline.processors.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

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
import io.sightline.schemas.ErrorCode;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbedFunctionTest {
    @TempDir
    private Path models;

    @Test
    void shouldEmbedEachRectangleByItself() throws Exception {
        // given: the left half red, the right half green
        byte[] pixels = new byte[2 * 2 * 3];
        pixels[2] = (byte) 255;
        pixels[8] = (byte) 255;
        pixels[4] = (byte) 255;
        pixels[10] = (byte) 255;
        ModelRuntime runtime = ModelRuntime.of(spec(), RuntimeSettings.DEFAULT);

        // when
        try (DecodedImage image = MatImage.ofBgr(2, 2, pixels); EmbedFunction embed = new EmbedFunction(runtime, 4)) {
            List<StageResult<float[]>> vectors = embed.apply(
                    List.of(new Crop(image, 0, 0, 1, 2), new Crop(image, 1, 0, 2, 2), Crop.whole(image)), new BatchClock());

            // then
            assertThat(vector(vectors.get(0))).containsExactly(1, 0, 0);
            assertThat(vector(vectors.get(1))).containsExactly(0, 1, 0);
            assertThat(vector(vectors.get(2))[0]).isCloseTo((float) Math.sqrt(0.5), within(1e-3f));
        }
    }

    @Test
    void shouldRejectOnlyTheItemThatHasNoVector() throws Exception {
        // given: the mean of black is nothing
        ModelRuntime runtime = ModelRuntime.of(spec(), RuntimeSettings.DEFAULT);
        byte[] white = {-1, -1, -1};

        // when
        try (DecodedImage black = MatImage.ofBgr(1, 1, new byte[3]);
                DecodedImage light = MatImage.ofBgr(1, 1, white);
                EmbedFunction embed = new EmbedFunction(runtime, 4)) {
            List<StageResult<float[]>> vectors = embed.apply(List.of(Crop.whole(light), Crop.whole(black), Crop.whole(light)), new BatchClock());

            // then
            assertThat(vectors.get(0)).isInstanceOf(StageResult.Accepted.class);
            assertThat(vectors.get(1)).isEqualTo(StageResult.rejected(ErrorCode.INFERENCE, "embedding: a vector of length 0.0 (expected: finite, not 0)"));
            assertThat(vector(vectors.get(2))).containsExactly(vector(vectors.get(0)));
        }
    }

    @Test
    void shouldEmbedARectangleThatReachesOverTheEdges() throws Exception {
        // given
        ModelRuntime runtime = ModelRuntime.of(spec(), RuntimeSettings.DEFAULT);

        // when
        try (DecodedImage blue = MatImage.ofBgr(1, 1, new byte[] {(byte) 255, 0, 0}); EmbedFunction embed = new EmbedFunction(runtime, 1)) {
            StageResult<float[]> result = embed.apply(List.of(new Crop(blue, -5, -5, 6, 6)), new BatchClock()).get(0);

            // then
            assertThat(vector(result)).containsExactly(0, 0, 1);
        }
    }

    @Test
    void shouldFailTheBatchWhereTheModelGivesVectorsOfAnotherLength() {
        // given
        InferenceSession wrong = answering(new Tensor(FloatBuffer.allocate(4), 1, 4));

        // when, then
        try (DecodedImage image = MatImage.ofBgr(1, 1, new byte[3]); EmbedFunction embed = new EmbedFunction(spec(), 1, () -> wrong)) {
            assertThatThrownBy(() -> embed.apply(List.of(Crop.whole(image)), new BatchClock()))
                    .isInstanceOf(InferenceException.class).hasMessage("output embedding: float32[1, 4] (expected: float32[1, 3])");
        }
    }

    @Test
    void shouldFailTheBatchWhereAPictureIsClosedTooEarly() {
        // given
        ModelRuntime runtime = ModelRuntime.of(spec(), RuntimeSettings.DEFAULT);
        DecodedImage image = MatImage.ofBgr(1, 1, new byte[3]);
        image.close();

        // when, then
        try (EmbedFunction embed = new EmbedFunction(runtime, 1)) {
            assertThatThrownBy(() -> embed.apply(List.of(Crop.whole(image)), new BatchClock())).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void shouldRefuseADetectionModel() {
        ModelSpec detector = TinyOnnx.install(models, "rows", TinyOnnx.pixelsAsRows(-1, 5, 4), TinyOnnx.pixelsAsRowsYaml(-1, 5, 4));
        int before = ModelRuntime.openSessions();
        ModelRuntime runtime = ModelRuntime.of(detector, RuntimeSettings.DEFAULT);
        assertThatThrownBy(() -> new EmbedFunction(runtime, 1)).isInstanceOf(ModelException.class).hasMessageContaining("(expected: Embedding)");
        assertThat(ModelRuntime.openSessions()).isEqualTo(before);
    }

    private ModelSpec spec() {
        return TinyOnnx.install(models, "mean", TinyOnnx.meanColour(4, 4), TinyOnnx.meanColourYaml(4, 4));
    }

    private static InferenceSession answering(Tensor answer) {
        return new InferenceSession() {
            @Override
            public Map<String, Tensor> run(Map<String, Tensor> inputs) {
                return Map.of("embedding", answer);
            }

            @Override
            public void close() {
            }
        };
    }

    private static float[] vector(StageResult<float[]> result) {
        return ((StageResult.Accepted<float[]>) result).value();
    }
}
