package io.sightline.app.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sightline.app.run.WorkerRuntime;
import io.sightline.schemas.GalleryEntry;
import io.sightline.schemas.Match;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.topics.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Requests of the past run with something else than they had, or not run at all, and why. */
@Timeout(600)
class RerunOtherLineageIT {
    private static final String RESULTS = RerunBench.TOPICS.name(Topic.RESULTS);
    private static final String FROM = "-1h";

    @TempDir
    private Path folder;

    @Test
    void shouldRunWithOtherModelsAndGalleriesAndSayWhatItCannot() throws Exception {
        copy("models", "detector", "2", "2");
        copy("models", "embedder", "3", "3");
        copy("models", "embedder", "3", "900"); // the same network under another name
        copy("others", "detector", "2", "2");
        copy("others", "embedder", "3", "900");
        Map<String, String> keys = Map.of("pipelines.recognition.gallery", "g", "pipelines.recognition.embedder", "embedder@3", "models.folder", folder.resolve("models").toString());
        try (RerunBench bench = new RerunBench(folder, keys)) {
            long two;
            try (WorkerRuntime worker = bench.worker()) {
                // given requests before, while and after the gallery has an entry without a picture
                bench.put("g", "a", 0);
                two = bench.put("g", "b", 1);
                bench.awaitEpoch(worker, "g", two);
                ask(bench, "first");
                bench.awaitResults(4);
                bench.awaitEpoch(worker, "g", bench.put("g", "v", vector(worker)));
                ask(bench, "second");
                bench.awaitResults(8);
                bench.edit("g", "v", null);
                bench.awaitEpoch(worker, "g", bench.put("g", "c", 2));
                ask(bench, "third");
                bench.awaitResults(12);
            }
            Map<String, RecognitionResult> first = bench.results(RESULTS);

            // another embedder: the gallery is embedded anew, but for what has only a vector
            CommandLineRun embedder = bench.rerun("--from", FROM, "--model", "embed=embedder@900", "--output-topic", "embedder");
            assertThat(embedder.status()).isEqualTo(1);
            assertThat(embedder.out()).contains("requests=12 run=8 equal=8 different=0 failed_before=0 equal_lineage=0 left_out=4 ")
                    .containsPattern("left out, gallery: 4, first gallery 'g' at epoch 3: 1 entries can't be had with sightline-embedder@900#[0-9a-f]{12}, first 'v': vector_model: ");
            assertThat(bench.results("embedder").values()).hasSize(8).allSatisfy(result -> {
                assertThat(result.getLineage().getModels().get("embed")).startsWith("sightline-embedder@900#");
                assertThat(result.getDetections()).isEqualTo(first.get(result.getRequestId()).getDetections());
            });

            // another state of the gallery, for all
            CommandLineRun then = bench.rerun("--from", FROM, "--gallery", "g@" + two, "--output-topic", "then");
            assertThat(then.status()).isZero();
            assertThat(then.out()).contains("run=12 ").contains(" equal_lineage=4 ");
            assertThat(bench.results("then").values()).allSatisfy(result -> {
                assertThat(result.getLineage().getGalleries()).isEqualTo(Map.of("g", two));
                assertThat(ids(result)).containsExactlyInAnyOrder("a", "b");
            });
            CommandLineRun latest = bench.rerun("--from", FROM, "--gallery", "g@latest", "--output-topic", "latest");
            assertThat(latest.status()).isZero();
            assertThat(bench.results("latest").values()).allSatisfy(result -> assertThat(ids(result)).containsExactlyInAnyOrder("a", "b", "c"));

            // a model that is not there any more
            CommandLineRun absent = bench.rerun("--from", FROM, "--set", "pipelines.recognition.embedder=embedder@900", "--set", "models.folder=" + folder.resolve("others"),
                    "--allow-settings-change", "--output-topic", "absent");
            assertThat(absent.status()).isEqualTo(1);
            assertThat(absent.out()).contains("requests=12 run=0 ").containsPattern("left out, model: 12, first model of stage embed: sightline-embedder@3#[0-9a-f]{12} \\(expected: one of "
                    + "sightline-detector@2#[0-9a-f]{12}, sightline-embedder@900#[0-9a-f]{12} in .*others; or --model embed=NAME@VERSION\\)");

            // other settings
            CommandLineRun settings = bench.rerun("--from", FROM, "--set", "pipelines.recognition.top_k=1", "--output-topic", "settings");
            assertThat(settings.status()).isEqualTo(1);
            assertThat(settings.out()).contains("run=0 ").containsPattern("left out, settings: 12, first config_hash: [0-9a-f]{12} \\(expected: [0-9a-f]{12}, that of this configuration; ");
            CommandLineRun allowed = bench.rerun("--from", FROM, "--set", "pipelines.recognition.top_k=1", "--allow-settings-change", "--output-topic", "allowed");
            assertThat(allowed.status()).isZero();
            assertThat(bench.results("allowed").values()).hasSize(12).allSatisfy(result -> assertThat(result.getDetections()).allSatisfy(thing -> assertThat(thing.getMatches()).hasSizeLessThan(2)));

            parts(bench, first);
            refused(bench);
        }
    }

    /** Some of them, the rest of them, those without a result, none of them. */
    private void parts(RerunBench bench, Map<String, RecognitionResult> first) throws Exception {
        CommandLineRun some = bench.rerun("--from", FROM, "--limit", "5", "--output-topic", "parts");
        assertThat(some.out()).contains("requests=5 run=5 equal=5 ");
        CommandLineRun rest = bench.rerun("--from", FROM, "--resume", "--output-topic", "parts");
        assertThat(rest.out()).contains("requests=12 run=7 equal=7 ").contains(" run_before=5");
        RerunBench.assertSame(bench.results("parts"), first);

        Path ids = Files.writeString(folder.resolve("ids"), "first 1\n\nthird 2\nunheard of\n");
        CommandLineRun named = bench.rerun("--from", FROM, "--ids", ids.toString(), "--output-topic", "named");
        assertThat(named.status()).isEqualTo(1);
        assertThat(named.out()).contains("requests=2 run=2 equal=2 ").contains(" ids_missing=1");
        assertThat(bench.results("named")).containsOnlyKeys("first 1", "third 2");

        IntStream.range(0, 3).forEach(i -> bench.ask("fourth " + i, i, request -> request.setScoreThreshold(-1.0)));
        bench.flush();
        CommandLineRun unanswered = bench.rerun("--from", FROM, "--output-topic", "unanswered");
        assertThat(unanswered.status()).isEqualTo(1);
        assertThat(unanswered.out()).contains("requests=15 run=12 equal=12 ").contains("left out, no result: 3, first sightline.requests-");
        CommandLineRun answered = bench.rerun("--from", FROM, "--unanswered", "--output-topic", "answered");
        assertThat(answered.status()).isZero();
        assertThat(bench.results("answered")).hasSize(15).containsKey("fourth 2");

        CommandLineRun none = bench.rerun("--from", "1971-01-01", "--to", "1971-01-02", "--output-topic", "none");
        assertThat(none.status()).isZero();
        assertThat(none.out()).contains("requests=0 run=0 equal=0 ");
    }

    private static void refused(RerunBench bench) throws Exception {
        assertRefused(bench.rerun("--from", FROM, "--output-topic", "parts"), 1, "--output-topic: 'parts' is there already (expected: a new one; or --resume, to go on where an earlier run ended)");
        assertRefused(bench.rerun("--from", FROM, "--output-topic", RESULTS), 1, "--output-topic: 'sightline.results', one of the service's own (expected: another name)");
        assertRefused(bench.rerun("--from", FROM, "--output-topic", "no/name"), 1, "--output-topic: 'no/name' can't be made");
        assertRefused(bench.rerun("--from", FROM, "--model", "embed=embedder@7"), 1, "model embedder: version '7' (expected: one of 3, 900 in ");
        assertRefused(bench.rerun("--from", FROM, "--model", "classify=embedder@3"), 1, "--model classify=embedder@3: no pipeline has that stage (expected: a stage of recognition)");
        assertRefused(bench.rerun("--from", FROM, "--gallery", "nowhere@3"), 1, "--gallery: 'nowhere' (expected: one of g)");
        assertRefused(bench.rerun("--from", FROM, "--gallery", "g@1000"), 1, "--gallery: gallery 'g' at epoch 1000: the topic sightline.gallery has had 5 edits (expected: an epoch of this topic, 0..5)");
    }

    private static void assertRefused(CommandLineRun run, int status, String message) {
        assertThat(run.err()).contains("sightline: " + message).doesNotContain("\tat ");
        assertThat(run.status()).isEqualTo(status);
    }

    @Test
    void shouldNeverAnswerFromAGalleryThatWasCompacted() throws Exception {
        try (RerunBench bench = new RerunBench(folder, Map.of("pipelines.recognition.gallery", "g", "topics.gallery_history_ms", "0"))) {
            try (WorkerRuntime worker = bench.worker()) {
                // given topics that are compacted as soon as can be
                compactAtOnce(bench);
                for (int i = 0; i < 6; i++) {
                    bench.put("g", "e" + i, i);
                }
                bench.awaitEpoch(worker, "g", 6);
                ask(bench, "before");
                bench.awaitResults(4);
                // when entries are replaced, and a new one comes, until what was replaced is gone
                await().atMost(RerunBench.LONG).until(() -> {
                    for (int i = 0; i < 6; i++) {
                        bench.put("g", "e" + i, 10 + i);
                    }
                    bench.put("g", "new", 20);
                    return first(bench, Topic.GALLERY) > 6 && first(bench, Topic.GALLERY_VECTORS) > 6;
                });
                bench.awaitEpoch(worker, "g", bench.put("g", "last", 21));
                ask(bench, "after");
                bench.awaitResults(8);
            }
            Map<String, RecognitionResult> first = bench.results(RESULTS);

            CommandLineRun run = bench.rerun("--from", FROM, "--output-topic", "again");

            // then what had the old gallery is left out, and the reason says the way out
            assertThat(run.status()).isEqualTo(1);
            assertThat(run.out()).contains("requests=8 run=4 equal=4 different=0 ").contains("left out, gallery: 4, first gallery 'g' at epoch 6: ").contains("or --gallery g@latest)");
            Map<String, RecognitionResult> after = new HashMap<>(first);
            after.keySet().removeIf(id -> id.startsWith("before"));
            RerunBench.assertSame(bench.results("again"), after);
            // which helps
            CommandLineRun latest = bench.rerun("--from", FROM, "--gallery", "g@latest", "--output-topic", "latest");
            assertThat(latest.status()).isZero();
            assertThat(latest.out()).contains("run=8 ");
        }
    }

    private static void compactAtOnce(RerunBench bench) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bench.servers()))) {
            for (Topic topic : List.of(Topic.GALLERY, Topic.GALLERY_VECTORS)) {
                List<AlterConfigOp> changes = Map.of("segment.ms", "100", "min.cleanable.dirty.ratio", "0.001", "max.compaction.lag.ms", "200").entrySet().stream()
                        .map(change -> new AlterConfigOp(new ConfigEntry(change.getKey(), change.getValue()), AlterConfigOp.OpType.SET)).toList();
                admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, RerunBench.TOPICS.name(topic)), changes)).all().get();
            }
        }
    }

    private static long first(RerunBench bench, Topic topic) {
        return bench.records(RerunBench.TOPICS.name(topic)).get(0).offset();
    }

    private static void ask(RerunBench bench, String name) {
        IntStream.range(0, 4).forEach(i -> bench.ask(name + " " + i, i, request -> request.setScoreThreshold(-1.0)));
    }

    private static List<String> ids(RecognitionResult result) {
        assertThat(result.getDetections()).isNotEmpty();
        return result.getDetections().get(0).getMatches().stream().map(Match::getId).toList();
    }

    private static GalleryEntry.Builder vector(WorkerRuntime worker) {
        List<Float> vector = new ArrayList<>(Collections.nCopies(192, 0f));
        vector.set(0, 1f);
        return GalleryEntry.newBuilder().setVector(vector).setVectorModel(worker.index().stats("g").model());
    }

    /** A shipped model under another version's name. */
    private void copy(String models, String model, String version, String as) throws IOException {
        Path from = Product.HOME.resolve("models").resolve(model).resolve(version);
        Path to = Files.createDirectories(folder.resolve(models).resolve(model).resolve(as));
        Files.copy(from.resolve("model.onnx"), to.resolve("model.onnx"));
        Files.writeString(to.resolve("model.yaml"), Files.readString(from.resolve("model.yaml")).replaceFirst("version: \"\\d+\"", "version: \"" + as + "\""));
    }
}
