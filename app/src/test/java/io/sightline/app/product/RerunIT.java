package io.sightline.app.product;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightline.app.run.WorkerRuntime;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.topics.Topic;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Requests of the past run again with the shipped models, against a real broker. */
@Timeout(600)
class RerunIT {
    private static final int SCENES = 24;
    private static final String RESULTS = RerunBench.TOPICS.name(Topic.RESULTS);

    @TempDir
    private Path folder;

    @Test
    void shouldGiveEqualResultsWithTheRecordedLineageWhileNobodyIsDisturbed() throws Exception {
        try (RerunBench bench = new RerunBench(folder, Map.of("pipelines.recognition.gallery", "shop"))) {
            try (WorkerRuntime worker = bench.worker()) {
                // given requests of all kinds, and a gallery that is edited between them and while they are worked on
                int asked = fill(bench, worker);
                bench.awaitResults(asked);
                Map<String, RecognitionResult> first = bench.results(RESULTS);
                Set<Map<String, Long>> states = first.values().stream().map(result -> result.getLineage().getGalleries()).collect(Collectors.toCollection(HashSet::new));
                assertThat(first).hasSize(asked);
                assertThat(asked).isGreaterThanOrEqualTo(200);
                assertThat(states).hasSizeGreaterThan(3);
                awaitCommitted(bench);
                Map<String, Object> before = bench.trace();

                // when they are run again while the worker runs
                CommandLineRun run = bench.rerun("--from", "-1h", "--output-topic", "again");

                // then every result is the same, and names the same lineage
                assertThat(run.err()).doesNotContain("Exception");
                assertThat(run.out()).contains("requests=" + asked + " run=" + asked + " equal=" + (asked - 1) + " different=0 failed_before=1 ").contains("left_out=0");
                assertThat(run.status()).isZero();
                Map<String, RecognitionResult> again = bench.results("again");
                // what had come too late has all the time now
                assertThat(first.remove("late").getErrNo()).isEqualTo(6000);
                assertThat(again.remove("late").getErrNo()).isZero();
                RerunBench.assertSame(again, first);
                // and the service has not noticed
                assertThat(bench.trace()).isEqualTo(before);
                headers(bench, run.out());
            }
        }
    }

    /** The worker's last commit may take a second. */
    private static void awaitCommitted(RerunBench bench) {
        org.awaitility.Awaitility.await().atMost(RerunBench.LONG).until(() -> {
            Map<String, Object> trace = bench.trace();
            @SuppressWarnings("unchecked")
            Map<String, Long> committed = (Map<String, Long>) trace.get("group sightline");
            return committed != null && committed.entrySet().stream().allMatch(c -> c.getValue().equals(trace.get("end of " + c.getKey())));
        });
    }

    private static int fill(RerunBench bench, WorkerRuntime worker) throws Exception {
        for (int i = 0; i < 20; i++) {
            bench.put("shop", "e" + i, i);
        }
        bench.awaitEpoch(worker, "other", bench.put("other", "o0", 30));
        int asked = 0;
        for (int i = 0; i < 70; i++, asked++) {
            ask(bench, "a" + i, i);
        }
        // one is replaced, one goes, one comes, and so on, while requests are worked on
        for (int i = 0; i < 60; i++, asked++) {
            ask(bench, "b" + i, i);
            switch (i % 4) {
                case 0 -> bench.put("shop", "e" + i % 20, 20 + i % 40);
                case 1 -> bench.edit("shop", "e" + (i + 6) % 20, null);
                case 2 -> bench.put(i % 8 == 2 ? "other" : "shop", "n" + i, i % 60);
                default -> bench.edit("shop", "bad" + i, "no picture".getBytes(StandardCharsets.UTF_8));
            }
        }
        bench.awaitEpoch(worker, "shop", bench.put("shop", "last", 59));
        for (int i = 0; i < 70; i++, asked++) {
            ask(bench, "c" + i, i);
        }
        bench.ask("garbage", "no picture".getBytes(StandardCharsets.UTF_8));
        bench.ask("empty", new byte[0]);
        bench.ask("torn", java.util.Arrays.copyOf(Product.scene(0), 2000));
        bench.ask("not avro", new byte[] {0, 0, 0, 0, 1, 9, 9});
        bench.ask("bare", Product.scene(3));
        bench.ask("nowhere", 0, request -> request.setGallery("nowhere"));
        bench.ask("no pipeline", 0, request -> request.setPipeline("none"));
        bench.ask("many", 0, request -> request.setTopK(100_000));
        bench.ask("late", 0, request -> request.setDeadlineMs(Instant.now().minusSeconds(60)));
        return asked + 9;
    }

    private static void ask(RerunBench bench, String id, int i) {
        bench.ask(id, i % SCENES, request -> switch (i % 7) {
            case 0 -> request.setTopK(3).setScoreThreshold(-1.0);
            case 1 -> request.setGalleries(List.of("other", "shop")).setScoreThreshold(0.2);
            case 2 -> request.setGallery("other").setScoreThreshold(-1.0).setTopK(10);
            case 3 -> request.setBox(List.of()).setScoreThreshold(-1.0);
            case 4 -> request.setDeadlineMs(Instant.now().plusSeconds(600)).setScoreThreshold(0.0).setAttributes(Map.of("shelf", "" + i));
            default -> request;
        });
    }

    /** Each says which run it is of and where the original is. */
    private static void headers(RerunBench bench, String out) {
        String run = out.substring("run=".length(), out.indexOf(' '));
        Map<String, RecognitionResult> originals = bench.records(RESULTS).stream().collect(Collectors.toMap(r -> r.partition() + "@" + r.offset(), r -> bench.decode(r)));
        for (ConsumerRecord<byte[], byte[]> record : bench.records("again")) {
            assertThat(RecordHeaders.text(record.headers(), RecordHeaders.RERUN)).contains(run);
            String original = RecordHeaders.text(record.headers(), RecordHeaders.ORIGINAL_PARTITION).orElseThrow() + "@" + RecordHeaders.text(record.headers(), RecordHeaders.ORIGINAL_OFFSET).orElseThrow();
            assertThat(originals.get(original).getRequestId()).isEqualTo(new String(record.key(), StandardCharsets.UTF_8));
        }
    }
}
