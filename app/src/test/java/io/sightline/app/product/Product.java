package io.sightline.app.product;

import io.sightline.app.broker.BrokerSettings;
import io.sightline.app.broker.EmbeddedBroker;
import io.sightline.app.config.ConfigFile;
import io.sightline.app.config.SightlineConfig;
import io.sightline.app.demo.DemoGallery;
import io.sightline.app.run.BridgeRuntime;
import io.sightline.app.run.Management;
import io.sightline.app.run.WorkerRuntime;
import io.sightline.connectors.bridge.LocalWorker;
import io.sightline.connectors.bridge.call.Readiness;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** What `./sightline up` starts, in the test's JVM: broker, worker, bridge, with the demo's gallery and default models. */
final class Product implements AutoCloseable {
    static final Path HOME = Path.of("").toAbsolutePath().getParent();
    static final Path PICTURES = HOME.resolve("models/demo");
    /** Default gallery of the default pipeline here: bare pictures are looked up in it. */
    static final String GALLERY = DemoGallery.NAME;
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Path folder;
    private final EmbeddedBroker broker;
    private final SightlineConfig config;
    private final Management management;
    private final BridgeRuntime bridge;
    private final KafkaProducer<byte[], byte[]> producer;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final Outputs outputs;
    private volatile WorkerRuntime worker;

    Product() throws Exception {
        System.setProperty("sightline.home", HOME.toString());
        folder = Files.createTempDirectory("sightline-it");
        broker = EmbeddedBroker.start(new BrokerSettings(0, folder.resolve("kafka"), Map.of()));
        config = config(Map.of());
        worker = WorkerRuntime.start(config, failures::add);
        // The one that runs when it is asked: some tests restart it.
        LocalWorker local = new LocalWorker(worker.local().models(), Optional.of(gallery -> worker.local().index().orElseThrow().apply(gallery)));
        management = Management.start(config);
        management.metrics().add(scrape -> worker.metrics().read(scrape));
        bridge = BridgeRuntime.start(config, local, Map.of("worker", Readiness.of(() -> worker.isReady())), management);
        if (!bridge.replies().awaitReady(PATIENCE)) {
            throw new AssertionError("bridge: " + bridge.replies().trouble());
        }
        producer = new KafkaProducer<>(Map.of("bootstrap.servers", bootstrapServers(), "max.request.size", Topics.MAX_MESSAGE_BYTES, "batch.size", 1 << 20, "linger.ms", 20),
                new ByteArraySerializer(), new ByteArraySerializer());
        new DemoGallery(config, worker.topics()).load(PICTURES, worker.index());
        outputs = new Outputs(bootstrapServers(), worker.topics(), "read_uncommitted");
    }

    /** The product's configuration with some keys laid over it. */
    SightlineConfig config(Map<String, String> more) {
        Map<String, String> keys = new java.util.HashMap<>(Map.of("kafka.bootstrap.servers", bootstrapServers(), "bridge.port", "0",
                "pipelines.recognition.gallery", GALLERY, "worker.session_timeout_ms", "6000"));
        keys.putAll(more);
        return ConfigFile.read(Optional.empty(), keys);
    }

    static byte[] scene(int index) {
        return read(PICTURES.resolve("scenes").resolve(String.format("%06d.jpg", index)));
    }

    static byte[] galleryPicture(int index) {
        return read(PICTURES.resolve("gallery").resolve((6_000_000 + index) + "-0.jpg"));
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    String bootstrapServers() {
        return broker.bootstrapServers();
    }

    WorkerRuntime worker() {
        return worker;
    }

    /** Everything on the topics results and dead-letters. */
    Outputs outputs() {
        return outputs;
    }

    URI url() {
        return bridge.url();
    }

    /** Asserts that nothing so far has stopped the worker. */
    void requireRunning() {
        if (!worker.isReady() || !failures.isEmpty()) {
            throw new AssertionError("worker: " + worker.worker().state() + ", failures: " + failures + " (expected: RUNNING, none)");
        }
    }

    void restartWorker() {
        worker.close();
        worker = WorkerRuntime.start(config, failures::add);
    }

    Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
        return producer.send(record);
    }

    RecordMetadata sendAndWait(Topic topic, byte[] key, byte[] value, Header... headers) throws Exception {
        return send(new ProducerRecord<>(worker.topics().name(topic), null, key, value, List.of(headers))).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    HttpResponse<byte[]> post(String query, byte[] body, Map<String, String> headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url() + "/v1/recognitions" + query)).timeout(PATIENCE).POST(BodyPublishers.ofByteArray(body));
        headers.forEach(request::header);
        return http.send(request.build(), BodyHandlers.ofByteArray());
    }

    HttpResponse<byte[]> get(String path) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create(url() + path)).timeout(PATIENCE).build(), BodyHandlers.ofByteArray());
    }

    @Override
    public void close() throws Exception {
        outputs.close();
        producer.close();
        bridge.close();
        worker.close();
        management.close();
        broker.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
