package io.sightline.app.bench;

import io.sightline.app.broker.BrokerSettings;
import io.sightline.app.broker.EmbeddedBroker;
import io.sightline.app.config.SightlineConfig;
import io.sightline.app.demo.DemoGallery;
import io.sightline.app.run.WorkerRuntime;
import io.sightline.connectors.client.RecognitionOptions;
import io.sightline.connectors.dataset.Dataset;
import io.sightline.connectors.dataset.DatasetOptions;
import io.sightline.connectors.replay.Replay;
import io.sightline.connectors.replay.ReplayListener;
import io.sightline.connectors.replay.ReplayReport;
import io.sightline.connectors.replay.ReplaySettings;
import io.sightline.connectors.results.ResultFormat;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Pictures a second of a replay, from files to a file of results, against the same pictures sent from memory from topic to topic
 * ({@link TopicLoad}, the load of {@code bench throughput}), alternately in one run.
 */
public final class ReplayBench {
    private static final int WARM_UP_ROUNDS = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /**
     * @param topics images a second from topic to topic
     * @param replay images a second of the replay
     * @param ratios replay to topics, round by round
     */
    public record Result(int images, List<Double> topics, List<Double> replay, List<Double> ratios) {
        public double ratio() {
            return Statistics.median(ratios);
        }

        public double topicRate() {
            return Statistics.median(topics);
        }

        public double replayRate() {
            return Statistics.median(replay);
        }
    }

    private final SightlineConfig config;
    private final Path pictures;
    private final int images;
    private final int rounds;
    private final int concurrency;
    private final PrintWriter screen;
    private int runs;

    public ReplayBench(SightlineConfig config, Path pictures, int images, int rounds, int concurrency, PrintWriter screen) {
        this.config = config;
        this.pictures = pictures;
        this.images = images;
        this.rounds = rounds;
        this.concurrency = concurrency;
        this.screen = screen;
    }

    public Result run() throws Exception {
        List<byte[]> scenes = DemoGallery.scenes(pictures);
        Path folder = Files.createTempDirectory("sightline-bench");
        try (EmbeddedBroker broker = EmbeddedBroker.start(new BrokerSettings(0, folder.resolve("kafka"), Map.of()))) {
            SightlineConfig local = config.withBootstrapServers(broker.bootstrapServers()).withEmbeddedRegistry();
            List<Throwable> failures = new ArrayList<>();
            Path list = list(folder.resolve("list.csv"));
            try (WorkerRuntime worker = WorkerRuntime.start(local, failures::add); TopicLoad load = new TopicLoad(local, worker.topics());
                    Dataset dataset = Dataset.open(List.of(list), DatasetOptions.DEFAULTS)) {
                new DemoGallery(local, worker.topics()).load(pictures, worker.index());
                screen.printf(Locale.ROOT, "%d images a round, %d rounds, %d under way at a time; warming up%n", images, rounds, concurrency);
                screen.flush();
                for (int i = 0; i < WARM_UP_ROUNDS; i++) {
                    load.run(scenes, images);
                    replay(local, worker, dataset, folder);
                }
                List<Double> topicRates = new ArrayList<>();
                List<Double> replayRates = new ArrayList<>();
                List<Double> ratios = new ArrayList<>();
                for (int round = 0; round < rounds; round++) {
                    // One between two of the other: a drift of the machine hits both.
                    double before = load.run(scenes, images);
                    double replayed = replay(local, worker, dataset, folder);
                    double topics = (before + load.run(scenes, images)) / 2;
                    topicRates.add(images / topics);
                    replayRates.add(images / replayed);
                    ratios.add(topics / replayed);
                    screen.printf(Locale.ROOT, "round %d: topic to topic %.1f images/s, replay %.1f images/s, ratio %.3f%n", round + 1, images / topics, images / replayed, topics / replayed);
                    screen.flush();
                }
                if (!failures.isEmpty()) {
                    throw new IllegalStateException("the worker failed", failures.get(0));
                }
                return new Result(images, topicRates, replayRates, ratios);
            }
        } finally {
            DeleteFolder.delete(folder);
        }
    }

    /** The scenes in turn, as the load takes them. */
    private Path list(Path file) throws IOException {
        List<Path> scenes;
        try (var files = Files.list(pictures.resolve("scenes"))) {
            scenes = files.filter(path -> path.toString().endsWith(".jpg")).sorted().toList();
        }
        StringBuilder list = new StringBuilder("path\n");
        for (int i = 0; i < images; i++) {
            list.append(scenes.get(i % scenes.size()).toAbsolutePath()).append('\n');
        }
        return Files.writeString(file, list);
    }

    /** @return seconds from the first request to the last result */
    private double replay(SightlineConfig local, WorkerRuntime worker, Dataset dataset, Path folder) throws InterruptedException {
        ReplaySettings settings = new ReplaySettings(local.kafka(), new RecognitionOptions(null, DemoGallery.NAME, null, null, null, null, null), folder.resolve("replay-" + runs++ + ".jsonl"),
                ResultFormat.JSONL, false, concurrency, OptionalDouble.empty(), OptionalInt.empty(), OptionalLong.empty(), Optional.empty(), PATIENCE, false);
        ReplayReport report = new Replay(settings, worker.topics(), EmbeddedRegistry.INSTANCE, dataset, new Quiet()).run();
        if (report.recognised() != images) {
            throw new IllegalStateException("replay: " + report.recognised() + " of " + images + " recognised: " + report.errors());
        }
        return report.run().seconds();
    }

    private static final class Quiet implements ReplayListener {
        @Override
        public void begun(String name, int total, int done) {
            // measured alone
        }

        @Override
        public void progressed(int done) {
            // measured alone
        }

        @Override
        public void unreadable(String path, String problem) {
            throw new IllegalStateException(path + ": " + problem);
        }
    }
}
