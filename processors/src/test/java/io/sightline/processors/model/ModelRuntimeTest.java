package io.sightline.processors.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelRuntimeTest {
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
    void shouldRunAModel() throws InferenceException {
        // given
        ModelRuntime runtime = ModelRuntime.of(meanColour(), RuntimeSettings.DEFAULT);
        try (InferenceSession session = runtime.open()) {
            FloatBuffer pictures = direct(2 * 3 * 2 * 2);
            for (int i = 0; i < pictures.limit(); i++) {
                pictures.put(i, i);
            }

            // when
            Map<String, Tensor> outputs = session.run(Map.of("image", new Tensor(pictures, 2, 3, 2, 2)));

            // then
            assertThat(outputs).containsOnlyKeys("embedding");
            assertThat(outputs.get("embedding").shape()).containsExactly(2, 3);
            float[] means = new float[6];
            outputs.get("embedding").values().get(means);
            assertThat(means).containsExactly(1.5f, 5.5f, 9.5f, 13.5f, 17.5f, 21.5f);
        }
    }

    @Test
    void shouldSayWhichDeviceItRunsOn() {
        assertThat(ModelRuntime.of(meanColour(), RuntimeSettings.DEFAULT).device()).isEqualTo(Device.CPU);
        assertThat(ModelRuntime.of(meanColour(), RuntimeSettings.DEFAULT).device()).hasToString("cpu");
    }

    @Test
    void shouldCountTheSessionsThatAreOpen() {
        // given
        ModelRuntime runtime = ModelRuntime.of(meanColour(), RuntimeSettings.DEFAULT);
        List<InferenceSession> sessions = new ArrayList<>();

        // when
        for (int i = 0; i < 3; i++) {
            sessions.add(runtime.open());
        }

        // then
        assertThat(ModelRuntime.openSessions()).isEqualTo(openBefore + 3);
        for (InferenceSession session : sessions) {
            session.close();
            session.close();
        }
        assertThat(ModelRuntime.openSessions()).isEqualTo(openBefore);
    }

    @Test
    void shouldRefuseToRunWhenClosed() {
        // given
        InferenceSession session = ModelRuntime.of(meanColour(), RuntimeSettings.DEFAULT).open();
        session.close();

        // when, then
        assertThatThrownBy(() -> session.run(Map.of("image", new Tensor(direct(12), 1, 3, 2, 2))))
                .isInstanceOf(InferenceException.class).hasMessageContaining(": closed (expected: ");
    }

    @Test
    void shouldTellAnInferenceErrorFromACrash() throws InferenceException {
        // given
        try (InferenceSession session = ModelRuntime.of(meanColour(), RuntimeSettings.DEFAULT).open()) {
            // when, then: a picture of another size, an input of another name
            assertThatThrownBy(() -> session.run(Map.of("image", new Tensor(direct(3), 1, 3, 1, 1))))
                    .isInstanceOf(InferenceException.class).hasMessageStartingWith("model mean-colour@1#");
            assertThatThrownBy(() -> session.run(Map.of("picture", new Tensor(direct(12), 1, 3, 2, 2))))
                    .isInstanceOf(InferenceException.class);

            // and the session lives on
            assertThat(session.run(Map.of("image", new Tensor(direct(12), 1, 3, 2, 2)))).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cuda", "cuda:0", "cuda:7"})
    void shouldNotStartWhereAGpuIsAskedForAndAbsent(String device) {
        assumeFalse(OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA), "ONNX Runtime has CUDA here");
        RuntimeSettings settings = new RuntimeSettings(List.of(device), 1, 1);
        assertThatThrownBy(() -> ModelRuntime.of(meanColour(), settings))
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith("model mean-colour@1#")
                .hasMessageEndingWith(": device " + Device.parse(device) + ": this build has no CUDA (mvn -Pgpu -DskipTests package makes one that has)"
                        + " (expected: a device that is there, or cpu listed too)");
    }

    @Test
    void shouldFallBackToTheCpuWhereItIsListed() {
        assumeFalse(OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA), "ONNX Runtime has CUDA here");
        ModelRuntime runtime = ModelRuntime.of(meanColour(), new RuntimeSettings(List.of("cuda:0", "cpu"), 1, 1));
        assertThat(runtime.device()).isEqualTo(Device.CPU);
    }

    @ParameterizedTest
    @CsvSource({"cpu, cpu", "cuda, cuda:0", "cuda:0, cuda:0", "cuda:12, cuda:12"})
    void shouldReadTheNameOfADevice(String text, String device) {
        assertThat(Device.parse(text)).hasToString(device);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "gpu", "CPU", "cuda:", "cuda:x", "cuda:123", "0"})
    void shouldRefuseADeviceItDoesNotKnow(String text) {
        assertThatThrownBy(() -> Device.parse(text)).hasMessage("device: '" + text + "' (expected: cpu, cuda or cuda:0)");
    }

    @Test
    void shouldRefuseAnEmptyListOfDevices() {
        assertThatThrownBy(() -> Device.parse(List.of())).hasMessage("device: none (expected: cpu, cuda or cuda:0)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "name: image | name: picture | inputs[0].name: 'picture' (expected: image, as model.onnx has it)",
            "[-1, 3, 2, 2] | [-1, 3, 2, 3] | inputs[0].shape: [-1, 3, 2, 3] (expected: [-1, 3, 2, 2], as model.onnx has it)",
            "name: embedding | name: embeding | output.name: 'embeding' (expected: embedding, as model.onnx has it)",
            "dimension: 3 | dimension: 4 | output.name: 'embedding', which decoder embedding reads as [N, 4] (expected: [-1, 3], as model.onnx has it)"})
    void shouldRefuseADescriptionThatIsNotTheFiles(String right, String wrong, String message) {
        // given
        String yaml = TinyOnnx.meanColourYaml(2, 2).replace(right, wrong).replace("size: [2, 2]", wrong.contains("2, 3]") ? "size: [3, 2]" : "size: [2, 2]");
        ModelSpec spec = TinyOnnx.install(models, "mean", TinyOnnx.meanColour(2, 2), yaml);

        // when, then
        assertThatThrownBy(() -> ModelRuntime.of(spec, RuntimeSettings.DEFAULT))
                .isInstanceOf(ModelException.class).hasMessage(models.resolve("mean/1/model.yaml") + ": " + message);
    }

    @Test
    void shouldRefuseAModelOfAnotherType() {
        ModelSpec spec = TinyOnnx.install(models, "doubles", TinyOnnx.doubles(), TinyOnnx.meanColourYaml(4, 4));
        assertThatThrownBy(() -> ModelRuntime.of(spec, RuntimeSettings.DEFAULT)).hasMessageContaining("the file's input is of another type");
    }

    @Test
    void shouldRefuseAFileThatIsNoModel() {
        ModelSpec spec = TinyOnnx.install(models, "text", "no model".getBytes(), TinyOnnx.meanColourYaml(2, 2));
        assertThatThrownBy(() -> ModelRuntime.of(spec, RuntimeSettings.DEFAULT))
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith(spec.file() + ": ONNX Runtime can't load it: ")
                .hasMessageEndingWith("(expected: an ONNX model for cpu)");
    }

    @Test
    void shouldRefuseAFileReplacedSinceItWasRead() throws IOException {
        // given
        ModelSpec spec = meanColour();
        ModelRuntime runtime = ModelRuntime.of(spec, RuntimeSettings.DEFAULT);
        Files.write(spec.file(), TinyOnnx.meanColour(4, 4));

        // when, then
        assertThatThrownBy(runtime::open).isInstanceOf(ModelException.class).hasMessageContaining("was the file replaced?");
    }

    @Test
    void shouldRefuseATensorOfAnotherSizeThanItsShape() {
        assertThatThrownBy(() -> new Tensor(direct(5), 2, 3)).hasMessage("tensor: 5 floats (expected: 6 of [2, 3])");
        assertThat(new Tensor(direct(6), 2, 3)).hasToString("float32[2, 3]");
    }

    /** ONNX Runtime's Java binding gives its environment back in a shutdown hook, whoever still uses it (microsoft/onnxruntime#31352). */
    @RepeatedTest(3)
    void shouldRunModelsUntilTheProcessHasEnded() throws Exception {
        // given
        meanColour();
        Path output = models.resolve("output.txt");
        ProcessBuilder process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + models.resolve("hs_err.log"), InferenceAtShutdown.class.getName(), models.toString(), "mean");
        process.environment().put("CLASSPATH", System.getProperty("java.class.path"));

        // when
        int status = process.redirectErrorStream(true).redirectOutput(output.toFile()).start().waitFor();

        // then
        assertThat(status).as(() -> text(output)).isEqualTo(InferenceAtShutdown.DONE);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ModelSpec meanColour() {
        return TinyOnnx.install(models, "mean", TinyOnnx.meanColour(2, 2), TinyOnnx.meanColourYaml(2, 2));
    }

    private static FloatBuffer direct(int floats) {
        return ByteBuffer.allocateDirect(floats * 4).order(ByteOrder.nativeOrder()).asFloatBuffer();
    }
}
