package io.sightline.processors.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.processors.SharedData;
import io.sightline.processors.model.ModelException;
import io.sightline.processors.model.ModelFolder;
import io.sightline.processors.model.ModelRuntime;
import io.sightline.processors.model.RuntimeSettings;
import io.sightline.processors.model.TinyOnnx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelTrialTest {
    private static final String CLASSES_YAML = TinyOnnx.meanColourYaml(4, 4).replace("task: embedding", "task: classification")
            .replace("{decoder: embedding, name: embedding, dimension: 3, normalise: true}", "{decoder: classes, name: embedding, activation: softmax}");

    @TempDir
    private Path models;
    private int openBefore;

    @BeforeEach
    void count() {
        openBefore = ModelRuntime.openSessions();
    }

    @AfterEach
    void shouldHaveClosedEverySession() {
        assertThat(ModelRuntime.openSessions()).isEqualTo(openBefore);
    }

    @Test
    void shouldTryTheProjectsModels() {
        for (ModelFolder.Entry entry : ModelFolder.entries(SharedData.models())) {
            ModelTrial trial = ModelTrial.of(SharedData.models(), entry, RuntimeSettings.DEFAULT);
            assertThat(trial.outcome()).matches("[0-9]+ (box|boxes|numbers)");
            assertThat(trial.millis()).isPositive();
        }
    }

    @Test
    void shouldTryEachTask() {
        // given
        TinyOnnx.install(models, "mean", TinyOnnx.meanColour(4, 4), TinyOnnx.meanColourYaml(4, 4));
        TinyOnnx.install(models, "rows", TinyOnnx.pixelsAsRows(-1, 5, 4), TinyOnnx.pixelsAsRowsYaml(-1, 5, 4));
        TinyOnnx.install(models, "classes", TinyOnnx.meanColour(4, 4), CLASSES_YAML);

        // when, then
        assertThat(trial("mean").outcome()).isEqualTo("3 numbers");
        assertThat(trial("rows").outcome()).endsWith(" boxes");
        assertThat(trial("classes").outcome()).matches("class [012]");
    }

    @Test
    void shouldFindOutThatVectorsAreNotOfUnitLength() {
        TinyOnnx.install(models, "mean", TinyOnnx.meanColour(4, 4), TinyOnnx.meanColourYaml(4, 4).replace("normalise: true", "normalise: false"));
        assertThatThrownBy(() -> trial("mean")).isInstanceOf(ModelException.class).hasMessageStartingWith("model mean-colour@1#")
                .hasMessageEndingWith("(expected: 1, or output.normalise: true in model.yaml)");
    }

    @Test
    void shouldSayWhatIsWrongWithAFolder() {
        TinyOnnx.install(models, "rows", TinyOnnx.pixelsAsRows(-1, 5, 4), TinyOnnx.pixelsAsRowsYaml(-1, 5, 4).replace("name: detections", "name: boxes"));
        assertThatThrownBy(() -> trial("rows")).isInstanceOf(ModelException.class).hasMessageContaining("output.name: 'boxes' (expected: detections");
    }

    @Test
    void shouldListModelsAndVersionsThatHaveADescription() throws IOException {
        // given
        TinyOnnx.install(models, "rows", TinyOnnx.pixelsAsRows(-1, 5, 4), TinyOnnx.pixelsAsRowsYaml(-1, 5, 4));
        Files.createDirectories(models.resolve("rows/2"));
        Files.createDirectories(models.resolve("broken/3"));
        Files.writeString(models.resolve("broken/3/model.yaml"), "not: yet");
        Files.writeString(models.resolve("README.md"), "models");

        // when, then
        assertThat(ModelFolder.entries(models)).containsExactly(new ModelFolder.Entry("broken", "3"), new ModelFolder.Entry("rows", "1"));
        assertThatThrownBy(() -> ModelFolder.entries(models.resolve("absent"))).hasMessage("models folder: " + models.resolve("absent") + " (expected: a folder)");
    }

    private ModelTrial trial(String name) {
        return ModelTrial.of(models, new ModelFolder.Entry(name, "1"), RuntimeSettings.DEFAULT);
    }
}
