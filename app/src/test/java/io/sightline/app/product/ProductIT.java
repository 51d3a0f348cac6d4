package io.sightline.app.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sightline.app.cli.SightlineCommand;
import io.sightline.app.config.SightlineConfig;
import io.sightline.app.demo.DemoGallery;
import io.sightline.app.product.Outputs.Result;
import io.sightline.app.run.WorkerRuntime;
import io.sightline.connectors.results.ResultJson;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The ways in and out, as docs/topics.md and docs/openapi.yaml promise them. */
@ExtendWith(ProductExtension.class)
@Timeout(240)
class ProductIT {
    private static final AvroCodec<RecognitionRequest> REQUESTS = new AvroCodec<>(RecognitionRequest.class, EmbeddedRegistry.INSTANCE);
    private static final JsonMapper JSON = new JsonMapper();
    private static final byte[] SCENE = Product.scene(0);
    private static Product product;

    @TempDir
    Path folder;

    @BeforeAll
    static void use(Product running) {
        product = running;
    }

    @Test
    void shouldKeyTheResultByTheRecordsKeyAndCopyTheCallersHeadersWhenAPictureIsBare() throws Exception {
        // when
        RecordMetadata sent = product.sendAndWait(Topic.REQUESTS, BadFiles.text("shelf-42"), SCENE,
                new RecordHeader("correlation-id", new byte[] {1, 2, (byte) 0xff}), new RecordHeader("traceparent", BadFiles.text("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")),
                new RecordHeader("mine", BadFiles.text("stays here")));
        // then
        Result result = product.outputs().result(sent);
        assertRecognised(result.value());
        assertThat(result.key()).isEqualTo("shelf-42");
        assertThat(result.value().getRequestId()).isEqualTo("shelf-42");
        assertThat(result.header("request-id")).isEqualTo("shelf-42");
        assertThat(result.record().headers().lastHeader("correlation-id").value()).containsExactly(1, 2, 0xff);
        assertThat(result.header("traceparent")).isEqualTo("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        assertThat(result.record().headers().lastHeader("mine")).isNull();
    }

    @Test
    void shouldMakeAnIdOfTheRecordsPlaceWhenAPictureHasNoKey() throws Exception {
        RecordMetadata sent = product.sendAndWait(Topic.REQUESTS, null, BadFiles.PNG);
        Result result = product.outputs().result(sent);
        assertRecognised(result.value());
        assertThat(result.key()).isEqualTo(Outputs.place(sent)).isEqualTo(result.header("request-id"));
    }

    @Test
    void shouldTakeTheIdFromTheHeaderBeforeTheKey() throws Exception {
        Result result = product.outputs().result(product.sendAndWait(Topic.REQUESTS, BadFiles.text("key"), SCENE, new RecordHeader("request-id", BadFiles.text("header ä"))));
        assertThat(result.key()).isEqualTo("header ä");
    }

    @Test
    void shouldDoAsAskedWhenTheRequestIsAvro() throws Exception {
        // when
        RecognitionRequest request = RecognitionRequest.newBuilder().setRequestId("avro-1").setImage(ByteBuffer.wrap(SCENE)).setPipeline("recognition").setGallery(Product.GALLERY)
                .setTopK(2).setScoreThreshold(-1.0).setAttributes(Map.of("camera", "7")).setDeadlineMs(Instant.now().plusSeconds(60)).build();
        RecognitionResult result = product.outputs().result(product.sendAndWait(Topic.REQUESTS, BadFiles.text("key"), REQUESTS.encode("sightline.requests", request))).value();
        // then
        assertRecognised(result);
        assertThat(result.getRequestId()).isEqualTo("avro-1");
        assertThat(result.getPipeline()).isEqualTo("recognition");
        assertThat(result.getAttributes()).containsExactly(Map.entry("camera", "7"));
        assertThat(result.getDetections()).allSatisfy(detection -> assertThat(detection.getMatches()).hasSize(2));
        assertThat(result.getLineage().getModels()).containsOnlyKeys("detect", "embed");
        assertThat(result.getLineage().getConfigHash()).matches("[0-9a-f]{12}");
        assertThat(result.getTimingsMs()).containsKey("total");
        assertThat(result.getCompletedAtMs()).isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(1));
    }

    @Test
    void shouldAnswerEquallyButForTheTimesWhenTheSameRequestComesTwice() throws Exception {
        RecognitionResult first = product.outputs().result(product.sendAndWait(Topic.REQUESTS, BadFiles.text("again"), SCENE)).value();
        RecognitionResult second = product.outputs().result(product.sendAndWait(Topic.REQUESTS, BadFiles.text("again"), SCENE)).value();
        assertThat(timeless(second)).isEqualTo(timeless(first));
    }

    private static JsonNode timeless(RecognitionResult result) throws Exception {
        ObjectNode json = (ObjectNode) JSON.readTree(ResultJson.toLine(result));
        json.remove("timings_ms");
        ((ObjectNode) json.get("lineage")).remove(List.of("input_partition", "input_offset"));
        return json;
    }

    @Test
    void shouldAnswerWithTheResultOnTheTopicWhenAPictureIsPosted() throws Exception {
        // when
        HttpResponse<byte[]> response = product.post("?top_k=1&score_threshold=-1", SCENE, Map.of("X-Request-Id", "from the caller", "Content-Type", "image/jpeg"));
        // then
        JsonNode json = JSON.readTree(response.body());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(json.path("request_id").asText()).isEqualTo("from the caller");
        assertThat(json.path("detections")).isNotEmpty().allSatisfy(detection -> assertThat(detection.path("matches")).hasSize(1));
        Result result = product.outputs().result(place(json));
        assertThat(new String(response.body(), StandardCharsets.UTF_8)).isEqualTo(ResultJson.toLine(result.value()));
        assertThat(result.key()).isEqualTo("from the caller");
    }

    @Test
    void shouldTakeAFormAsCurlSendsItWhenItComesInChunksAfterA100Continue() throws Exception {
        // given: curl -F image=@scene.jpg, chunked
        String boundary = "------------------------d74496d66958873e";
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        form.writeBytes(BadFiles.text("--" + boundary + "\r\nContent-Disposition: form-data; name=\"image\"; filename=\"scene.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n"));
        form.writeBytes(SCENE);
        form.writeBytes(BadFiles.text("\r\n--" + boundary + "--\r\n"));
        try (Socket socket = new Socket(product.url().getHost(), product.url().getPort())) {
            // when
            socket.getOutputStream().write(BadFiles.text("POST /v1/recognitions?gallery=demo HTTP/1.1\r\nHost: localhost\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n"
                    + "Transfer-Encoding: chunked\r\nContent-Type: multipart/form-data; boundary=" + boundary + "\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"));
            byte[] goOn = socket.getInputStream().readNBytes("HTTP/1.1 100".length());
            assertThat(new String(goOn, StandardCharsets.ISO_8859_1)).isEqualTo("HTTP/1.1 100");
            byte[] bytes = form.toByteArray();
            for (int at = 0; at < bytes.length; at += 1000) {
                int length = Math.min(1000, bytes.length - at);
                socket.getOutputStream().write(BadFiles.text(Integer.toHexString(length) + "\r\n"));
                socket.getOutputStream().write(bytes, at, length);
                socket.getOutputStream().write(BadFiles.text("\r\n"));
            }
            socket.getOutputStream().write(BadFiles.text("0\r\n\r\n"));
            // then
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).contains("HTTP/1.1 200 OK");
            JsonNode json = JSON.readTree(answer.substring(answer.indexOf('{')));
            assertThat(json.path("detections")).isNotEmpty();
            assertThat(json.path("request_id").asText()).isNotEmpty();
        }
    }

    @Test
    void shouldSayThatItIsAliveAndReady() throws Exception {
        assertThat(product.get("/healthz").statusCode()).isEqualTo(200);
        HttpResponse<byte[]> ready = product.get("/readyz");
        assertThat(ready.statusCode()).isEqualTo(200);
        JsonNode json = JSON.readTree(ready.body());
        assertThat(json.path("status").asText()).isEqualTo("ready");
        assertThat(json.at("/components/worker/ready").asBoolean()).isTrue();
    }

    @Test
    void shouldPrintAJsonLineForEachFileAndExitWithZeroWhenAllAreRecognised() throws Exception {
        Command run = command("recognize", Product.PICTURES.resolve("scenes/000000.jpg").toString(), Product.PICTURES.resolve("scenes/000001.jpg").toString(),
                "--server", product.url().toString(), "--top-k", "1");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out().lines()).hasSize(2).allSatisfy(line -> assertThat(JSON.readTree(line).path("status").asText()).isEqualTo("recognised"));
        assertThat(run.err()).isEmpty();
    }

    @Test
    void shouldExitWithOneAndGoOnWithTheNextFileWhenOneIsNotRecognised() throws Exception {
        Path text = Files.writeString(folder.resolve("text.jpg"), "hello");
        Command run = command("recognize", text.toString(), folder.resolve("absent.jpg").toString(), Product.PICTURES.resolve("scenes/000000.jpg").toString(),
                "--server", product.url().toString());
        assertThat(run.status()).isEqualTo(1);
        List<JsonNode> lines = new ArrayList<>();
        for (String line : run.out().lines().toList()) {
            lines.add(JSON.readTree(line));
        }
        assertThat(lines).extracting(line -> line.path("status").asText()).containsExactly("rejected", "recognised");
        assertThat(lines.get(0).path("err_msg").asText()).contains("text (expected: a JPEG or PNG file)");
        assertThat(run.err()).contains("absent.jpg does not exist (expected: a JPEG or PNG file)");
    }

    @Test
    void shouldExitWithOneAndASentenceWhenNoServerIsThere() {
        Command run = command("recognize", Product.PICTURES.resolve("scenes/000000.jpg").toString(), "--server", "http://127.0.0.1:1");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("can't reach http://127.0.0.1:1 (expected: a running sightline up)").doesNotContain("\tat ");
    }

    @Test
    void shouldGiveCommittedReadersExactlyOneResultEachWhenExactlyOnceIsConfigured() throws Exception {
        // given
        int requests = 60;
        SightlineConfig config = product.config(Map.of("topics.prefix", "eos.", "worker.application_id", "eos", "worker.processing_guarantee", "exactly_once_v2"));
        try (WorkerRuntime worker = WorkerRuntime.start(config, failure -> { })) {
            new DemoGallery(config, worker.topics()).load(Product.PICTURES, worker.index());
            try (Outputs committed = new Outputs(product.bootstrapServers(), worker.topics(), "read_committed")) {
                // when: good ones and bad ones
                List<RecordMetadata> sent = new ArrayList<>();
                for (int i = 0; i < requests; i++) {
                    byte[] value = i % 5 == 4 ? BadFiles.text("hello") : Product.scene(i % 24);
                    sent.add(product.send(new ProducerRecord<>(worker.topics().name(Topic.REQUESTS), BadFiles.text("r" + i), value)).get());
                }
                // then
                await().atMost(Duration.ofSeconds(90)).until(() -> committed.answered() == requests);
                for (int i = 0; i < requests; i++) {
                    boolean bad = i % 5 == 4;
                    Result result = committed.result(sent.get(i));
                    assertThat(result.key()).isEqualTo("r" + i);
                    assertThat(result.value().getStatus()).isEqualTo(bad ? RecognitionStatus.REJECTED : RecognitionStatus.RECOGNISED);
                    if (bad) {
                        assertThat(committed.deadLetter(Outputs.place(sent.get(i))).value()).isEqualTo(BadFiles.text("hello"));
                    }
                }
            }
        }
    }

    private static String place(JsonNode json) {
        return json.at("/lineage/input_topic").asText() + "-" + json.at("/lineage/input_partition").asInt() + "@" + json.at("/lineage/input_offset").asLong();
    }

    private static void assertRecognised(RecognitionResult result) {
        assertThat(result.getStatus()).as(result.getErrMsg()).isEqualTo(RecognitionStatus.RECOGNISED);
        assertThat(result.getErrNo()).isZero();
        assertThat(result.getErrMsg()).isEmpty();
        assertThat(result.getDetections()).isNotEmpty();
    }

    private record Command(int status, String out, String err) {
    }

    private static synchronized Command command(String... arguments) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        ByteArrayOutputStream complained = new ByteArrayOutputStream();
        try (PrintStream newOut = new PrintStream(printed, true, StandardCharsets.UTF_8); PrintStream newErr = new PrintStream(complained, true, StandardCharsets.UTF_8)) {
            System.setOut(newOut);
            System.setErr(newErr);
            int status = SightlineCommand.run(arguments);
            return new Command(status, printed.toString(StandardCharsets.UTF_8), complained.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }
}
