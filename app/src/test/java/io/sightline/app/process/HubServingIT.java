package io.sightline.app.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sightline.processors.image.DecodedImage;
import io.sightline.processors.image.ImageDecoder;
import io.sightline.processors.image.PixelBudget;
import io.sightline.processors.model.ModelFolder;
import io.sightline.processors.model.ModelSpec;
import io.sightline.processors.prepare.Preprocessor;
import io.sightline.processors.stage.StageResult;
import io.sightline.schemas.request.RequestLimits;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code hub serving start} and {@code stop} as processes, with a classifier that others trained, asked as PaddleClas's client asks. */
@Timeout(600)
class HubServingIT {
    private static final Path HOME = Path.of("").toAbsolutePath().getParent();
    private static final String MODEL = "mobilenetv2-12-int8.onnx";
    private static final String LABELS = "imagenet1k_label_list.txt";
    private static final JsonMapper JSON = new JsonMapper();
    @TempDir
    Path folder;
    private Path shared;
    private SightlineProcess server;
    /** A port that the same configuration gives another service, and another process has. */
    private ServerSocket taken;
    private int port;

    @BeforeEach
    void start() throws Exception {
        String given = System.getProperty("sightline.shared.data", System.getenv("SIGHTLINE_SHARED_DATA"));
        shared = given != null ? Path.of(given) : HOME.resolveSibling("shared").resolve("data");
        assumeTrue(Files.isRegularFile(shared.resolve("models").resolve(MODEL)), "no classifier: " + shared.resolve("models").resolve(MODEL)
                + " (expected: ../shared/data beside the checkout, or its path in the system property sightline.shared.data)");
        Path model = Files.createDirectories(folder.resolve("models/mobilenetv2/1"));
        Files.copy(HOME.resolve("docs/models/mobilenetv2.yaml"), model.resolve("model.yaml"));
        Files.copy(shared.resolve("models").resolve(MODEL), model.resolve(MODEL));
        Files.copy(shared.resolve("models").resolve(LABELS), model.resolve(LABELS));
        taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        Path own = Files.writeString(folder.resolve("sightline.yaml"), """
                models: {folder: %1$s/models}
                default_pipeline: imagenet
                pipelines:
                  imagenet: {stages: [classify], classifier: mobilenetv2}
                broker: {data_dir: %1$s/kafka}
                paddle_serving: {services: {imagenet: {http_port: %2$d}}}
                """.formatted(folder, taken.getLocalPort()));
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = socket.getLocalPort();
        }
        Path config = Files.writeString(folder.resolve("config.json"), """
                {"modules_info": {"clas_system": {"init_args": {"version": "1.0.0", "use_gpu": false, "enable_mkldnn": false}, "predict_args": {}}},
                 "port": %d, "use_multiprocess": false, "workers": 2}
                """.formatted(port));
        server = new SightlineProcess("hub serving is running", "hub", "serving", "start", "-c", config.toString(), "--sightline-config", own.toString(),
                "--pid-folder", folder.resolve("pids").toString()).awaitReady();
    }

    @AfterEach
    void kill() throws Exception {
        if (taken != null) {
            taken.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @Test
    void shouldClassifyFilesAndPreparedPicturesAlikeUntilItIsStopped() throws Exception {
        // given
        byte[] daisy = Files.readAllBytes(shared.resolve("images/daisy.jpg"));
        byte[] cat = Files.readAllBytes(shared.resolve("images/tabby_cat.jpg"));

        // when
        JsonNode files = predict("{\"images\": [\"%s\", \"%s\"]}".formatted(base64(daisy), base64(cat)));
        JsonNode prepared = predict("{\"images\": \"%s\", \"revert_params\": {\"shape\": [2, 3, 224, 224], \"dtype\": \"float32\"}}".formatted(base64(prepared(daisy, cat))));
        JsonNode wrong = predict("{\"images\": \"%s\", \"revert_params\": {\"shape\": [2, 224, 224, 3], \"dtype\": \"float32\"}}".formatted(base64(prepared(daisy, cat))));

        // then
        for (JsonNode answer : List.of(files, prepared)) {
            assertThat(answer.path("status").textValue()).as("%s", answer).isEqualTo("000");
            JsonNode predictions = answer.at("/results/prediction");
            assertThat(predictions).hasSize(2);
            assertThat(predictions.at("/0/class_ids/0").intValue()).isEqualTo(985);
            assertThat(predictions.at("/0/label_names/0").textValue()).isEqualTo("daisy");
            assertThat(predictions.at("/1/label_names/0").textValue()).isEqualTo("tabby, tabby cat");
            assertThat(predictions.at("/1/scores")).hasSize(5);
            assertThat(answer.at("/results/elapse").doubleValue()).isPositive();
        }
        assertThat(prepared.at("/results/prediction/0/scores/0").doubleValue()).isCloseTo(files.at("/results/prediction/0/scores/0").doubleValue(), within(1e-3));
        assertThat(wrong.path("status").textValue()).isEqualTo("101");
        assertThat(wrong.path("msg").textValue()).isEqualTo("images[0]: tensor: shape [224, 224, 3] (expected: [3, 224, 224], the input of pipeline 'imagenet')");

        // when
        try (SightlineProcess stop = new SightlineProcess("has been stopped", "hub", "serving", "stop", "--port", String.valueOf(port), "--pid-folder", folder.resolve("pids").toString())) {
            stop.awaitReady();
            assertThat(stop.output()).contains("PaddleHub Serving will stop.");
        }

        // then
        assertThat(server.alive()).isFalse();
        assertThat(folder.resolve("pids")).isEmptyDirectory();
    }

    private JsonNode predict(String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/predict/clas_system")).header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)).build();
        return JSON.readTree(HttpClient.newHttpClient().send(request, BodyHandlers.ofByteArray()).body());
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** As the model takes them, float32 in C order. */
    private byte[] prepared(byte[]... files) throws Exception {
        ModelSpec spec = ModelFolder.load(folder.resolve("models"), "mobilenetv2");
        ImageDecoder decoder = new ImageDecoder(RequestLimits.DEFAULT, new PixelBudget(1 << 26, 1000));
        try (Preprocessor preprocessor = new Preprocessor(spec.preprocess(), spec.pictureSize())) {
            FloatBuffer floats = FloatBuffer.allocate(files.length * preprocessor.floats());
            for (int i = 0; i < files.length; i++) {
                try (DecodedImage image = ((StageResult.Accepted<DecodedImage>) decoder.decode(files[i])).value()) {
                    preprocessor.write(image, floats, i);
                }
            }
            ByteBuffer bytes = ByteBuffer.allocate(floats.capacity() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(floats.rewind());
            return bytes.array();
        }
    }
}
