package io.sightline.app.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.sightline.app.product.CommandLineRun;
import io.sightline.connectors.bridge.serving.proto.PipelineServiceGrpc;
import io.sightline.connectors.bridge.serving.proto.Request;
import io.sightline.connectors.bridge.serving.proto.Response;
import io.sightline.processors.model.ModelFolder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each row of "The manuals' examples, one by one" in docs/compatibility.md, run as the manual has it: {@code up --paddle-config} with a stock file and
 * {@code hub serving start} as processes, asked as the stock clients ask. A row without a check here fails, and so does a check without a row. In place of
 * classifiers and face models that are not in the repository: the embedder, whose numbers do for both.
 */
@Timeout(600)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ManualExamplesIT {
    private static final Path HOME = Path.of("").toAbsolutePath().getParent();
    private static final String SECTION = "## The manuals' examples, one by one";
    private static final JsonMapper JSON = new JsonMapper();
    private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    @TempDir
    private static Path folder;
    private int bridge;
    private int http;
    private int rpc;
    private int alexnet;
    private int face;
    private int hub;
    private String scene;
    private int side;
    private SightlineProcess up;
    private SightlineProcess serving;

    private interface Check {
        void run() throws Exception;
    }

    @BeforeAll
    void start() throws Exception {
        takePorts();
        for (String model : List.of("detector/2", "embedder/3")) {
            copy(model, model);
        }
        copy("embedder/3", "anyclass/1");
        Path description = folder.resolve("models/anyclass/1/model.yaml");
        String yaml = Files.readString(description);
        Files.writeString(description, yaml.substring(0, yaml.indexOf("output:")).replace("name: sightline-embedder", "name: anyclass").replace("version: \"3\"", "version: \"1\"")
                .replace("task: embedding", "task: classification") + "output: {decoder: classes, name: embedding, activation: softmax, top_k: 5}\n");
        side = ModelFolder.load(folder.resolve("models"), "anyclass").pictureSize().width();
        scene = Base64.getEncoder().encodeToString(Files.readAllBytes(HOME.resolve("models/demo/scenes/000003.jpg")));
        Path own = Files.writeString(folder.resolve("sightline.yaml"), """
                models: {folder: %1$s/models}
                broker: {port: 0, data_dir: %1$s/kafka}
                bridge: {port: %2$d}
                pipelines:
                  recognition: {gallery: drinks}
                  classes: {stages: [classify], classifier: anyclass}
                  faces: {stages: [embed]}
                """.formatted(folder, bridge));
        Path stock = Files.writeString(folder.resolve("config.yml"), Files.readString(HOME.resolve("app/src/test/resources/paddle/recognition.yml"))
                .replace("18081", String.valueOf(http)).replace("9994", String.valueOf(rpc)));
        up = new SightlineProcess("up after", "up", "--config", own.toString(), "--paddle-config", stock.toString(),
                "--set", "paddle_serving.services.alexnet={pipeline: classes, answer: tipc, http_port: " + alexnet + "}",
                "--set", "paddle_serving.services.ArcFace={pipeline: faces, http_port: " + face + "}");
        Path config = Files.writeString(folder.resolve("config.json"), """
                {"modules_info": {"clas_system": {"init_args": {"version": "1.0.0", "use_gpu": false, "enable_mkldnn": true}, "predict_args": {}}},
                 "port": %d, "use_multiprocess": false, "workers": 2}
                """.formatted(hub));
        serving = new SightlineProcess("hub serving is running", "hub", "serving", "start", "-c", config.toString(), "--sightline-config", own.toString(), "--pid-folder", pids());
        up.awaitReady();
        serving.awaitReady();
    }

    @AfterAll
    void stop() {
        if (serving != null) {
            serving.close();
        }
        if (up != null) {
            up.close();
        }
    }

    @TestFactory
    Stream<DynamicTest> everyExampleDoesWhatItsRowSays() throws IOException {
        List<String> examples = examples();
        Map<String, Check> checks = checks();
        List<DynamicTest> tests = new ArrayList<>();
        checks.forEach((part, check) -> tests.add(DynamicTest.dynamicTest(part, () -> {
            assertThat(examples.stream().filter(example -> example.contains(part))).as("rows of this check").hasSize(1);
            check.run();
        })));
        examples.forEach(example -> tests.add(DynamicTest.dynamicTest("checked: " + example,
                () -> assertThat(checks.keySet().stream().filter(example::contains)).as("checks of this row").hasSize(1))));
        return tests.stream();
    }

    /** First cells of the table, but for headings. */
    private static List<String> examples() throws IOException {
        String text = Files.readString(HOME.resolve("docs/compatibility.md"));
        List<String> rows = text.substring(text.indexOf(SECTION) + SECTION.length()).lines().filter(line -> line.startsWith("| ") && !line.startsWith("| ---") && !line.startsWith("| **")).skip(1)
                .map(line -> line.substring(2, line.indexOf(" | ")).strip()).toList();
        assertThat(rows).hasSizeGreaterThan(20);
        return rows;
    }

    /** By a part of the row's first cell, in the order in which they are run: the last ones end what the others ask. */
    private Map<String, Check> checks() {
        Check nothingToRun = () -> { }; // the row says what is done instead, or why it can't be
        Map<String, Check> checks = new LinkedHashMap<>();
        checks.put("pip install paddlehub", nothingToRun);
        checks.put("params.py", nothingToRun);
        checks.put("hub serving start --modules clas_system --port 8866`, `-c config.json", () -> assertThat(serving.output()).contains("no effect here: ").contains("enable_mkldnn"));
        checks.put("CUDA_VISIBLE_DEVICES", nothingToRun); // HubConfigFileTest; a GPU is not at hand everywhere
        checks.put("test_hubserving.py", this::preparedPictures);
        checks.put("--resize_short=384", this::otherShape);
        checks.put("hub serving start -m A==1", this::versionsAndDevices);
        checks.put("hub serving start -m lac", this::textModule);
        checks.put("\"status\": \"0\"", () -> assertThat(predict("clas_system", "{\"images\": [\"" + scene + "\"]}").path("status").textValue()).isEqualTo("000"));
        checks.put("`docker run`", nothingToRun);
        checks.put("paddle_serving_client.convert", nothingToRun);
        checks.put("drink_dataset_v1.0.tar", this::labelFile);
        checks.put("recognition_web_service.py", () -> assertThat(up.output()).contains("config.yml: ").contains("is in Paddle's format"));
        checks.put("pipeline_http_client.py`, `pipeline_rpc_client.py", this::recognition);
        checks.put("run_cpp_serving.sh", nothingToRun);
        checks.put("`web_service.py`", () -> assertThat(up.output()).contains("POST /alexnet/prediction"));
        checks.put("/alexnet/prediction", this::classification);
        checks.put("preprocessing and postprocessing written in Python", nothingToRun);
        checks.put("`infer.py`", nothingToRun);
        checks.put("`det`/`rec` 2:1", nothingToRun); // PaddleConfigTest
        checks.put("python3 pipeline_http_client.py` (port 9998)", this::embedding);
        checks.put("pipeline.tracer", nothingToRun); // the block's text: PipelineTracerTextTest
        checks.put("`hub serving stop`", this::stopWithoutPort);
        checks.put("hub serving stop --port XXXX", this::stopByPort);
        checks.put("paddle_serving_server.serve stop", this::terminate);
        return checks;
    }

    /** {@code requests.post(url, headers={"Content-type": "application/json"}, data=json.dumps(data))}, as test_hubserving.py has it. */
    private void preparedPictures() throws Exception {
        JsonNode answer = predict("clas_system", prepared(2, side));
        assertThat(answer.path("status").textValue()).as("%s", answer).isEqualTo("000");
        assertThat(answer.at("/results/prediction")).hasSize(2).allSatisfy(one -> {
            assertThat(one.path("class_ids")).hasSize(5);
            assertThat(one.path("label_names")).hasSize(5);
            assertThat(one.path("scores")).hasSize(5);
        });
        assertThat(answer.at("/results/elapse").doubleValue()).isPositive();
    }

    private void otherShape() throws Exception {
        JsonNode answer = predict("clas_system", prepared(1, 384));
        assertThat(answer.path("status").textValue()).isEqualTo("101");
        assertThat(answer.path("msg").textValue()).contains("[3, 384, 384]").contains("(expected: [3, " + side + ", " + side + "]");
    }

    private void versionsAndDevices() {
        assertThat(serving.output()).contains("no effect here: version 1.0.0 of module clas_system");
        CommandLineRun both = CommandLineRun.of("hub", "serving", "start", "-m", "A==1", "B==2", "--use_gpu", "--gpu", "0", "--use_multiprocess", "--workers", "2");
        assertThat(both.status()).isEqualTo(2);
        assertThat(both.err()).contains("use_gpu and use_multiprocess: both asked for (expected: one of them)");
    }

    private void textModule() throws Exception {
        CommandLineRun start = CommandLineRun.of("hub", "serving", "start", "-m", "lac", "--sightline-config", folder.resolve("sightline.yaml").toString(), "--pid-folder", pids());
        assertThat(start.status()).isEqualTo(1);
        assertThat(start.err()).contains("module: 'lac' (expected: one of clas_system, classes, faces, recognition");
        JsonNode answer = predict("lac", "{\"text\": [\"今天是个好日子\", \"天气预报说今天要下雨\"], \"batch_size\": 1}");
        assertThat(answer.path("status").textValue()).isEqualTo("111");
    }

    private void labelFile() throws Exception {
        CommandLineRun imported = CommandLineRun.of("gallery", "import", HOME.resolve("models/demo/gallery/gallery_label.txt").toString(), "--root", HOME.resolve("models/demo/gallery").toString(), "--gallery", "drinks", "--wait", "searchable",
                "--url", "http://127.0.0.1:" + bridge);
        assertThat(imported.status()).as(imported.err()).isZero();
    }

    /** {@code requests.post(url, data=json.dumps(data))}: without a content type; and the same over gRPC. The table has the import before this. */
    private void recognition() throws Exception {
        JsonNode answer = post(http, "/recognition/prediction", "{\"key\": [\"image\"], \"value\": [\"" + scene + "\"]}", null);
        assertThat(answer.path("err_no").intValue()).as("%s", answer).isZero();
        assertThat(answer.path("key")).extracting(JsonNode::textValue).containsExactly("result");
        String value = answer.at("/value/0").textValue();
        assertThat(value).matches("\\[\\{'bbox': \\[\\d+, \\d+, \\d+, \\d+], 'rec_docs': '[^']+', 'rec_scores': 0\\.\\d+}(, \\{'bbox': .*})*]");
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", rpc).usePlaintext().build();
        try {
            Response overGrpc = PipelineServiceGrpc.newBlockingStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS).inference(Request.newBuilder().addKey("image").addValue(scene).build());
            assertThat(overGrpc).isEqualTo(Response.newBuilder().addKey("result").addValue(value).build());
        } finally {
            channel.shutdownNow();
        }
    }

    private void classification() throws Exception {
        JsonNode answer = post(alexnet, "/alexnet/prediction", "{\"logid\": 10000, \"key\": [\"image\"], \"value\": [\"" + scene + "\"]}", null);
        assertThat(answer.path("key")).extracting(JsonNode::textValue).containsExactly("class_id", "prob");
        assertThat(answer.at("/value/0").textValue()).matches("\\[\\d+]");
        assertThat(answer.at("/value/1").textValue()).matches("\\[\\d\\.\\d+]");
    }

    private void embedding() throws Exception {
        JsonNode answer = post(face, "/ArcFace/prediction", "{\"key\": [\"image\"], \"value\": [\"" + scene + "\"]}", null);
        assertThat(answer.path("key")).extracting(JsonNode::textValue).containsExactly("out");
        assertThat(answer.at("/value/0").textValue()).startsWith("array([[").endsWith("dtype=float32)");
    }

    private void stopWithoutPort() {
        CommandLineRun stop = CommandLineRun.of("hub", "serving", "stop", "--pid-folder", folder.resolve("none").toString());
        assertThat(stop.status()).isEqualTo(1);
        assertThat(stop.err()).contains("port 8866: no hub serving start is known there");
    }

    private void stopByPort() {
        CommandLineRun stop = CommandLineRun.of("hub", "serving", "stop", "--port", String.valueOf(hub), "--pid-folder", pids());
        assertThat(stop.status()).as(stop.err()).isZero();
        assertThat(stop.out()).contains("PaddleHub Serving will stop.");
        assertThat(serving.alive()).isFalse();
    }

    private void terminate() throws Exception {
        assertThat(up.terminate()).as("status of a process ended by SIGTERM").isIn(0, 143);
        await().atMost(Duration.ofSeconds(90)).untilAsserted(() -> assertThat(up.output()).contains("the bridge has stopped"));
    }

    private JsonNode predict(String module, String body) throws Exception {
        return post(hub, "/predict/" + module, body, "application/json");
    }

    private static JsonNode post(int port, String path, String body, String type) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(Duration.ofSeconds(60)).POST(BodyPublishers.ofString(body));
        if (type != null) {
            request.header("Content-Type", type);
        }
        var answer = HTTP.send(request.build(), BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private static String prepared(int count, int side) {
        byte[] floats = new byte[count * 3 * side * side * Float.BYTES];
        return "{\"images\": \"" + Base64.getEncoder().encodeToString(floats) + "\", \"revert_params\": {\"shape\": [" + count + ", 3, " + side + ", " + side + "], \"dtype\": \"float32\"}}";
    }

    private String pids() {
        return folder.resolve("pids").toString();
    }

    /** Free ones, all different. */
    private void takePorts() throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            sockets.add(new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")));
        }
        bridge = sockets.get(0).getLocalPort();
        http = sockets.get(1).getLocalPort();
        rpc = sockets.get(2).getLocalPort();
        alexnet = sockets.get(3).getLocalPort();
        face = sockets.get(4).getLocalPort();
        hub = sockets.get(5).getLocalPort();
        for (ServerSocket socket : sockets) {
            socket.close();
        }
    }

    private void copy(String from, String to) throws IOException {
        Path target = Files.createDirectories(folder.resolve("models").resolve(to));
        for (String file : List.of("model.yaml", "model.onnx")) {
            Files.copy(HOME.resolve("models").resolve(from).resolve(file), target.resolve(file));
        }
    }
}
