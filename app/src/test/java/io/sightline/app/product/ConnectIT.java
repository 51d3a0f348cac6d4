package io.sightline.app.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sightline.processors.model.ModelFolder;
import io.sightline.processors.model.ModelOutput;
import io.sightline.schemas.Detection;
import io.sightline.schemas.GalleryEntry;
import io.sightline.schemas.Match;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The zip in a stock Connect worker: rows of all results in real databases, a gallery that follows a folder, dead letters; with a kill -9 in the middle of all.
 * The connectors are those of connectors/connect/config.
 */
@ExtendWith(ProductExtension.class)
@Timeout(400)
class ConnectIT {
    private static final int REQUESTS = 1000;
    private static final int BEFORE_THE_KILL = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final String SHOP = "connect-shop";
    private static final String OTHER_TOPIC = "connect-results";
    private static final String DEAD_LETTERS = "sightline.connect-dead-letters";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final AvroCodec<RecognitionRequest> REQUEST = new AvroCodec<>(RecognitionRequest.class, EmbeddedRegistry.INSTANCE);
    private static final AvroCodec<RecognitionResult> RESULT = new AvroCodec<>(RecognitionResult.class, EmbeddedRegistry.INSTANCE);
    private static final AvroCodec<GalleryEntry> ENTRY = new AvroCodec<>(GalleryEntry.class, EmbeddedRegistry.INSTANCE);

    @TempDir
    private static Path folder;
    private static Product product;
    private static ConnectWorker worker;
    private static Optional<PostgreSql> postgres = Optional.empty();
    private static Path photos;

    /** Puts everything in, and kills the worker while there is much to do: what follows is looked at by the tests. */
    @BeforeAll
    static void runAndKill(Product running) throws Exception {
        Assumptions.assumeTrue(ConnectWorker.isThere(), "no Connect worker in connectors/connect/target (expected: fetched by mvn verify, without -Dconnect.it.skip)");
        product = running;
        postgres = PostgreSql.start();
        worker = new ConnectWorker(Files.createDirectory(folder.resolve("connect")), product.bootstrapServers());
        photos = Files.createDirectories(folder.resolve("photos"));
        addConnectors();
        put("tea/1.jpg", 1);
        put("soap/2.jpg", 2);
        put("soap/3.jpg", 3);
        sendOtherTopic();
        worker.start();

        sendRequests(0, REQUESTS / 2);
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(() -> count(sqlite("results")) >= BEFORE_THE_KILL);
        awaitShop(Map.of("tea/1.jpg", "tea", "soap/2.jpg", "soap", "soap/3.jpg", "soap"));
        // While it runs one picture is replaced, one goes, one comes.
        put("tea/1.jpg", 4);
        Files.delete(photos.resolve("soap/2.jpg"));
        put("rice/5.jpg", 5);
        awaitShop(Map.of("tea/1.jpg", "tea", "soap/3.jpg", "soap", "rice/5.jpg", "rice"));
        sendRequests(REQUESTS / 2, REQUESTS * 3 / 4);
        worker.kill();
        // And while it is dead.
        sendRequests(REQUESTS * 3 / 4, REQUESTS);
        Files.delete(photos.resolve("soap/3.jpg"));
        put("rice/6.jpg", 6);
        worker.start();
    }

    private static void addConnectors() throws Exception {
        for (String name : List.of("results", "other")) {
            try (Connection connection = DriverManager.getConnection(sqlite(name)); Statement statement = connection.createStatement()) {
                for (String sql : Files.readString(worker.shipped("results-sqlite.sql")).replaceAll("--.*", "").split(";")) {
                    if (!sql.isBlank()) {
                        statement.execute(sql);
                    }
                }
            }
        }
        worker.add("results-sqlite", Map.of("connection.url", sqlite("results")));
        worker.add("results-sqlite", Map.of("name", "other-sqlite", "topics", OTHER_TOPIC, "connection.url", sqlite("other")));
        worker.add("results-file", Map.of("file", folder.resolve("results.jsonl").toString()));
        worker.add("gallery-source", Map.of("gallery", SHOP, "path", photos.toString(), "poll.interval.ms", "200", "settle.ms", "0", "tasks.max", "2"));
        if (postgres.isPresent()) {
            worker.add("results-postgresql", postgres.get().connection());
        }
    }

    @AfterAll
    static void stop() throws Exception {
        if (worker != null) {
            worker.close();
        }
        if (postgres.isPresent()) {
            postgres.get().close();
        }
    }

    @Test
    void shouldHaveTheTopicsResultsAsRowsOfSqliteWhenTheWorkerWasKilled() throws Exception {
        requireRowsOfAllResults(sqlite("results"));
    }

    @Test
    void shouldHaveTheTopicsResultsAsRowsOfPostgresqlWhenTheWorkerWasKilled() throws Exception {
        Assumptions.assumeTrue(postgres.isPresent(), "no PostgreSQL is installed here (expected: initdb and pg_ctl on the PATH or under /usr/lib/postgresql; as root also setpriv)");
        requireRowsOfAllResults(postgres.get().url() + "?user=sightline");
    }

    private static void requireRowsOfAllResults(String url) throws Exception {
        // given all that is on the topic; of an id that is there again, the last one
        Map<String, Map<String, String>> expected = new TreeMap<>();
        for (ConsumerRecord<String, byte[]> record : read(product.worker().topics().name(Topic.RESULTS))) {
            RecognitionResult result = RESULT.decode(record.value());
            expected.put(result.getRequestId(), row(result));
        }
        assertThat(expected.keySet().stream().filter(id -> id.startsWith("connect-"))).hasSize(REQUESTS);
        assertThat(expected.values().stream().map(row -> row.get("status")).distinct()).contains("RECOGNISED", "REJECTED");
        assertThat(expected.values().stream().filter(row -> !row.get("match_id").equals("null"))).hasSizeGreaterThan(REQUESTS / 2);
        // then
        await().atMost(PATIENCE).untilAsserted(() -> {
            worker.requireRunning();
            assertThat(count(url)).isEqualTo(expected.size());
        });
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(rows(url)).isEqualTo(expected));
    }

    @Test
    void shouldHaveALineOfJsonForEachResult() throws Exception {
        Map<String, JsonNode> lines = new HashMap<>();
        await().atMost(PATIENCE).untilAsserted(() -> {
            for (String line : Files.readAllLines(folder.resolve("results.jsonl"))) {
                if (line.endsWith("}")) { // the last one may be half there, also where the worker was killed
                    JsonNode row = JSON.readTree(line.substring(line.lastIndexOf("{\"request_id\":")));
                    lines.put(row.path("request_id").asText(), row);
                }
            }
            assertThat(lines.keySet().stream().filter(id -> id.startsWith("connect-"))).hasSize(REQUESTS);
        });
        JsonNode recognised = lines.get("connect-1");
        assertThat(recognised.path("detections_json").asText()).startsWith("[{\"bbox\":");
        assertThat(recognised.path("match_id").asText()).isNotEmpty();
    }

    @Test
    void shouldHaveTheFoldersPicturesInTheGalleryAndFindThem() throws Exception {
        // then what happened while the worker was dead is done too
        awaitShop(Map.of("tea/1.jpg", "tea", "rice/5.jpg", "rice", "rice/6.jpg", "rice"));
        for (Map.Entry<String, Integer> picture : Map.of("tea/1.jpg", 4, "rice/5.jpg", 5, "rice/6.jpg", 6).entrySet()) {
            await().atMost(PATIENCE).untilAsserted(() -> {
                Match match = search(picture.getValue());
                assertThat(match.getId()).isEqualTo(picture.getKey());
                assertThat(match.getLabel()).isEqualTo(picture.getKey().substring(0, picture.getKey().indexOf('/')));
                assertThat(match.getScore()).isGreaterThan(0.9);
            });
        }
        assertThat(product.worker().index().size(SHOP)).isEqualTo(3);
        // and the records are such as the import over HTTP makes
        ConsumerRecord<String, byte[]> record = read("sightline.gallery").stream().filter(edit -> edit.key().equals(SHOP + "/rice/6.jpg")).findFirst().orElseThrow();
        GalleryEntry expected = GalleryEntry.newBuilder().setGallery(SHOP).setId("rice/6.jpg").setLabel("rice").setImage(ByteBuffer.wrap(Product.galleryPicture(6))).build();
        assertThat(record.value()).isEqualTo(ENTRY.encode("sightline.gallery", expected));
    }

    @Test
    void shouldPutBadRecordsAsideAndGoOn() throws Exception {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(rows(sqlite("other")).keySet()).containsExactly("good-1", "good-2"));
        worker.requireRunning();
        // The topic comes into being with its first record.
        Map<String, ConsumerRecord<String, byte[]>> letters = new HashMap<>();
        await().atMost(PATIENCE).untilAsserted(() -> {
            read(DEAD_LETTERS).forEach(letter -> letters.put(letter.key(), letter));
            assertThat(letters.keySet()).containsExactlyInAnyOrder("text", "cut", "entry");
        });
        assertThat(letters.get("text").value()).isEqualTo(BadFiles.text("no result at all"));
        assertThat(header(letters.get("text"), "__connect.errors.exception.message")).contains("value: 16 bytes beginning with 110 (expected: Avro in the wire format");
        assertThat(header(letters.get("cut"), "__connect.errors.exception.message")).contains("value: not a readable Avro RecognitionResult");
        assertThat(header(letters.get("entry"), "__connect.errors.exception.message")).contains("io.sightline.schemas.GalleryEntry (expected: a RecognitionResult)");
        assertThat(header(letters.get("entry"), "__connect.errors.stage")).isEqualTo("TRANSFORMATION");
        assertThat(header(letters.get("entry"), "__connect.errors.topic")).isEqualTo(OTHER_TOPIC);
    }

    private static String header(ConsumerRecord<String, byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    private static void sendOtherTopic() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", product.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(OTHER_TOPIC, 1, (short) 1))).all().get();
        }
        byte[] good = RESULT.encode(OTHER_TOPIC, RecognitionResult.newBuilder().setRequestId("good-1").setStatus(RecognitionStatus.RECOGNISED)
                .setLineage(io.sightline.schemas.Lineage.newBuilder().build()).build());
        byte[] better = RESULT.encode(OTHER_TOPIC, RecognitionResult.newBuilder().setRequestId("good-2").setStatus(RecognitionStatus.RECOGNISED)
                .setLineage(io.sightline.schemas.Lineage.newBuilder().build()).build());
        byte[] entry = ENTRY.encode(OTHER_TOPIC, GalleryEntry.newBuilder().setGallery("g").setId("i").setLabel("l").build());
        Map<String, byte[]> values = new LinkedHashMap<>();
        values.put("good-1", good);
        values.put("text", BadFiles.text("no result at all"));
        values.put("cut", BadFiles.cut(good, good.length - 3));
        values.put("entry", entry);
        values.put("good-2", better);
        for (Map.Entry<String, byte[]> value : values.entrySet()) {
            product.send(new ProducerRecord<>(OTHER_TOPIC, null, BadFiles.text(value.getKey()), value.getValue())).get();
        }
        product.send(new ProducerRecord<>(OTHER_TOPIC, null, BadFiles.text("good-1"), null)).get();
    }

    /** Of ten a picture, one that is none, and eight vectors: all are answered by the worker with its models and its gallery. */
    private static void sendRequests(int from, int to) {
        int dimension = ModelFolder.load(Product.HOME.resolve("models"), "embedder").outputAs(ModelOutput.Embedding.class).dimension();
        String topic = product.worker().topics().name(Topic.REQUESTS);
        for (int i = from; i < to; i++) {
            Random random = new Random(i);
            byte[] value = switch (i % 10) {
                case 0 -> Product.scene(i / 10 % 10);
                case 5 -> BadFiles.text("no picture " + i);
                default -> REQUEST.encode(topic, RecognitionRequest.newBuilder().setVector(random.doubles(dimension, -1, 1).mapToObj(number -> (float) number).toList()).setTopK(3)
                        .setScoreThreshold(-1.0).setAttributes(Map.of("number", Integer.toString(i))).build());
            };
            product.send(new ProducerRecord<>(topic, null, BadFiles.text("connect-" + i), value));
        }
    }

    private static void put(String name, int picture) throws Exception {
        Path file = photos.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, Product.galleryPicture(picture));
    }

    /** Until the topic has these entries of the shop, id to label, and no others. */
    private static void awaitShop(Map<String, String> labels) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            Map<String, String> seen = new TreeMap<>();
            for (ConsumerRecord<String, byte[]> record : read("sightline.gallery")) {
                if (record.key().startsWith(SHOP + "/")) {
                    String id = record.key().substring(SHOP.length() + 1);
                    seen.remove(id);
                    if (record.value() != null) {
                        seen.put(id, ENTRY.decode(record.value()).getLabel());
                    }
                }
            }
            assertThat(seen).isEqualTo(labels);
        });
    }

    private static Match search(int picture) throws Exception {
        RecognitionRequest request = RecognitionRequest.newBuilder().setImage(ByteBuffer.wrap(Product.galleryPicture(picture))).setGallery(SHOP).setScoreThreshold(-1.0).setTopK(3).build();
        RecognitionResult result = product.outputs().result(product.sendAndWait(Topic.REQUESTS, null, REQUEST.encode("sightline.requests", request))).value();
        return result.getDetections().stream().flatMap(detection -> detection.getMatches().stream()).max(Comparator.comparing(Match::getScore)).orElseThrow();
    }

    /** All that is on a topic now, in the order of each partition. */
    private static List<ConsumerRecord<String, byte[]>> read(String topic) {
        List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(Map.of("bootstrap.servers", product.bootstrapServers(), "allow.auto.create.topics", "false"),
                new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream().map(info -> new TopicPartition(info.topic(), info.partition())).toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
        }
        return records;
    }

    private static String sqlite(String name) {
        return "jdbc:sqlite:" + folder.resolve(name + ".db") + "?busy_timeout=30000";
    }

    private static long count(String url) throws Exception {
        try (Connection connection = DriverManager.getConnection(url); Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery("SELECT count(*) FROM recognitions")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static Map<String, Map<String, String>> rows(String url) throws Exception {
        Map<String, Map<String, String>> all = new TreeMap<>();
        try (Connection connection = DriverManager.getConnection(url); Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery("SELECT * FROM recognitions")) {
            while (rows.next()) {
                Map<String, String> row = new TreeMap<>();
                for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
                    String name = rows.getMetaData().getColumnName(column);
                    Object value = rows.getObject(column);
                    row.put(name, name.equals("completed_at") && value instanceof String text ? LocalDateTime.parse(text).toString() : plain(name, value));
                }
                assertThat(all.put(row.get("request_id"), row)).as("rows of " + row.get("request_id")).isNull();
            }
        }
        return all;
    }

    /** As its row should be, made without the plugins. */
    private static Map<String, String> row(RecognitionResult result) {
        Detection best = result.getDetections().stream().filter(detection -> !detection.getMatches().isEmpty())
                .max(Comparator.comparing((Detection detection) -> detection.getMatches().get(0).getScore())
                        .thenComparing(Comparator.comparing((Detection detection) -> result.getDetections().indexOf(detection)).reversed()))
                .or(() -> result.getDetections().stream().filter(detection -> !detection.getClasses().isEmpty()).max(Comparator.comparing(detection -> detection.getClasses().get(0).getScore())))
                .or(() -> result.getDetections().stream().findFirst()).orElse(null);
        Match match = best == null || best.getMatches().isEmpty() ? null : best.getMatches().get(0);
        var named = best == null || best.getClasses().isEmpty() ? null : best.getClasses().get(0);
        Map<String, Object> row = new HashMap<>();
        row.put("request_id", result.getRequestId());
        row.put("status", result.getStatus().name());
        row.put("err_no", result.getErrNo());
        row.put("err_msg", empty(result.getErrMsg()));
        row.put("pipeline", result.getPipeline());
        row.put("image_width", result.getImage() == null ? null : result.getImage().getWidth());
        row.put("image_height", result.getImage() == null ? null : result.getImage().getHeight());
        row.put("detections", result.getDetections().size());
        row.put("recognised", result.getDetections().stream().filter(detection -> !detection.getMatches().isEmpty() || !detection.getClasses().isEmpty()).count());
        row.put("label", match != null ? empty(match.getLabel()) : named != null ? named.getLabel() : null);
        row.put("score", match != null ? (Object) match.getScore() : named != null ? (Object) named.getScore() : null);
        List<String> edges = List.of("x1", "y1", "x2", "y2");
        edges.forEach(edge -> row.put(edge, best == null || best.getBbox().isEmpty() ? null : best.getBbox().get(edges.indexOf(edge))));
        row.put("detection_class", best == null ? null : best.getClass$());
        row.put("detection_score", best == null ? null : (Object) best.getScore());
        row.put("match_id", match == null ? null : match.getId());
        row.put("match_label", match == null ? null : empty(match.getLabel()));
        row.put("match_score", match == null ? null : (Object) match.getScore());
        row.put("match_gallery", match == null ? null : empty(match.getGallery()));
        row.put("gallery", result.getLineage().getGallery());
        row.put("gallery_epoch", result.getLineage().getGalleryEpoch());
        row.put("models", new TreeMap<>(result.getLineage().getModels()).toString());
        row.put("build", empty(result.getLineage().getBuild()));
        row.put("config_hash", empty(result.getLineage().getConfigHash()));
        row.put("total_ms", result.getTimingsMs().get("total"));
        row.put("completed_at", LocalDateTime.ofInstant(result.getCompletedAtMs(), ZoneOffset.UTC));
        row.put("attributes", new TreeMap<>(result.getAttributes()).toString());
        Map<String, String> plain = new TreeMap<>();
        row.forEach((name, value) -> plain.put(name, plain(null, value)));
        return plain;
    }

    private static String empty(String text) {
        return text.isEmpty() ? null : text.replace('\u0000', '\uFFFD');
    }

    /** Numbers and times look the same whatever the database's types. @param column of a database; null: expected */
    private static String plain(String column, Object value) {
        if (value instanceof Number number) {
            return Double.toString(number.doubleValue());
        }
        if (value instanceof Timestamp time) {
            return time.toLocalDateTime().toString();
        }
        if (column != null && value instanceof String text && List.of("models", "attributes").contains(column)) {
            try {
                return JSON.readValue(text, TreeMap.class).toString();
            } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
                throw new AssertionError(text, e);
            }
        }
        return String.valueOf(value);
    }
}
