package io.sightline.app.bench;

import io.sightline.app.broker.BrokerSettings;
import io.sightline.app.broker.EmbeddedBroker;
import io.sightline.app.config.SightlineConfig;
import io.sightline.app.demo.DemoGallery;
import io.sightline.app.run.WorkerRuntime;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Pictures a second from topic to topic, against {@link BareLoop}, alternately in one run: same stages, same pictures, as many threads in
 * the bare loop as each stage has lanes. Broker, worker and load share this machine and this JVM.
 */
public final class ThroughputBench {
    /**
     * @param threads of the bare loop, lanes of each stage
     * @param bare images a second
     * @param pipeline images a second
     * @param ratios pipeline to bare, round by round
     * @param cpuRatios processor time of the bare loop to that of the pipeline, its load and its broker; no other process shows in it
     */
    public record Result(int threads, int images, List<Double> bare, List<Double> pipeline, List<Double> ratios, List<Double> cpuRatios, long residentBytes) {
        public double ratio() {
            return Statistics.median(ratios);
        }

        public double bareRate() {
            return Statistics.median(bare);
        }

        public double pipelineRate() {
            return Statistics.median(pipeline);
        }

        public double cpuRatio() {
            return Statistics.median(cpuRatios);
        }
    }

    private record Cost(double seconds, double cpuSeconds) {
        interface Job {
            double run() throws Exception;
        }

        static Cost of(Job job) throws Exception {
            double before = Statistics.cpuSeconds();
            double seconds = job.run();
            return new Cost(seconds, Statistics.cpuSeconds() - before);
        }
    }

    /** The JIT compiler is busy for some seconds of work. */
    private static final int WARM_UP_ROUNDS = 3;

    private final SightlineConfig config;
    private final Path pictures;
    private final int images;
    private final int rounds;
    private final PrintWriter screen;

    public ThroughputBench(SightlineConfig config, Path pictures, int images, int rounds, PrintWriter screen) {
        this.config = config;
        this.pictures = pictures;
        this.images = images;
        this.rounds = rounds;
        this.screen = screen;
    }

    public Result run() throws Exception {
        int threads = config.stages().detect().lanesOr(Runtime.getRuntime().availableProcessors());
        List<byte[]> scenes = DemoGallery.scenes(pictures);
        Path folder = Files.createTempDirectory("sightline-bench");
        try (EmbeddedBroker broker = EmbeddedBroker.start(new BrokerSettings(0, folder.resolve("kafka"), Map.of()))) {
            SightlineConfig local = config.withBootstrapServers(broker.bootstrapServers()).withEmbeddedRegistry();
            List<Throwable> failures = new ArrayList<>();
            try (WorkerRuntime worker = WorkerRuntime.start(local, failures::add); TopicLoad load = new TopicLoad(local, worker.topics())) {
                new DemoGallery(local, worker.topics()).load(pictures, worker.index());
                BareLoop bare = BareLoop.of(local, worker);
                screen.printf(Locale.ROOT, "%d images a round, %d rounds, %d threads; warming up%n", images, rounds, threads);
                screen.flush();
                for (int i = 0; i < WARM_UP_ROUNDS; i++) {
                    bare.run(scenes, images, threads);
                    load.run(scenes, images);
                }
                List<Double> bareRates = new ArrayList<>();
                List<Double> pipelineRates = new ArrayList<>();
                List<Double> ratios = new ArrayList<>();
                List<Double> cpuRatios = new ArrayList<>();
                for (int round = 0; round < rounds; round++) {
                    // Pipeline, loop, pipeline: a drift of the machine hits both.
                    Cost first = Cost.of(() -> load.run(scenes, images));
                    Cost loop = Cost.of(() -> bare.run(scenes, images, threads));
                    Cost second = Cost.of(() -> load.run(scenes, images));
                    double pipelineSeconds = (first.seconds() + second.seconds()) / 2;
                    double pipelineCpu = (first.cpuSeconds() + second.cpuSeconds()) / 2;
                    bareRates.add(images / loop.seconds());
                    pipelineRates.add(images / pipelineSeconds);
                    ratios.add(loop.seconds() / pipelineSeconds);
                    cpuRatios.add(loop.cpuSeconds() / pipelineCpu);
                    screen.printf(Locale.ROOT, "round %d: bare loop %.1f images/s, topic to topic %.1f images/s, ratio %.3f; processor ms an image %.2f and %.2f, ratio %.3f%n", round + 1,
                            images / loop.seconds(), images / pipelineSeconds, loop.seconds() / pipelineSeconds, 1000 * loop.cpuSeconds() / images, 1000 * pipelineCpu / images, loop.cpuSeconds() / pipelineCpu);
                    screen.flush();
                }
                if (!failures.isEmpty()) {
                    throw new IllegalStateException("the worker failed", failures.get(0));
                }
                return new Result(threads, images, bareRates, pipelineRates, ratios, cpuRatios, Statistics.residentBytes());
            }
        } finally {
            DeleteFolder.delete(folder);
        }
    }
}
