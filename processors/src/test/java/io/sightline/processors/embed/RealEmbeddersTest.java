package io.sightline.processors.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sightline.processors.RealModels;
import io.sightline.processors.detect.DetectFunction;
import io.sightline.processors.detect.DetectSettings;
import io.sightline.processors.detect.DetectedBox;
import io.sightline.processors.image.DecodedImage;
import io.sightline.processors.model.ModelRuntime;
import io.sightline.processors.stage.BatchClock;
import io.sightline.processors.stage.StageResult;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Embedders that others trained, on photographs. */
class RealEmbeddersTest {
    @TempDir
    private static Path models;

    @Test
    void shouldGiveEachFaceItsOwnVectorThoughTheModelTakesOneAtATime() throws Exception {
        // given
        ModelRuntime detector = RealModels.runtime(models, "yunet");
        ModelRuntime embedder = RealModels.runtime(models, "mobilefacenet");
        try (DetectFunction detect = new DetectFunction(detector, DetectSettings.of(detector.spec(), 10), 1);
                EmbedFunction embed = new EmbedFunction(embedder, 10);
                DecodedImage image = RealModels.photograph("uf_2.jpg")) {
            List<DetectedBox> faces = one(detect.apply(List.of(image), new BatchClock()).get(0));
            List<Crop> crops = faces.stream().map(face -> new Crop(image, face.x1(), face.y1(), face.x2(), face.y2())).toList();

            // when
            List<StageResult<float[]>> vectors = embed.apply(crops, new BatchClock());

            // then: each like itself cut a little wider, less like the others
            assertThat(vectors).hasSize(4);
            for (int i = 0; i < crops.size(); i++) {
                Crop crop = crops.get(i);
                float[] vector = one(vectors.get(i));
                float[] wider = one(embed.apply(List.of(new Crop(image, crop.x1() - 3, crop.y1() - 3, crop.x2() + 3, crop.y2() + 3)), new BatchClock()).get(0));
                assertThat(vector).hasSize(128);
                assertThat(dot(vector, vector)).isCloseTo(1, within(1e-5));
                for (int other = 0; other < crops.size(); other++) {
                    if (other != i) {
                        assertThat(dot(vector, one(vectors.get(other)))).isLessThan(dot(vector, wider));
                    }
                }
            }
        }
    }

    @Test
    void shouldTakeVectorsThatTheModelHasNormalisedItself() throws Exception {
        ModelRuntime embedder = RealModels.runtime(models, "general-mobilenetv2-512");
        try (EmbedFunction embed = new EmbedFunction(embedder, 1); DecodedImage image = RealModels.photograph("demo.jpeg")) {
            float[] vector = one(embed.apply(List.of(Crop.whole(image)), new BatchClock()).get(0));
            assertThat(vector).hasSize(512);
            assertThat(dot(vector, vector)).isCloseTo(1, within(1e-5));
        }
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    private static <T> T one(StageResult<T> result) {
        return ((StageResult.Accepted<T>) result).value();
    }
}
