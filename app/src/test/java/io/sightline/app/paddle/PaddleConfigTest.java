package io.sightline.app.paddle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.app.config.ConfigException;
import io.sightline.app.config.ConfigFile;
import io.sightline.app.config.SightlineConfig;
import io.sightline.connectors.bridge.serving.AnswerForm;
import io.sightline.connectors.bridge.serving.ServedPipeline;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The stock files under resources/paddle have the keys and values of the published ones. */
class PaddleConfigTest {
    @TempDir
    private Path folder;

    @Test
    void shouldTakeTheStockRecognitionServiceOver() throws Exception {
        SightlineConfig base = ConfigFile.read(Optional.empty(), Map.of());
        PaddleConfig.Mapped mapped = PaddleConfig.read(stock("recognition.yml"), base);
        SightlineConfig config = ConfigFile.read(Optional.empty(), mapped.settings());
        assertThat(PaddleServices.of(config)).containsExactly(new ServedPipeline("recognition", "recognition", AnswerForm.RECOGNITION, Optional.empty(), Set.of(18081, 9994)));
        assertThat(config.pipelines().get("recognition").batching().get("detect").lanes()).contains(1);
        assertThat(config.pipelines().get("recognition").batching().get("embed").lanes()).contains(1);
        assertThat(config.worker().streamThreads()).isEqualTo(1);
        assertThat(config.models().devices()).isEqualTo(Map.of("detector", List.of("cuda:0", "cpu"), "embedder", List.of("cuda:0", "cpu")));
        assertThat(mapped.warnings()).containsExactly(
                "recognition.yml: dag.is_thread_op: false has no counterpart",
                "recognition.yml: op.det.local_service_conf.model_config: '../../models/picodet_PPLCNet_x2_5_mainbody_lite_v1.0_serving/' is in Paddle's format, which is not run here: model 'detector' stands in for it (docs/models.md says how to bring yours as ONNX)",
                "recognition.yml: op.det.local_service_conf.devices: '0': cuda:0 is tried, else the CPU is used and a warning says why (--set models.devices.detector=cuda:0 insists)",
                "recognition.yml: op.det.local_service_conf.client_type: local_predictor has no counterpart",
                "recognition.yml: op.det.local_service_conf.fetch_list: [\"save_infer_model/scale_0.tmp_1\"] has no counterpart",
                "recognition.yml: op.rec.local_service_conf.model_config: '../../models/general_PPLCNet_x2_5_lite_v1.0_serving' is in Paddle's format, which is not run here: model 'embedder' stands in for it (docs/models.md says how to bring yours as ONNX)",
                "recognition.yml: op.rec.local_service_conf.devices: '0': cuda:0 is tried, else the CPU is used and a warning says why (--set models.devices.embedder=cuda:0 insists)",
                "recognition.yml: op.rec.local_service_conf.client_type: local_predictor has no counterpart",
                "recognition.yml: op.rec.local_service_conf.fetch_list: [\"features\"] has no counterpart",
                "recognition.yml: the stock server listens on all addresses, this one on 127.0.0.1 (--host 0.0.0.0 for all)");
    }

    @Test
    void shouldTakeNumbersOfAClassificationServiceOver() throws Exception {
        Map<String, String> classes = Map.of("pipelines", "{recognition: {}, classes: {stages: [classify], classifier: mobilenet@2}}", "models.devices", "{other: cpu}");
        PaddleConfig.Mapped mapped = PaddleConfig.read(stock("imagenet.yml"), ConfigFile.read(Optional.empty(), classes));
        Map<String, String> all = new LinkedHashMap<>(classes);
        all.putAll(mapped.settings());
        SightlineConfig config = ConfigFile.read(Optional.empty(), all);
        assertThat(PaddleServices.of(config)).containsExactly(new ServedPipeline("imagenet", "classes", AnswerForm.IMAGENET, Optional.empty(), Set.of(18080, 9993)));
        assertThat(config.pipelines().get("classes").batching().get("classify")).hasToString("StageOverride[lanes=Optional[2], maxBatch=Optional[16], maxDelayMs=Optional[20.0], queueCapacity=Optional[64]]");
        assertThat(config.worker().streamThreads()).isEqualTo(4);
        assertThat(config.tracer().intervalS()).isEqualTo(5);
        assertThat(config.models().devices()).isEqualTo(Map.of("other", List.of("cpu"), "mobilenet", List.of("cpu")));
        assertThat(config.models().runtime().intraOpThreads()).isEqualTo(4);
        assertThat(mapped.warnings()).extracting(line -> line.split(": ")[1]).containsExactly("dag.is_thread_op", "op.imagenet.timeout", "op.imagenet.local_service_conf.model_config",
                "op.imagenet.local_service_conf.client_type", "op.imagenet.local_service_conf.fetch_list", "op.imagenet.local_service_conf.ir_optim", "the stock server listens on all addresses, this one on 127.0.0.1 (--host 0.0.0.0 for all)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "ArcFace: {local_service_conf: {devices: '0,1'}}                 | ArcFace  | ARCFACE",
            "Arcface: {}                                                     | ArcFace  | ARCFACE",
            "rec: {}                                                         | recognition | RECOGNITION",
            "alexnet: {local_service_conf: {device_type: 2, devices: '1'}}   | alexnet  | TIPC",
            "tipc_example: {local_service_conf: {device_type: 4}}            | tipc_example | TIPC"})
    void shouldTellTheServiceByItsOps(String ops, String name, AnswerForm form) throws Exception {
        SightlineConfig base = ConfigFile.read(Optional.empty(), Map.of("pipelines", "{recognition: {}, classes: {stages: [classify], classifier: c}, faces: {stages: [embed]}}"));
        PaddleConfig.Mapped mapped = PaddleConfig.read(file("http_port: 9998\nop: {" + ops + "}"), base);
        Map<String, String> all = new LinkedHashMap<>(Map.of("pipelines", "{recognition: {}, classes: {stages: [classify], classifier: c}, faces: {stages: [embed]}}"));
        all.putAll(mapped.settings());
        assertThat(PaddleServices.of(ConfigFile.read(Optional.empty(), all))).singleElement().satisfies(service -> {
            assertThat(service.name()).isEqualTo(name);
            assertThat(service.answer()).isEqualTo(form);
            assertThat(service.ports()).containsExactly(9998);
        });
    }

    @Test
    void shouldSayWhatIsMoreThanThereCanBe() throws Exception {
        PaddleConfig.Mapped mapped = PaddleConfig.read(file("""
                worker_num: 100
                rpc_port: 9994
                grpc_gateway_port: 1
                dag: {tracer: {interval_s: -1}, retry: 3}
                op:
                  rec: {concurrency: 1000, local_service_conf: {devices: "2,3", device_type: 2}}
                """), ConfigFile.read(Optional.empty(), Map.of("bridge.host", "0.0.0.0")));
        assertThat(mapped.settings()).containsEntry("worker.stream_threads", "4").containsEntry("pipelines.recognition.batching.embed", "{\"lanes\":256}")
                .containsEntry("models.devices", "{\"embedder\":[\"cuda:2\",\"cpu\"]}").doesNotContainKey("tracer.interval_s");
        assertThat(mapped.warnings()).containsExactly("config.yml: worker_num: 100 is more than there can be here: 4", "config.yml: grpc_gateway_port: 1 has no counterpart",
                "config.yml: dag.tracer.interval_s: -1 switches the tracer off there; here it is always on, every 10 s", "config.yml: dag.retry: 3 has no counterpart",
                "config.yml: op.rec.concurrency: 1000 is more than there can be here: 256",
                "config.yml: op.rec.local_service_conf.devices: '2,3': cuda:2 is tried, else the CPU is used and a warning says why (--set models.devices.embedder=cuda:2 insists); one model runs on one GPU here, the others stay idle; CUDA, not TensorRT");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "http_port: [1                                                       | (expected: YAML)",
            "http_port: 1, http_port: 2                                          | (expected: YAML)",
            "hello                                                               | not a section of keys and values (expected: http_port or rpc_port, op, dag, worker_num)",
            "''                                                                  | not a section of keys and values",
            "{op: {rec: {}}}                                                     | config.yml: http_port: missing (expected: http_port or rpc_port, 1..65535)",
            "{http_port: 70000, op: {rec: {}}}                                   | config.yml: http_port: 70000 (expected: a whole number, 0..65535)",
            "{http_port: abc, op: {rec: {}}}                                     | config.yml: http_port: abc (expected: a whole number, 0..65535)",
            "{http_port: 1.5, op: {rec: {}}}                                     | config.yml: http_port: 1.5 (expected: a whole number, 0..65535)",
            "{http_port: 1}                                                      | config.yml: op: none (expected: det and rec, imagenet, ArcFace, or one op of a TIPC service)",
            "{http_port: 1, op: [rec]}                                           | config.yml: op: [\"rec\"] (expected: a section of keys and values)",
            "{http_port: 1, op: {rec: 5}}                                        | config.yml: op.rec: 5 (expected: a section of keys and values)",
            "{http_port: 1, op: {a: {}, b: {}}}                                  | config.yml: op: a, b (expected: det and rec, imagenet, ArcFace, or one op of a TIPC service)",
            "{http_port: 1, op: {det: {}}}                                       | config.yml: op.det: no pipeline that has the stage classify (expected: one in sightline.yaml; models in Paddle's format are not run here, docs/models.md says how to bring them)",
            "{http_port: 1, worker_num: 0, op: {rec: {}}}                        | config.yml: worker_num: 0 (expected: a whole number, at least 1)",
            "{http_port: 1, dag: 5, op: {rec: {}}}                               | config.yml: dag: 5 (expected: a section of keys and values)",
            "{http_port: 1, op: {rec: {concurrency: many}}}                      | config.yml: op.rec.concurrency: many (expected: a whole number, at least 1)",
            "{http_port: 1, op: {rec: {local_service_conf: {devices: gpu0}}}}    | config.yml: op.rec.local_service_conf.devices: 'gpu0' (expected: numbers of GPUs, '0' or '0,1', or nothing)"})
    void shouldSayWhatIsWrongWithAFile(String yaml, String message) throws Exception {
        Path file = file(yaml.startsWith("http_port: 1, ") ? "http_port: 1\nhttp_port: 2\n" : yaml);
        SightlineConfig base = ConfigFile.read(Optional.empty(), Map.of());
        assertThatThrownBy(() -> PaddleConfig.read(file, base)).isInstanceOf(ConfigException.class).hasMessageContaining(message);
    }

    @Test
    void shouldSayWhenTheFileIsNotThere() {
        SightlineConfig base = ConfigFile.read(Optional.empty(), Map.of());
        assertThatThrownBy(() -> PaddleConfig.read(folder.resolve("none.yml"), base)).isInstanceOf(ConfigException.class).hasMessageContaining("none.yml: can't be read");
    }

    private Path file(String yaml) throws Exception {
        return Files.writeString(folder.resolve("config.yml"), yaml);
    }

    private Path stock(String name) throws Exception {
        try (InputStream in = PaddleConfigTest.class.getResourceAsStream("/paddle/" + name)) {
            return Files.write(folder.resolve(name), in.readAllBytes());
        }
    }
}
