package io.sightline.app.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.sightline.app.broker.BrokerSettings;
import io.sightline.app.broker.EmbeddedBroker;
import io.sightline.app.config.ConfigFile;
import io.sightline.app.config.SightlineConfig;
import io.sightline.app.demo.DemoGallery;
import io.sightline.app.paddle.PaddleConfig;
import io.sightline.app.run.BridgeRuntime;
import io.sightline.app.run.WorkerRuntime;
import io.sightline.connectors.bridge.serving.proto.PipelineServiceGrpc;
import io.sightline.connectors.bridge.serving.proto.PipelineServiceGrpc.PipelineServiceBlockingStub;
import io.sightline.connectors.bridge.serving.proto.Request;
import io.sightline.connectors.bridge.serving.proto.Response;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Paddle Serving's services through the whole product with real models, over HTTP and gRPC: the demo's detector, embedder and gallery; as
 * a classifier the embedder, whose numbers do for classes. Configured by a stock config.yml but for its ports.
 */
@Timeout(240)
class PaddleServingIT {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Deque<AutoCloseable> OPEN = new ArrayDeque<>();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    @TempDir
    private static Path folder;
    private static int httpPort;
    private static int rpcPort;
    private static URI bridge;

    @BeforeAll
    static void start() throws Exception {
        System.setProperty("sightline.home", Product.HOME.toString());
        models();
        EmbeddedBroker broker = keep(EmbeddedBroker.start(new BrokerSettings(0, folder.resolve("kafka"), Map.of())));
        Map<String, String> keys = new TreeMap<>(Map.of("kafka.bootstrap.servers", broker.bootstrapServers(), "bridge.port", "0", "worker.session_timeout_ms", "6000",
                "models.folder", folder.resolve("models").toString(),
                "pipelines", "{recognition: {gallery: " + DemoGallery.NAME + "}, classes: {stages: [classify], classifier: anyclass}, faces: {stages: [embed]}}"));
        httpPort = freePort();
        rpcPort = freePort();
        Path stock = Files.writeString(folder.resolve("config.yml"), "worker_num: 1\nhttp_port: " + httpPort + "\nrpc_port: " + rpcPort
                + "\nop: {det: {concurrency: 1, local_service_conf: {devices: ''}}, rec: {concurrency: 1, batch_size: 4, local_service_conf: {device_type: 0}}}\n");
        keys.putAll(PaddleConfig.read(stock, ConfigFile.read(Optional.empty(), keys)).settings());
        // beside the service of the file
        keys.computeIfPresent("paddle_serving.services", (key, services) -> services.replaceFirst("}$", ", \"imagenet\": {}, \"alexnet\": {\"answer\": \"tipc\", \"pipeline\": \"classes\"}, \"ArcFace\": {}}"));
        SightlineConfig config = ConfigFile.read(Optional.empty(), keys);
        WorkerRuntime worker = keep(WorkerRuntime.start(config, e -> { }));
        BridgeRuntime runtime = keep(BridgeRuntime.start(config, worker.local(), Map.of()));
        assertThat(runtime.replies().awaitReady(PATIENCE)).isTrue();
        new DemoGallery(config, worker.topics()).load(Product.PICTURES, worker.index());
        bridge = runtime.url();
    }

    @AfterAll
    static void stop() throws Exception {
        while (!OPEN.isEmpty()) {
            OPEN.pop().close();
        }
    }

    @Test
    void shouldRecogniseOverBothWhatTheNativeDialectRecognises() throws Exception {
        // given what the native dialect says
        List<String> hits = new ArrayList<>();
        for (JsonNode thing : JSON.readTree(post(bridge + "/v1/recognitions?top_k=1", Product.scene(3))).path("detections")) {
            if (!thing.path("matches").isEmpty()) {
                List<String> box = new ArrayList<>();
                thing.path("bbox").forEach(side -> box.add(side.asText()));
                hits.add("{'bbox': [" + String.join(", ", box) + "], 'rec_docs': '" + thing.at("/matches/0/label").asText() + "', 'rec_scores': " + thing.at("/matches/0/score").asText() + "}");
            }
        }
        assertThat(hits).isNotEmpty();
        String expected = "[" + String.join(", ", hits) + "]";
        // when, then: on the service's own port and on the bridge's
        assertThat(values(httpPort, "recognition", Product.scene(3))).containsExactly(expected);
        assertThat(values(bridge.getPort(), "recognition", Product.scene(3))).containsExactly(expected);
        for (int port : new int[] {rpcPort, httpPort, bridge.getPort()}) {
            Response answer = grpc(port).inference(Request.newBuilder().addKey("image").addValue(base64(Product.scene(3))).setLogid(10_000).build());
            assertThat(answer).isEqualTo(Response.newBuilder().addKey("result").addValue(expected).build());
        }
    }

    @Test
    void shouldClassifyOverBoth() throws Exception {
        List<String> overHttp = values(bridge.getPort(), "imagenet", Product.galleryPicture(1));
        assertThat(overHttp).hasSize(2);
        assertThat(overHttp.get(0)).matches("\\['[0-9]+'\\]");
        assertThat(overHttp.get(1)).matches("\\[0\\.[0-9]{1,4}\\]");
        String picture = base64(Product.galleryPicture(1));
        Response overGrpc = grpc(rpcOfAll()).inference(Request.newBuilder().setName("imagenet").addKey("image").addValue(picture).addKey("image_1").addValue(picture).build());
        assertThat(overGrpc.getKeyList()).containsExactly("label", "prob");
        assertThat(overGrpc.getValue(0)).isEqualTo("[" + inner(overHttp.get(0)) + ", " + inner(overHttp.get(0)) + "]");
        assertThat(overGrpc.getValue(1)).isEqualTo("[" + inner(overHttp.get(1)) + ", " + inner(overHttp.get(1)) + "]");
        assertThat(values(bridge.getPort(), "alexnet", Product.galleryPicture(1))).containsExactly(overHttp.get(0).replace("'", ""), overHttp.get(1));
    }

    @Test
    void shouldEmbedOverBoth() throws Exception {
        String text = values(bridge.getPort(), "ArcFace", Product.galleryPicture(2)).get(0);
        assertThat(text).startsWith("array([[").endsWith("dtype=float32)");
        assertThat(text.split(",")).hasSize(193); // 192 numbers and the type
        assertThat(grpc(rpcOfAll()).inference(Request.newBuilder().setName("ArcFace").addKey("image").addValue(base64(Product.galleryPicture(2))).build()).getValue(0)).isEqualTo(text);
    }

    @Test
    void shouldTellWhatIsNoPicture() throws Exception {
        String json = "{\"key\": [\"image\"], \"value\": [\"" + base64("hello".getBytes()) + "\"], \"logid\": 5}";
        JsonNode answer = JSON.readTree(post("http://127.0.0.1:" + httpPort + "/recognition/prediction", json.getBytes()));
        assertThat(answer.path("err_no").intValue()).isEqualTo(5000);
        assertThat(answer.path("err_msg").textValue()).startsWith("(log_id=5) image: ").endsWith("(expected: a JPEG or PNG file)");
        assertThat(grpc(rpcPort).inference(Request.newBuilder().setName("imagenet").build()).getErrNo()).isEqualTo(3002);
    }

    /** As the stock client does it: {@code requests.post(url, data=json.dumps(data))}. */
    private static List<String> values(int port, String service, byte[] picture) throws Exception {
        JsonNode answer = JSON.readTree(post("http://127.0.0.1:" + port + "/" + service + "/prediction", ("{\"key\": [\"image\"], \"value\": [\"" + base64(picture) + "\"]}").getBytes()));
        assertThat(answer.path("err_msg").textValue()).isEmpty();
        List<String> values = new ArrayList<>();
        answer.path("value").forEach(value -> values.add(value.textValue()));
        return values;
    }

    private static byte[] post(String url, byte[] body) throws Exception {
        var response = HTTP.send(HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE).POST(BodyPublishers.ofByteArray(body)).build(), BodyHandlers.ofByteArray());
        assertThat(response.statusCode()).isEqualTo(200);
        return response.body();
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static String inner(String list) {
        return list.substring(1, list.length() - 1);
    }

    private static int rpcOfAll() {
        return bridge.getPort();
    }

    private static PipelineServiceBlockingStub grpc(int port) {
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
        OPEN.push(channel::shutdownNow);
        return PipelineServiceGrpc.newBlockingStub(channel).withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static <T extends AutoCloseable> T keep(T resource) {
        OPEN.push(resource);
        return resource;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void models() throws IOException {
        copy("detector/2", "detector/2");
        copy("embedder/3", "embedder/3");
        copy("embedder/3", "anyclass/1");
        Path description = folder.resolve("models/anyclass/1/model.yaml");
        String yaml = Files.readString(description);
        Files.writeString(description, yaml.substring(0, yaml.indexOf("output:")).replace("name: sightline-embedder", "name: anyclass").replace("version: \"3\"", "version: \"1\"")
                .replace("task: embedding", "task: classification") + "output: {decoder: classes, name: embedding, activation: softmax, top_k: 5}\n");
    }

    private static void copy(String from, String to) throws IOException {
        Path target = Files.createDirectories(folder.resolve("models").resolve(to));
        for (String file : List.of("model.yaml", "model.onnx")) {
            Files.copy(Product.HOME.resolve("models").resolve(from).resolve(file), target.resolve(file));
        }
    }
}
