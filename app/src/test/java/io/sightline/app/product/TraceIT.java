package io.sightline.app.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.sightline.app.config.SightlineConfig;
import io.sightline.app.demo.DemoGallery;
import io.sightline.app.run.TracerFile;
import io.sightline.app.run.WorkerRuntime;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.TracerWindow;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The demo's gallery and scenes over a broker, with windows of a second: what the tracer says is what the results say. */
@ExtendWith(ProductExtension.class)
@Timeout(400)
class TraceIT {
    private static final int SCENES = 24;
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Pattern QUERIES = Pattern.compile("\tQuery count\\[(\\d+)]");
    @TempDir
    Path folder;

    @Test
    void shouldHaveWindowsWhoseSumsAreThoseOfTheResultsTimings(Product product) throws Exception {
        // given a worker with topics of its own
        Path file = folder.resolve("pipeline.tracer");
        SightlineConfig config = product.config(Map.of("topics.prefix", "traced.", "worker.application_id", "traced", "tracer.interval_s", "1", "tracer.file", file.toString()));
        Topics topics = new Topics("traced.");
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        List<RecognitionResult> results = new ArrayList<>();
        Instant loaded;
        try (WorkerRuntime worker = WorkerRuntime.start(config, TracerFile.of(config), failures::add);
                Outputs outputs = new Outputs(product.bootstrapServers(), topics, "read_uncommitted")) {
            new DemoGallery(config, topics).load(Product.PICTURES, worker.index());
            loaded = Instant.now();
            // the gallery's pictures go through the same stages: their windows are to be over
            await().atMost(PATIENCE).until(() -> !windows(product, topics, loaded).isEmpty());
            // when the scenes are recognised, over several windows; and something that is no picture
            List<RecordMetadata> sent = new ArrayList<>();
            for (int scene = 0; scene < SCENES; scene++) {
                sent.add(product.send(new ProducerRecord<>(topics.name(Topic.REQUESTS), Product.scene(scene))).get());
            }
            sent.add(product.send(new ProducerRecord<>(topics.name(Topic.REQUESTS), BadFiles.text("hello"))).get());
            sent.forEach(request -> results.add(outputs.result(request).value()));
        }
        // then, once the worker has closed and published its last windows
        assertThat(results.stream().filter(result -> result.getStatus() == RecognitionStatus.RECOGNISED)).hasSize(SCENES);
        Map<String, Double> timings = new TreeMap<>();
        results.forEach(result -> result.getTimingsMs().forEach((name, ms) -> timings.merge(name, ms, Double::sum)));
        List<TracerWindow> windows = windows(product, topics, loaded);
        Map<String, Double> traced = new TreeMap<>();
        for (TracerWindow window : windows) {
            if (window.getStage().equals("total")) {
                traced.merge("total", window.getCount() * window.getLatencyMs().get("ave"), Double::sum);
            } else {
                traced.merge(window.getStage() + ".in", window.getCount() * window.getInMs(), Double::sum);
                traced.merge(window.getStage() + ".prep", window.getCount() * window.getPrepMs(), Double::sum);
                traced.merge(window.getStage() + ".midp", window.getCount() * window.getMidpMs(), Double::sum);
                traced.merge(window.getStage() + ".postp", window.getCount() * window.getPostpMs(), Double::sum);
            }
        }
        assertThat(traced.keySet()).isEqualTo(timings.keySet()).hasSize(4 * 4 + 1);
        // each of a result's numbers is rounded to a microsecond
        double roundingMs = results.size() * 0.0005 + 1e-6;
        timings.forEach((name, ms) -> assertThat(traced.get(name)).as(name).isCloseTo(ms, within(roundingMs)));
        List<TracerWindow> totals = windows.stream().filter(window -> window.getStage().equals("total")).toList();
        assertThat(totals.stream().filter(window -> window.getCount() > 0)).as("windows with requests").isNotEmpty();
        assertThat(totals.stream().mapToLong(TracerWindow::getCount).sum()).isEqualTo(SCENES + 1);
        String bad = results.get(SCENES).getRequestId();
        assertThat(totals.stream().flatMap(window -> window.getErrorRequestIds().stream())).containsExactly(bad);
        assertThat(failures).isEmpty();
        // and the file says the same
        String text = Files.readString(file);
        assertThat(text).contains("\tError req[" + bad + "]\n");
        Matcher queries = QUERIES.matcher(text);
        int asked = 0;
        while (queries.find()) {
            asked += Integer.parseInt(queries.group(1));
        }
        assertThat(asked).isEqualTo(SCENES + 1);
    }

    /** Those that began at that time or later; read anew at each call. */
    private static List<TracerWindow> windows(Product product, Topics topics, Instant from) {
        AvroCodec<TracerWindow> codec = new AvroCodec<>(TracerWindow.class, EmbeddedRegistry.INSTANCE);
        List<TracerWindow> windows = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(new HashMap<>(Map.of("bootstrap.servers", product.bootstrapServers())), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topics.name(Topic.TRACE)).stream().map(info -> new TopicPartition(info.topic(), info.partition())).toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    TracerWindow window = codec.decode(record.value());
                    if (!window.getWindowStartMs().isBefore(from)) {
                        windows.add(window);
                    }
                }
            }
        }
        return windows;
    }
}
