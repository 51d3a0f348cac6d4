package io.sightline.app.bench;

import io.sightline.app.broker.BrokerSettings;
import io.sightline.app.broker.EmbeddedBroker;
import io.sightline.app.config.SightlineConfig;
import io.sightline.app.demo.DemoGallery;
import io.sightline.app.run.WorkerRuntime;
import io.sightline.processors.image.ImageDecoder;
import io.sightline.processors.image.PixelBudget;
import io.sightline.processors.recognition.RecognitionModels;
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
    /** @param threads of the bare loop, lanes of each stage */
    public record Result(int threads, int images, List<Double> bare, List<Double> pipeline, List<Double> ratios, long residentBytes) {
        public double ratio() {
            return Statistics.median(ratios);
        }
    }

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
            SightlineConfig local = config.withBootstrapServers(broker.bootstrapServers());
            List<Throwable> failures = new ArrayList<>();
            try (WorkerRuntime worker = WorkerRuntime.start(local, failures::add); TopicLoad load = new TopicLoad(local, worker.topics())) {
                new DemoGallery(local, worker.topics()).load(pictures, worker.index());
                BareLoop bare = bareLoop(local, worker);
                screen.printf(Locale.ROOT, "%d images a round, %d rounds, %d threads; warming up%n", images, rounds, threads);
                screen.flush();
                bare.run(scenes, images, threads);
                load.run(scenes, images);
                List<Double> bareRates = new ArrayList<>();
                List<Double> pipelineRates = new ArrayList<>();
                List<Double> ratios = new ArrayList<>();
                for (int round = 0; round < rounds; round++) {
                    // The order changes so that a drift of the machine hits both.
                    double pipelineSeconds = round % 2 == 0 ? load.run(scenes, images) : 0;
                    double bareSeconds = bare.run(scenes, images, threads);
                    pipelineSeconds = round % 2 == 0 ? pipelineSeconds : load.run(scenes, images);
                    bareRates.add(images / bareSeconds);
                    pipelineRates.add(images / pipelineSeconds);
                    ratios.add(bareSeconds / pipelineSeconds);
                    screen.printf(Locale.ROOT, "round %d: bare loop %.1f images/s, topic to topic %.1f images/s, ratio %.3f%n", round + 1, images / bareSeconds, images / pipelineSeconds, bareSeconds / pipelineSeconds);
                    screen.flush();
                }
                if (!failures.isEmpty()) {
                    throw new IllegalStateException("the worker failed", failures.get(0));
                }
                return new Result(threads, images, bareRates, pipelineRates, ratios, Statistics.residentBytes());
            }
        } finally {
            DeleteFolder.delete(folder);
        }
    }

    private static BareLoop bareLoop(SightlineConfig config, WorkerRuntime worker) {
        RecognitionModels models = RecognitionModels.load(config.recognitionSettings(), config.models().runtime(), config.models().resolvedFolder());
        ImageDecoder decoder = new ImageDecoder(config.limits(), new PixelBudget(config.stages().maxLivePixels(), config.stages().maxPixelsWaitMs()));
        return new BareLoop(models, config.pipelines().get(config.defaultPipeline()), decoder, worker.index(), DemoGallery.NAME, config.stages().embed().maxBatch());
    }
}
