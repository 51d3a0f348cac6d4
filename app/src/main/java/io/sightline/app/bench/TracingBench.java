package io.sightline.app.bench;

import io.sightline.app.broker.BrokerSettings;
import io.sightline.app.broker.EmbeddedBroker;
import io.sightline.app.config.SightlineConfig;
import io.sightline.app.config.TracerSection;
import io.sightline.app.demo.DemoGallery;
import io.sightline.app.metrics.Metrics;
import io.sightline.app.run.WorkerRuntime;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * What the tracer costs: the same worker with it and without it, alternately in one run. With it everything is counted, and every second windows are
 * published and metrics scraped, more often than anybody does; without it nothing of that is done. Times of single requests, which are part
 * of their results, are taken in both.
 */
public final class TracingBench {
    /** @param ratios throughput with tracing to that without, round by round; cpuRatios the same for processor time, without to with */
    public record Result(int images, List<Double> with, List<Double> without, List<Double> ratios, List<Double> cpuRatios, double windowMs, double scrapeMs) {
    }

    private record Cost(double seconds, double cpuSeconds) {
    }

    private static final int WARM_UP_ROUNDS = 3;
    private static final int CALLS = 50;

    private final SightlineConfig config;
    private final Path pictures;
    private final int images;
    private final int rounds;
    private final PrintWriter screen;

    public TracingBench(SightlineConfig config, Path pictures, int images, int rounds, PrintWriter screen) {
        this.config = config;
        this.pictures = pictures;
        this.images = images;
        this.rounds = rounds;
        this.screen = screen;
    }

    public Result run() throws Exception {
        List<byte[]> scenes = DemoGallery.scenes(pictures);
        Path folder = Files.createTempDirectory("sightline-bench");
        try (EmbeddedBroker broker = EmbeddedBroker.start(new BrokerSettings(0, folder.resolve("kafka"), Map.of()))) {
            SightlineConfig local = config.withBootstrapServers(broker.bootstrapServers()).withEmbeddedRegistry().withTracerInterval(TracerSection.MAX_INTERVAL_S);
            List<Throwable> failures = new ArrayList<>();
            try (WorkerRuntime worker = WorkerRuntime.start(local, failures::add); TopicLoad load = new TopicLoad(local, worker.topics())) {
                new DemoGallery(local, worker.topics()).load(pictures, worker.index());
                Metrics metrics = new Metrics("bench");
                metrics.add(worker.metrics());
                screen.printf(Locale.ROOT, "%d images a round, %d rounds; warming up%n", images, rounds);
                screen.flush();
                for (int i = 0; i < WARM_UP_ROUNDS; i++) {
                    load.run(scenes, images);
                }
                Result result = measure(worker, metrics, load, scenes);
                if (!failures.isEmpty()) {
                    throw new IllegalStateException("the worker failed", failures.get(0));
                }
                return result;
            }
        } finally {
            DeleteFolder.delete(folder);
        }
    }

    private Result measure(WorkerRuntime worker, Metrics metrics, TopicLoad load, List<byte[]> scenes) throws Exception {
        List<Double> withRates = new ArrayList<>();
        List<Double> withoutRates = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        List<Double> cpuRatios = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            // With, without, without, with: a drift of the machine hits both.
            Cost first = traced(worker, metrics, load, scenes);
            Cost second = untraced(worker, load, scenes);
            Cost third = untraced(worker, load, scenes);
            Cost fourth = traced(worker, metrics, load, scenes);
            double with = first.seconds() + fourth.seconds();
            double without = second.seconds() + third.seconds();
            double withCpu = first.cpuSeconds() + fourth.cpuSeconds();
            double withoutCpu = second.cpuSeconds() + third.cpuSeconds();
            withRates.add(2 * images / with);
            withoutRates.add(2 * images / without);
            ratios.add(without / with);
            cpuRatios.add(withoutCpu / withCpu);
            screen.printf(Locale.ROOT, "round %d: with %.1f images/s, without %.1f, ratio %.3f; processor ms an image %.2f and %.2f, ratio %.3f%n", round + 1, 2 * images / with, 2 * images / without,
                    without / with, 500 * withCpu / images, 500 * withoutCpu / images, withoutCpu / withCpu);
            screen.flush();
        }
        return new Result(images, withRates, withoutRates, ratios, cpuRatios, meanMs(() -> worker.reporter().report()), meanMs(() -> metrics.write(null)));
    }

    private Cost traced(WorkerRuntime worker, Metrics metrics, TopicLoad load, List<byte[]> scenes) throws Exception {
        worker.tracer().counting(true);
        ScheduledExecutorService every = Executors.newSingleThreadScheduledExecutor();
        try {
            every.scheduleAtFixedRate(() -> {
                worker.reporter().report();
                metrics.write(null);
            }, 0, 1, TimeUnit.SECONDS);
            return cost(load, scenes);
        } finally {
            every.shutdown();
            every.awaitTermination(1, TimeUnit.MINUTES);
        }
    }

    private Cost untraced(WorkerRuntime worker, TopicLoad load, List<byte[]> scenes) throws Exception {
        worker.tracer().counting(false);
        return cost(load, scenes);
    }

    private Cost cost(TopicLoad load, List<byte[]> scenes) throws Exception {
        double before = Statistics.cpuSeconds();
        double seconds = load.run(scenes, images);
        return new Cost(seconds, Statistics.cpuSeconds() - before);
    }

    /** Processor time of the one thread that does it. */
    private static double meanMs(Runnable call) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadCpuTime();
        for (int i = 0; i < CALLS; i++) {
            call.run();
        }
        return (threads.getCurrentThreadCpuTime() - before) / 1e6 / CALLS;
    }
}
