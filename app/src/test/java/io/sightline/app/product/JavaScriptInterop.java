package io.sightline.app.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sightline.app.config.SightlineConfig;
import io.sightline.app.run.WorkerRuntime;
import io.sightline.schemas.GalleryEntry;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.wire.ApicurioProcess;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.EmbeddedRegistry;
import io.sightline.schemas.wire.RegistryClient;
import io.sightline.schemas.wire.SchemaRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A JavaScript program (kafkajs and its registry client) on our topics. It knows broker, registry and topic names, nothing else of ours. */
@ExtendWith(ProductExtension.class)
@Timeout(400)
class JavaScriptInterop {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String SCENE = Product.PICTURES.resolve("scenes/000000.jpg").toString();
    private static Product product;

    @TempDir
    Path folder;

    @BeforeAll
    static void install(Product running) throws Exception {
        product = running;
        JavaScriptProgram.install();
    }

    @Test
    void shouldSendARequestThatIsRecognisedAndReadItsResultWithTheBuiltInRegistry() throws Exception {
        // when: most fields left to their defaults
        JsonNode sent = JavaScriptProgram.of("send", product.bootstrapServers(), builtIn())
                .run("sightline.requests", "the key", "{\"request_id\": \"js-1\", \"top_k\": 1, \"score_threshold\": -1, \"attributes\": {\"camera\": \"ä\"}}", SCENE).get(0);
        // then
        Outputs.Result result = product.outputs().result(place(sent));
        assertThat(result.value().getStatus()).as(result.value().getErrMsg()).isEqualTo(RecognitionStatus.RECOGNISED);
        assertThat(result.key()).isEqualTo("js-1");
        assertThat(result.value().getAttributes()).containsExactly(Map.entry("camera", "ä"));
        assertThat(result.value().getDetections()).isNotEmpty().allSatisfy(detection -> assertThat(detection.getMatches()).hasSize(1));
        assertThat(result.header("correlation-id")).isEqualTo("from JavaScript");
        JsonNode read = JavaScriptProgram.of("read", product.bootstrapServers(), builtIn()).run("sightline.results").stream()
                .filter(record -> record.path("key").asText().equals("js-1")).findFirst().orElseThrow();
        assertThat(read.at("/value/status").asText()).isEqualTo("RECOGNISED");
        assertThat(read.at("/value/attributes/camera").asText()).isEqualTo("ä");
        assertThat(read.at("/headers/correlation-id").asText()).isEqualTo("from JavaScript");
    }

    @Test
    void shouldReadEveryRecordAsWeDoWithTheBuiltInRegistry() throws Exception {
        // given: something of every kind, dead letters and tombstones too
        product.outputs().result(product.sendAndWait(Topic.REQUESTS, BadFiles.text("bare"), Product.scene(1)));
        product.outputs().deadLetter(Outputs.place(product.sendAndWait(Topic.REQUESTS, BadFiles.text("bad"), BadFiles.text("hello"))));
        AvroCodec<GalleryEntry> entries = new AvroCodec<>(GalleryEntry.class, EmbeddedRegistry.INSTANCE);
        product.sendAndWait(Topic.GALLERY, BadFiles.text("js/a"), entries.encode("sightline.gallery",
                GalleryEntry.newBuilder().setGallery("js").setId("a").setLabel("a").setImage(ByteBuffer.wrap(Product.galleryPicture(0))).setAttributes("{\"a\": 1}").build()));
        product.sendAndWait(Topic.GALLERY, BadFiles.text("js/a"), null);
        await("a tracer window").atMost(Duration.ofSeconds(90)).until(() -> !read("sightline.trace").isEmpty());
        // when, then
        assertReadsAsWeDo(EmbeddedRegistry.INSTANCE, builtIn(), "sightline.");
    }

    @Test
    void shouldSendRequestsOfItsOwnVersionAndReadResultsWithAnApicurio() throws Exception {
        // given
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        try (ApicurioProcess apicurio = ApicurioProcess.start().awaitReady()) {
            SightlineConfig config = product.config(Map.of("schema_registry.schema.registry.url", apicurio.url(), "topics.prefix", "js.", "worker.application_id", "js",
                    "pipelines.recognition.gallery", "default", "tracer.interval_s", "1"));
            RegistryClient registry = new RegistryClient(Map.of("schema.registry.url", apicurio.url()));
            try (WorkerRuntime worker = WorkerRuntime.start(config, failures::add); Outputs outputs = new Outputs(product.bootstrapServers(), worker.topics(), registry, "read_uncommitted")) {
                // when: first by our schema, then by one that lacks most fields and has one of its own
                String json = "{\"request_id\": \"js-2\", \"attributes\": {\"shop\": \"7\"}}";
                Path own = Files.writeString(folder.resolve("own.avsc"), """
                        {"type": "record", "name": "RecognitionRequest", "namespace": "io.sightline.schemas", "fields": [
                          {"name": "shelf", "type": "string", "default": "?"},
                          {"name": "attributes", "type": {"type": "map", "values": "string"}, "default": {}},
                          {"name": "request_id", "type": "string", "default": ""},
                          {"name": "image", "type": "bytes", "default": ""}]}""");
                Path ours = Files.writeString(folder.resolve("ours.avsc"), Files.readString(Product.HOME.resolve("schemas/src/main/avro/RecognitionRequest.avsc")));
                JavaScriptProgram evolve = JavaScriptProgram.of("evolve", product.bootstrapServers(), apicurio.url());
                JsonNode first = evolve.run("js.requests", "k", json, SCENE, ours.toString()).get(0);
                JsonNode second = evolve.run("js.requests", "k", json.replace("{\"req", "{\"shelf\": \"A\", \"req"), SCENE, own.toString()).get(0);
                // then
                assertThat(second.path("schemaId").asInt()).isNotEqualTo(first.path("schemaId").asInt());
                for (JsonNode sent : List.of(first, second)) {
                    RecognitionResult result = outputs.result(place(sent)).value();
                    assertThat(result.getStatus()).as(result.getErrMsg()).isEqualTo(RecognitionStatus.RECOGNISED);
                    assertThat(result.getRequestId()).isEqualTo("js-2");
                    assertThat(result.getAttributes()).containsExactly(Map.entry("shop", "7"));
                    assertThat(result.getDetections()).isNotEmpty();
                }
                await("a tracer window").atMost(Duration.ofSeconds(90)).until(() -> !read("js.trace").isEmpty());
                assertReadsAsWeDo(registry, apicurio.url(), "js.");
                assertThat(apicurio.get("/subjects")).contains("\"js.requests-value\"", "\"js.results-value\"", "\"js.trace-value\"");
            }
        }
        assertThat(failures).isEmpty();
    }

    private static String builtIn() {
        return product.url() + "/registry";
    }

    private static String place(JsonNode sent) {
        return sent.path("topic").asText() + "-" + sent.path("partition").asInt() + "@" + sent.path("offset").asLong();
    }

    /** Of all topics, what the program read is what plain Avro reads in Java. */
    private static void assertReadsAsWeDo(SchemaRegistry registry, String url, String prefix) throws Exception {
        Map<Topic, Integer> compared = new EnumMap<>(Topic.class);
        for (Topic topic : Topic.values()) {
            Map<String, JsonNode> theirs = new HashMap<>();
            List<String> problems = new ArrayList<>();
            JavaScriptProgram.of("read", product.bootstrapServers(), url).run(prefix + topic.baseName()).forEach(record -> {
                theirs.put(place(record), record);
                Optional.ofNullable(record.get("problem")).ifPresent(problem -> problems.add(problem.asText()));
            });
            for (ConsumerRecord<byte[], byte[]> record : read(prefix + topic.baseName())) {
                JsonNode their = theirs.remove(record.topic() + "-" + record.partition() + "@" + record.offset());
                if (their != null && their.path("isAvro").asBoolean()) {
                    Optional.ofNullable(record.key()).flatMap(RecordHeaders::utf8).ifPresent(key -> assertThat(their.path("key").asText()).isEqualTo(key));
                    JsonNode ours = JSON.valueToTree(plain(generic(registry, record.value())));
                    assertThat(ours.equals(JavaScriptInterop::compare, their.path("value"))).as("in Java %s, in JavaScript %s", ours, their).isTrue();
                    compared.merge(topic, 1, Integer::sum);
                }
            }
            assertThat(theirs).isEmpty();
            if (List.of(Topic.RESULTS, Topic.GALLERY_VECTORS, Topic.TRACE).contains(topic)) {
                assertThat(problems).as("values on %s that are ours and could not be read", topic).isEmpty();
            }
        }
        assertThat(compared.keySet()).contains(Topic.REQUESTS, Topic.RESULTS, Topic.TRACE);
    }

    private static GenericRecord generic(SchemaRegistry registry, byte[] value) throws IOException {
        return new GenericDatumReader<GenericRecord>(registry.schemaOf(ByteBuffer.wrap(value, 1, 4).getInt())).read(null, DecoderFactory.get().binaryDecoder(value, 5, value.length - 5, null));
    }

    /** As the program prints it: bytes as their hash, all else that JSON has not as text. */
    private static Object plain(Object value) {
        if (value instanceof GenericRecord record) {
            Map<String, Object> fields = new LinkedHashMap<>();
            record.getSchema().getFields().forEach(field -> fields.put(field.name(), plain(record.get(field.pos()))));
            return fields;
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> entries = new LinkedHashMap<>();
            map.forEach((name, entry) -> entries.put(name.toString(), plain(entry)));
            return entries;
        }
        if (value instanceof Collection<?> items) {
            return items.stream().map(JavaScriptInterop::plain).toList();
        }
        if (value instanceof ByteBuffer bytes) {
            byte[] array = new byte[bytes.remaining()];
            bytes.duplicate().get(array);
            return HexFormat.of().formatHex(sha256(array));
        }
        boolean isJson = value == null || value instanceof Boolean || value instanceof Number number && Double.isFinite(number.doubleValue());
        return isJson ? value : value.toString();
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }

    /** JavaScript has one kind of number. */
    private static int compare(JsonNode one, JsonNode other) {
        if (one.isNumber() && other.isNumber()) {
            return Double.compare(one.doubleValue(), other.doubleValue());
        }
        return one.equals(other) ? 0 : 1;
    }

    private static List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(Map.of("bootstrap.servers", product.bootstrapServers(), "max.partition.fetch.bytes", 20 << 20),
                new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream().map(info -> new TopicPartition(info.topic(), info.partition())).toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
            await(topic + " read").atMost(Duration.ofSeconds(90)).until(() -> {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
                return partitions.stream().allMatch(partition -> consumer.position(partition) >= ends.get(partition));
            });
            return records;
        }
    }
}
