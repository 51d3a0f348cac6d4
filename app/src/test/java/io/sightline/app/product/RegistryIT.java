package io.sightline.app.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sightline.app.broker.BrokerSettings;
import io.sightline.app.broker.EmbeddedBroker;
import io.sightline.app.config.ConfigFile;
import io.sightline.app.config.SightlineConfig;
import io.sightline.app.product.Outputs.Result;
import io.sightline.app.run.BridgeRuntime;
import io.sightline.app.run.WorkerRuntime;
import io.sightline.connectors.bridge.call.Readiness;
import io.sightline.schemas.GalleryEntry;
import io.sightline.schemas.GalleryVector;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.TracerWindow;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.RegistryClient;
import io.sightline.schemas.wire.ScriptedRegistry;
import io.sightline.topology.WorkerState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Worker and bridge with a schema registry that is away at the start, comes, and goes; and with producers of other versions. */
@Timeout(240)
class RegistryIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Topics TOPICS = new Topics("reg.");
    private static final String REQUESTS = TOPICS.name(Topic.REQUESTS);
    private static final JsonMapper JSON = new JsonMapper();
    private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    private static Path folder;
    private static ScriptedRegistry registry;
    private static EmbeddedBroker broker;
    private static WorkerRuntime worker;
    private static BridgeRuntime bridge;
    private static KafkaProducer<byte[], byte[]> producer;
    private static Outputs outputs;
    private static final List<Throwable> FAILURES = new CopyOnWriteArrayList<>();
    /** What was seen while the registry was away at the start. */
    private static WorkerState stateBefore;
    private static HttpResponse<String> readyBefore;
    private static HttpResponse<String> callBefore;
    private static RecordMetadata sentBefore;
    private static HttpResponse<String> answerAfter;

    @BeforeAll
    static void startWhileTheRegistryIsAway() throws Exception {
        System.setProperty("sightline.home", Product.HOME.toString());
        registry = new ScriptedRegistry();
        register(Topic.REQUESTS, 101, RecognitionRequest.getClassSchema());
        register(Topic.RESULTS, 102, RecognitionResult.getClassSchema());
        register(Topic.GALLERY, 103, GalleryEntry.getClassSchema());
        register(Topic.GALLERY_VECTORS, 104, GalleryVector.getClassSchema());
        register(Topic.TRACE, 105, TracerWindow.getClassSchema());
        RegistryClient reads = new RegistryClient(Map.of("schema.registry.url", registry.url()));
        reads.schemaOf(102);
        registry.down(503, "{\"error_code\": 50301, \"message\": \"starting\"}");
        broker = EmbeddedBroker.start(new BrokerSettings(0, folder.resolve("kafka"), Map.of()));
        SightlineConfig config = ConfigFile.read(Optional.empty(), Map.of("kafka.bootstrap.servers", broker.bootstrapServers(), "bridge.port", "0", "bridge.request_timeout_ms", "40000",
                "topics.prefix", TOPICS.prefix(), "schema_registry.schema.registry.url", registry.url(), "schema_registry.http.read.timeout.ms", "500"));
        worker = WorkerRuntime.open(config, report -> { }, FAILURES::add);
        bridge = BridgeRuntime.start(config, worker.local(), Map.of("worker", Readiness.ofTrouble(worker::trouble)));
        producer = new KafkaProducer<>(Map.of("bootstrap.servers", broker.bootstrapServers(), "max.request.size", Topics.MAX_MESSAGE_BYTES), new ByteArraySerializer(), new ByteArraySerializer());
        outputs = new Outputs(broker.bootstrapServers(), TOPICS, reads, "read_uncommitted");
        CompletableFuture<Boolean> running = CompletableFuture.supplyAsync(() -> worker.run());
        // given the worker waits, seen from outside
        await().atMost(PATIENCE).until(() -> worker.trouble().orElse("").contains("503") && bridge.replies().trouble().orElse("").contains("503"));
        stateBefore = worker.worker().state();
        readyBefore = HTTP.send(HttpRequest.newBuilder(URI.create(bridge.url() + "/readyz")).build(), BodyHandlers.ofString());
        callBefore = post(Product.scene(0));
        sentBefore = send(0, Product.scene(0));
        // when
        registry.up();
        // then
        assertThat(running.get(90, TimeUnit.SECONDS)).isTrue();
        assertThat(bridge.replies().awaitReady(PATIENCE)).isTrue();
        callWhileTheBridgeDoesNotKnowTheResultsSchema();
    }

    private static void callWhileTheBridgeDoesNotKnowTheResultsSchema() throws Exception {
        // given the worker has all it needs
        assertRecognised(outputs.result(sentBefore));
        assertRecognised(outputs.result(send(0, avro(101, RecognitionRequest.getClassSchema(), fields -> { }))));
        registry.down(500, "away");
        // when
        CompletableFuture<HttpResponse<String>> answer = HTTP.sendAsync(HttpRequest.newBuilder(URI.create(bridge.url() + "/v1/recognitions")).timeout(PATIENCE)
                .POST(BodyPublishers.ofByteArray(Product.scene(0))).build(), BodyHandlers.ofString());
        await().atMost(PATIENCE).until(() -> HTTP.send(HttpRequest.newBuilder(URI.create(bridge.url() + "/readyz")).build(), BodyHandlers.ofString()).body().contains("schema 102: "));
        assertThat(answer).isNotDone();
        registry.up();
        answerAfter = answer.get(90, TimeUnit.SECONDS);
    }

    private static void register(Topic topic, int id, Schema schema) {
        registry.on("POST /subjects/" + TOPICS.name(topic) + "-value/versions?normalize=false", 200, "{\"id\": " + id + "}").on("GET /schemas/ids/" + id, 200, ScriptedRegistry.answer(schema));
    }

    @AfterAll
    static void stop() {
        outputsClose();
        producer.close();
        bridge.close();
        worker.close();
        broker.close();
        registry.close();
    }

    private static void outputsClose() {
        try {
            outputs.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static RecordMetadata send(int partition, byte[] value) throws Exception {
        return producer.send(new ProducerRecord<>(REQUESTS, partition, null, value)).get(90, TimeUnit.SECONDS);
    }

    private static HttpResponse<String> post(byte[] picture) throws Exception {
        return HTTP.send(HttpRequest.newBuilder(URI.create(bridge.url() + "/v1/recognitions")).timeout(PATIENCE).POST(BodyPublishers.ofByteArray(picture)).build(), BodyHandlers.ofString());
    }

    private static byte[] avro(int id, Schema writer, Consumer<GenericRecordBuilder> fields) throws IOException {
        GenericRecordBuilder builder = new GenericRecordBuilder(writer).set("image", ByteBuffer.wrap(Product.scene(0)));
        fields.accept(builder);
        GenericRecord record = builder.build();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(ByteBuffer.allocate(5).put((byte) 0).putInt(id).array());
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        new GenericDatumWriter<GenericRecord>(writer, GenericData.get()).write(record, encoder);
        encoder.flush();
        return out.toByteArray();
    }

    /** Our request with other fields. */
    private static Schema requestWith(Predicate<String> kept, String... more) throws IOException {
        ObjectNode schema = (ObjectNode) JSON.readTree(RecognitionRequest.getClassSchema().toString());
        ArrayNode fields = JSON.createArrayNode();
        for (String field : more) {
            fields.add(JSON.readTree(field));
        }
        for (JsonNode field : schema.withArray("fields")) {
            if (kept.test(field.path("name").textValue())) {
                fields.add(field);
            }
        }
        schema.set("fields", fields);
        return new Schema.Parser().parse(schema.toString());
    }

    @Test
    void shouldWaitAtTheStartAndSaySoAndThenAnswerWhatCameBefore() throws Exception {
        assertThat(stateBefore).isEqualTo(WorkerState.AWAITING_SCHEMA_REGISTRY);
        JsonNode ready = JSON.readTree(readyBefore.body());
        assertThat(readyBefore.statusCode()).isEqualTo(503);
        assertThat(ready.at("/components/worker/detail").textValue()).startsWith("id of ").contains(registry.url()).contains("503");
        assertThat(ready.at("/components/schema_registry/detail").textValue()).contains("503");
        assertThat(ready.at("/components/kafka/detail").textValue()).contains("id of ");
        assertThat(callBefore.statusCode()).isEqualTo(503);
        assertThat(JSON.readTree(callBefore.body()).path("err_msg").textValue()).contains("id of ");
        // then
        assertRecognised(outputs.result(sentBefore));
        assertThat(outputs.result(sentBefore).record().value()).startsWith(0, 0, 0, 0, 102);
    }

    @Test
    void shouldKeepACallWaitingForAnAnswerThatTheBridgeCannotReadYet() {
        assertThat(answerAfter.statusCode()).as(answerAfter.body()).isEqualTo(200);
    }

    @Test
    void shouldTakeANewerRequestWithAFieldThatIsUnknownHere() throws Exception {
        Schema newer = requestWith(name -> true, "{\"name\": \"priority\", \"type\": {\"type\": \"map\", \"values\": \"long\"}}", "{\"name\": \"note\", \"type\": [\"null\", \"string\"], \"default\": null}");
        registry.on("GET /schemas/ids/201", 200, ScriptedRegistry.answer(newer));
        Result result = outputs.result(send(0, avro(201, newer, fields -> fields.set("request_id", "newer").set("priority", Map.of("a", 1L)).set("note", "x").set("attributes", Map.of("camera", "7")))));
        assertRecognised(result);
        assertThat(result.key()).isEqualTo("newer");
        assertThat(result.value().getAttributes()).containsExactly(Map.entry("camera", "7"));
    }

    @Test
    void shouldTakeAnOlderRequestThatLacksOptionalFields() throws Exception {
        Schema older = requestWith(name -> name.equals("request_id") || name.equals("image") || name.equals("top_k"));
        registry.on("GET /schemas/ids/202", 200, ScriptedRegistry.answer(older));
        Result result = outputs.result(send(1, avro(202, older, fields -> fields.set("request_id", "older").set("top_k", 1))));
        assertRecognised(result);
        assertThat(result.key()).isEqualTo("older");
    }

    @ParameterizedTest
    @CsvSource({"301, 503", "302, 500", "303, 429", "304, 401", "305, 403", "306, 404", "307, 0"})
    void shouldHoldOnlyTheRecordWithTheNewSchemaWhileTheRegistryIsInTrouble(int id, int status) throws Exception {
        // given
        registry.on("GET /schemas/ids/" + id, 200, ScriptedRegistry.answer(RecognitionRequest.getClassSchema()));
        registry.down(status, "trouble");
        // when
        RecordMetadata held = send(0, avro(id, RecognitionRequest.getClassSchema(), fields -> fields.set("request_id", "held-" + id)));
        RecordMetadata behind = send(0, Product.scene(1));
        await().atMost(PATIENCE).until(() -> worker.trouble().orElse("").startsWith("schema " + id + ": "));
        RecordMetadata other = send(1, Product.scene(0));
        // then the other partition goes on, and /readyz says what is wrong
        assertRecognised(outputs.result(other));
        HttpResponse<String> ready = HTTP.send(HttpRequest.newBuilder(URI.create(bridge.url() + "/readyz")).build(), BodyHandlers.ofString());
        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(JSON.readTree(ready.body()).at("/components/worker/detail").textValue()).contains("/schemas/ids/" + id).contains(status == 0 ? "no answer" : Integer.toString(status));
        assertThat(outputs.results(Outputs.place(held))).isEmpty();
        assertThat(outputs.results(Outputs.place(behind))).as("order within a partition").isEmpty();
        // and nothing was lost
        registry.up();
        assertRecognised(outputs.result(held));
        assertRecognised(outputs.result(behind));
        assertThat(outputs.deadLetters(Outputs.place(held))).isEmpty();
        assertThat(worker.isReady()).isTrue();
        assertThat(worker.trouble()).isEmpty();
        assertThat(FAILURES).isEmpty();
    }

    @Test
    void shouldGoOnWithOtherPartitionsWhenMoreRecordsWaitThanThereIsRoomFor() throws Exception {
        // given twice as many as look_ahead.max_records
        registry.on("GET /schemas/ids/308", 200, ScriptedRegistry.answer(RecognitionRequest.getClassSchema()));
        registry.down(503, "trouble");
        byte[] value = avro(308, RecognitionRequest.getClassSchema(), fields -> fields.set("image", ByteBuffer.wrap(BadFiles.PNG)));
        RecordMetadata last = null;
        for (int i = 0; i < 128; i++) {
            last = send(0, value);
        }
        await().atMost(PATIENCE).until(() -> worker.trouble().orElse("").startsWith("schema 308: "));
        // when
        for (int i = 0; i < 10; i++) {
            assertRecognised(outputs.result(send(1, Product.scene(0))));
        }
        registry.up();
        // then
        assertRecognised(outputs.result(last));
    }

    @Test
    void shouldDeadLetterARecordWhoseIdTheRegistryDoesNotKnow() throws Exception {
        registry.on("GET /schemas/ids/404", 404, "{\"error_code\": 40403, \"message\": \"Schema 404 not found\"}");
        RecordMetadata sent = send(0, avro(404, RecognitionRequest.getClassSchema(), fields -> { }));
        Result result = outputs.result(sent);
        assertThat(result.value().getStatus()).isEqualTo(RecognitionStatus.REJECTED);
        assertThat(result.value().getErrNo()).isEqualTo(5000);
        ConsumerRecord<byte[], byte[]> letter = outputs.deadLetter(Outputs.place(sent));
        assertThat(RecordHeaders.text(letter.headers(), RecordHeaders.ERR_MSG).orElseThrow()).startsWith("schema id: 404 (expected: one that the registry has;");
    }

    @Test
    void shouldNotMissTheRegistryForWhatItHasSeen() throws Exception {
        assertRecognised(outputs.result(send(0, avro(101, RecognitionRequest.getClassSchema(), fields -> { }))));
        registry.down(503, "away");
        try {
            assertRecognised(outputs.result(send(0, avro(101, RecognitionRequest.getClassSchema(), fields -> { }))));
            assertThat(post(new byte[] {1}).statusCode()).isEqualTo(400);
            assertThat(worker.trouble()).isEmpty();
        } finally {
            registry.up();
        }
    }

    @Test
    void shouldHoldAGalleryEditWithANewSchemaAndFindItWhenTheRegistryIsBack() throws Exception {
        // given
        registry.on("GET /schemas/ids/401", 200, ScriptedRegistry.answer(GalleryEntry.getClassSchema()));
        registry.down(503, "away");
        GalleryEntry entry = GalleryEntry.newBuilder().setGallery("held").setId("1").setLabel("Tea").setImage(ByteBuffer.wrap(Product.galleryPicture(0))).build();
        RegistryClient writes = new RegistryClient(Map.of("schema.registry.url", registry.url()));
        registry.up();
        byte[] value = new AvroCodec<>(GalleryEntry.class, writes).encode(TOPICS.name(Topic.GALLERY), entry);
        ByteBuffer.wrap(value).putInt(1, 401);
        registry.down(503, "away");
        // when
        producer.send(new ProducerRecord<>(TOPICS.name(Topic.GALLERY), 0, BadFiles.text("held/1"), value)).get(90, TimeUnit.SECONDS);
        await().atMost(PATIENCE).until(() -> worker.trouble().orElse("").startsWith("schema 401: "));
        assertThat(worker.index().contains("held")).isFalse();
        registry.up();
        // then worker and bridge have it
        await().atMost(PATIENCE).until(() -> worker.index().contains("held") && worker.index().size("held") == 1);
        await().atMost(PATIENCE).until(() -> bridge.catalogue().orElseThrow().contains("held"));
    }

    private static void assertRecognised(Result result) {
        assertThat(result.value().getErrMsg()).isEmpty();
        assertThat(result.value().getStatus()).isEqualTo(RecognitionStatus.RECOGNISED);
    }
}
