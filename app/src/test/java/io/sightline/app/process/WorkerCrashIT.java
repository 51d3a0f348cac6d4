package io.sightline.app.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sightline.app.broker.BrokerSettings;
import io.sightline.app.broker.EmbeddedBroker;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real worker processes, killed with SIGKILL while they work on real pictures from a real broker. */
class WorkerCrashIT {
    private static final int REQUESTS = 400;
    private static final String READY = "worker is running";
    private static final Path SCENES = Path.of("").toAbsolutePath().getParent().resolve("models/demo/scenes");

    @TempDir
    Path folder;
    private EmbeddedBroker broker;
    private final List<SightlineProcess> workers = new ArrayList<>();

    @BeforeEach
    void startBroker() {
        broker = EmbeddedBroker.start(new BrokerSettings(0, folder.resolve("kafka"), Map.of()));
    }

    @AfterEach
    void stopAll() {
        workers.forEach(SightlineProcess::close);
        broker.close();
    }

    @ParameterizedTest
    @CsvSource({"at_least_once, read_uncommitted", "exactly_once_v2, read_committed"})
    void shouldAnswerEveryRequestWhenTheWorkerIsKilledUnderLoadAndStartedAgain(String guarantee, String isolation) throws Exception {
        // given a worker in the middle of its work
        SightlineProcess first = worker("one", guarantee);
        try (ResultCollector collector = new ResultCollector(broker.bootstrapServers(), "sightline.results", isolation)) {
            send();
            await().atMost(Duration.ofSeconds(90)).until(() -> collector.answered() > REQUESTS / 8);
            // when it is killed and started again
            first.kill();
            assertThat(collector.answered()).as("answered before the kill").isLessThan(REQUESTS);
            worker("one", guarantee);
            // then every request has a result, and exactly one where that is promised
            await().atMost(Duration.ofSeconds(90)).untilAsserted(() -> assertThat(collector.answered()).isEqualTo(REQUESTS));
            assertGood(collector);
            if (guarantee.equals("exactly_once_v2")) {
                assertThat(collector.results().values()).allSatisfy(results -> assertThat(results).hasSize(1));
            }
        }
    }

    @Test
    void shouldLetTheOtherWorkerTakeOverWhenOneOfTwoIsKilled() throws Exception {
        // given two workers that share the partitions
        SightlineProcess first = worker("one", "at_least_once");
        worker("two", "at_least_once");
        await().atMost(Duration.ofSeconds(90)).untilAsserted(() -> assertThat(partitionsByMember()).hasSize(2).allSatisfy((member, count) -> assertThat(count).isPositive()));
        try (ResultCollector collector = new ResultCollector(broker.bootstrapServers(), "sightline.results", "read_uncommitted")) {
            send();
            await().atMost(Duration.ofSeconds(90)).until(() -> collector.answered() > REQUESTS / 8);
            // when one is killed
            first.kill();
            assertThat(collector.answered()).as("answered before the kill").isLessThan(REQUESTS);
            // then the other one answers the rest
            await().atMost(Duration.ofSeconds(120)).untilAsserted(() -> assertThat(collector.answered()).isEqualTo(REQUESTS));
            assertGood(collector);
        }
    }

    @Test
    void shouldStopCleanlyOnSigtermWithoutRepeatingAnything() throws Exception {
        SightlineProcess first = worker("one", "at_least_once");
        try (ResultCollector collector = new ResultCollector(broker.bootstrapServers(), "sightline.results", "read_uncommitted")) {
            send();
            await().atMost(Duration.ofSeconds(90)).until(() -> collector.answered() > REQUESTS / 8);
            // when
            assertThat(first.terminate()).as(first.output()).isIn(0, 143);
            worker("one", "at_least_once");
            // then
            await().atMost(Duration.ofSeconds(90)).untilAsserted(() -> assertThat(collector.answered()).isEqualTo(REQUESTS));
            assertThat(collector.results().values()).allSatisfy(results -> assertThat(results).hasSize(1));
        }
    }

    private SightlineProcess worker(String instance, String guarantee) throws Exception {
        SightlineProcess process = new SightlineProcess(READY, "worker", "--bootstrap-servers", broker.bootstrapServers(),
                "--set", "worker.instance_id=" + instance, "--set", "worker.processing_guarantee=" + guarantee,
                "--set", "worker.session_timeout_ms=6000");
        workers.add(process);
        return process.awaitReady();
    }

    private void send() throws Exception {
        List<byte[]> scenes = new ArrayList<>();
        try (var files = Files.list(SCENES)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".jpg")).sorted().toList()) {
                scenes.add(Files.readAllBytes(file));
            }
        }
        try (var producer = new KafkaProducer<>(Map.of("bootstrap.servers", broker.bootstrapServers(), "max.request.size", 17 << 20), new StringSerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < REQUESTS; i++) {
                producer.send(new ProducerRecord<>("sightline.requests", "r" + i, scenes.get(i % scenes.size())));
            }
        }
    }

    /** Every result is a recognised one under its own request's id, and results of the same picture are equal in what was found. */
    private static void assertGood(ResultCollector collector) {
        assertThat(collector.results().keySet()).isEqualTo(IntStream.range(0, REQUESTS).mapToObj(i -> "r" + i).collect(Collectors.toSet()));
        collector.results().forEach((id, results) -> {
            assertThat(results).allSatisfy(result -> {
                assertThat(result.getStatus()).isEqualTo(RecognitionStatus.RECOGNISED);
                assertThat(result.getRequestId()).isEqualTo(id);
            });
            assertThat(results.stream().map(RecognitionResult::getDetections).collect(Collectors.toSet())).as(id).hasSize(1);
        });
    }

    private Map<String, Integer> partitionsByMember() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            return admin.describeConsumerGroups(Set.of("sightline")).describedGroups().get("sightline").get().members().stream()
                    .collect(Collectors.toMap(m -> m.consumerId(), m -> m.assignment().topicPartitions().size()));
        }
    }
}
