package io.sightline.app.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sightline.app.broker.BrokerSettings;
import io.sightline.app.broker.EmbeddedBroker;
import io.sightline.connectors.results.ResultFiles;
import io.sightline.connectors.results.ResultReader;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command replay as a process of its own, killed with SIGKILL while it works on drawn pictures with a real worker. */
class ReplayIT {
    private static final int PRODUCTS = 60;
    private static final int VIEWS = 5;
    private static final int PICTURES = PRODUCTS * VIEWS;

    @TempDir
    Path folder;
    private EmbeddedBroker broker;
    private final List<SightlineProcess> processes = new ArrayList<>();

    @BeforeEach
    void startAll() throws Exception {
        io.sightline.synth.Main.run("gallery", "--out", folder.resolve("pictures").toString(), "--from", "8000000", "--count", Integer.toString(PRODUCTS), "--views", Integer.toString(VIEWS));
        broker = EmbeddedBroker.start(new BrokerSettings(0, folder.resolve("kafka"), Map.of()));
        start("worker is running", "worker", "--bootstrap-servers", broker.bootstrapServers()).awaitReady();
    }

    @AfterEach
    void stopAll() {
        processes.forEach(SightlineProcess::close);
        broker.close();
    }

    @Test
    void shouldWriteExactlyOneResultForEachPictureWhenItIsKilledInTheMiddle() throws Exception {
        // given a replay in the middle of its work
        Path out = folder.resolve("results.jsonl");
        SightlineProcess first = replay(out, "--rate", "60"); // or a fast machine has done all before the kill
        await().atMost(Duration.ofSeconds(120)).until(() -> !first.alive() || Files.exists(out) && lines(out) > PICTURES / 10);

        // when it is killed, and the same command is given again, twice killed on the way
        first.kill();
        int atTheKill = lines(out);
        assertThat(atTheKill).as("done before the kill; it said: " + first.output()).isBetween(1, PICTURES - 1);
        SightlineProcess second = replay(out, "--rate", "60");
        await().atMost(Duration.ofSeconds(120)).until(() -> !second.alive() || lines(out) > PICTURES / 2);
        second.kill();
        SightlineProcess last = replay(out, "--report", folder.resolve("report.html").toString());

        // then it ends well, with one result for each picture, and each request was sent once
        assertThat(last.awaitEnd()).as(last.output()).isZero();
        List<RecognitionResult> results = new ArrayList<>();
        try (ResultReader reader = ResultFiles.reader(out)) {
            reader.forEachRemaining(results::add);
        }
        assertThat(results).hasSize(PICTURES).allSatisfy(result -> assertThat(result.getStatus()).isEqualTo(RecognitionStatus.RECOGNISED));
        assertThat(results.stream().map(result -> result.getAttributes().get("path")).collect(Collectors.toSet())).hasSize(PICTURES);
        assertThat(results.stream().map(RecognitionResult::getRequestId).collect(Collectors.toSet())).hasSize(PICTURES);
        assertThat(requests()).isEqualTo(PICTURES);
        assertThat(last.output()).contains("of them are done: going on", "The average time of prediction cost: ", "replay: run=kill results=300 recognised=300 rejected=0 failed=0 unreadable=0");
        assertThat(folder.resolve("report.html")).content().contains("<svg class=\"boxed\"", "data:image/jpeg;base64,").doesNotContain("no picture: ");
    }

    private SightlineProcess replay(Path out, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("replay", folder.resolve("pictures").toString(), "--bootstrap-servers", broker.bootstrapServers(), "--out", out.toString(), "--name", "kill",
                "--concurrency", "32", "--report-limit", "20"));
        arguments.addAll(List.of(more));
        return start("replay kill: ", arguments.toArray(String[]::new));
    }

    private SightlineProcess start(String readyLine, String... arguments) throws Exception {
        SightlineProcess process = new SightlineProcess(readyLine, arguments);
        processes.add(process);
        return process;
    }

    private static int lines(Path file) throws Exception {
        try (var lines = Files.lines(file)) {
            return (int) lines.count();
        }
    }

    private long requests() throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            Map<TopicPartition, OffsetSpec> all = new HashMap<>();
            admin.describeTopics(List.of("sightline.requests")).allTopicNames().get().get("sightline.requests").partitions()
                    .forEach(partition -> all.put(new TopicPartition("sightline.requests", partition.partition()), OffsetSpec.latest()));
            return admin.listOffsets(all).all().get().values().stream().mapToLong(info -> info.offset()).sum();
        }
    }
}
