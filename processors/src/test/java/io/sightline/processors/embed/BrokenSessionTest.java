package io.sightline.processors.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.processors.image.DecodedImage;
import io.sightline.processors.image.MatImage;
import io.sightline.processors.model.ModelRuntime;
import io.sightline.processors.model.RuntimeSettings;
import io.sightline.processors.model.TinyOnnx;
import io.sightline.processors.stage.StageBrokenException;
import io.sightline.processors.stage.StageEngine;
import io.sightline.processors.stage.StageResult;
import io.sightline.processors.stage.StageSettings;
import io.sightline.processors.stage.Staged;
import io.sightline.processors.tracer.StageMeter;
import io.sightline.schemas.ErrorCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A stage on ONNX Runtime: a picture that its model fails on, and a session that fails on everything. */
@Timeout(240)
class BrokenSessionTest {
    /** Of the session after the first, before the stage gives up. */
    private static final int RENEWALS = 5;

    @TempDir
    private Path models;
    private final StageMeter meter = new StageMeter("embed");
    private final List<DecodedImage> pictures = new ArrayList<>();
    private final int sessionsBefore = ModelRuntime.openSessions();
    private BreakableEmbedder embedder;
    private StageEngine<Crop, float[]> stage;

    @BeforeEach
    void start() {
        // white is 10 in each channel: a mean of 8 or more is outside of the model's table
        String yaml = TinyOnnx.meanColourYaml(4, 4).replace("std: [1, 1, 1]", "std: [0.1, 0.1, 0.1]");
        embedder = new BreakableEmbedder(ModelRuntime.of(TinyOnnx.install(models, "dark", TinyOnnx.meanColourBelow(8, 0, 4, 4), yaml), RuntimeSettings.DEFAULT), 8);
        stage = StageEngine.start("embed", new StageSettings(1, 8, 0, 100), embedder, meter);
    }

    @AfterEach
    void stop() {
        stage.close();
        pictures.forEach(DecodedImage::close);
        assertThat(ModelRuntime.openSessions()).isEqualTo(sessionsBefore);
    }

    @Test
    void shouldRejectThePictureAloneThatTheModelFailsOn() throws Exception {
        List<CompletableFuture<Staged<float[]>>> futures = submit(60, 60, 255, 60, 60, 60);
        for (int i = 0; i < futures.size(); i++) {
            StageResult<float[]> result = futures.get(i).get().result();
            if (i == 2) {
                assertThat(result).isInstanceOfSatisfying(StageResult.Rejected.class, rejected -> {
                    assertThat(rejected.code()).isEqualTo(ErrorCode.INFERENCE);
                    assertThat(rejected.message()).startsWith("embed: InferenceException: model mean-colour@1#").contains("Gather");
                });
            } else {
                assertThat(result).isInstanceOf(StageResult.Accepted.class);
            }
        }
        assertThat(embedder.sessions()).as("the session was not opened anew").isEqualTo(1);
        assertThat(meter.read().breakdowns()).isZero();
    }

    @Test
    void shouldOpenABrokenSessionAnewWhileThePicturesWait() throws Exception {
        // given
        assertThat(submit(60).get(0).get().result()).isInstanceOf(StageResult.Accepted.class);
        embedder.breakDown(2);
        // when
        List<CompletableFuture<Staged<float[]>>> futures = submit(60, 70, 255, 80, 90, 100);
        // then
        for (int i = 0; i < futures.size(); i++) {
            assertThat(futures.get(i).get().result()).isInstanceOf(i == 2 ? StageResult.Rejected.class : StageResult.Accepted.class);
        }
        assertThat(embedder.sessions()).isEqualTo(4);
        assertThat(meter.read().breakdowns()).isEqualTo(1);
        assertThat(stage.healthy()).isTrue();
        assertThat(stage.trouble()).isEmpty();
    }

    @Test
    void shouldBlameNoPictureWhenTheSessionStaysBroken() throws Exception {
        // given
        embedder.breakDown(RENEWALS);
        // when
        List<CompletableFuture<Staged<float[]>>> futures = submit(60, 70, 255, 80, 90, 100);
        // then
        assertThat(futures).allSatisfy(future -> assertThatThrownBy(future::get).cause().isInstanceOf(StageBrokenException.class)
                .hasMessageContaining("InferenceException: model mean-colour@1#").hasMessageContaining(": closed"));
        assertThat(embedder.sessions()).isEqualTo(1 + RENEWALS);
        assertThat(meter.read().items()).isZero();
        assertThat(meter.read().errors()).isZero();
    }

    private List<CompletableFuture<Staged<float[]>>> submit(int... greys) throws InterruptedException {
        List<CompletableFuture<Staged<float[]>>> futures = new ArrayList<>();
        for (int grey : greys) {
            byte[] pixels = new byte[4 * 4 * 3];
            Arrays.fill(pixels, (byte) grey);
            DecodedImage picture = MatImage.ofBgr(4, 4, pixels);
            pictures.add(picture);
            futures.add(stage.submit(Crop.whole(picture)));
        }
        return futures;
    }
}
