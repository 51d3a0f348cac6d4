package io.sightline.app.demo;

import io.sightline.app.broker.BrokerSettings;
import io.sightline.app.broker.EmbeddedBroker;
import io.sightline.app.config.SightlineConfig;
import io.sightline.app.config.TracerSection;
import io.sightline.app.demo.DemoPictures.Scene;
import io.sightline.app.run.WorkerRuntime;
import io.sightline.connectors.reply.ReplySettings;
import io.sightline.connectors.reply.RequestReply;
import io.sightline.connectors.results.ResultJson;
import io.sightline.processors.tracer.PipelineTracerText;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ProgressBar;

/**
 * The main job on the demo's pictures, all of it real: an embedded broker, the gallery through the gallery topic, the scenes through the
 * requests topic. Prints what was found and how right it was.
 */
public final class Demo {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final SightlineConfig config;
    private final DemoPictures pictures;
    private final Path out;
    private final PrintWriter screen;

    /**
     * @param pictures folder of the pictures
     * @param out folder for what the demo leaves behind
     */
    public Demo(SightlineConfig config, Path pictures, Path out, PrintWriter screen) throws IOException {
        this.config = config;
        this.pictures = DemoPictures.read(pictures);
        this.out = out;
        this.screen = screen;
    }

    /** @return the sums; the last line printed is the one for programs */
    public DemoScore run() throws Exception {
        long start = System.nanoTime();
        WorkerRuntime.preload();
        Files.createDirectories(out.resolve("annotated"));
        try (EmbeddedBroker broker = EmbeddedBroker.start(new BrokerSettings(0, out.resolve("kafka"), Map.of()))) {
            // The one window is taken and shown below, whole.
            SightlineConfig local = config.withBootstrapServers(broker.bootstrapServers()).withEmbeddedRegistry().withTracerInterval(TracerSection.MAX_INTERVAL_S);
            List<Throwable> failures = new ArrayList<>();
            try (WorkerRuntime worker = WorkerRuntime.start(local, failures::add);
                    RequestReply replies = RequestReply.start(new ReplySettings(local.kafka(), pictures.scenes().size(), PATIENCE.toMillis()), worker.topics(), EmbeddedRegistry.INSTANCE)) {
                new DemoGallery(local, worker.topics()).load(pictures, worker.index());
                worker.tracer().window(); // the block below is about the scenes alone
                if (!replies.awaitReady(PATIENCE)) {
                    throw new IllegalStateException("results: not readable after " + PATIENCE.toSeconds() + " s: " + replies.trouble().orElse("?"));
                }
                DemoScore score = recognise(replies);
                report(score, worker);
                double seconds = (System.nanoTime() - start) / 1e9;
                screen.printf(Locale.ROOT, "demo: scenes=%d products=%d found=%d labelled=%d seconds=%.1f%n", pictures.scenes().size(), score.products(), score.found(), score.labelled(), seconds);
                screen.flush();
                return score;
            }
        }
    }

    private DemoScore recognise(RequestReply replies) throws Exception {
        List<CompletableFuture<RecognitionResult>> answers = new ArrayList<>();
        for (Scene scene : pictures.scenes()) {
            RecognitionRequest request = RecognitionRequest.newBuilder().setRequestId(scene.file()).setImage(ByteBuffer.wrap(pictures.bytes(scene))).setGallery(DemoGallery.NAME).build();
            answers.add(replies.call(request, PATIENCE));
        }
        DemoScore sum = DemoScore.NONE;
        List<String> lines = new ArrayList<>();
        try (BufferedWriter results = Files.newBufferedWriter(out.resolve("results.jsonl")); ProgressBar bar = Progress.bar("scenes", answers.size())) {
            for (int i = 0; i < answers.size(); i++) {
                Scene scene = pictures.scenes().get(i);
                RecognitionResult result = answers.get(i).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                if (result.getStatus() != RecognitionStatus.RECOGNISED) {
                    throw new IllegalStateException(scene.file() + ": " + result.getStatus() + " " + result.getErrNo() + " " + result.getErrMsg());
                }
                DemoScore score = DemoScore.of(scene.objects(), result.getDetections());
                sum = sum.plus(score);
                lines.add(DemoLine.of(scene.file(), score, result));
                results.write(ResultJson.toLine(result));
                results.newLine();
                AnnotatedPicture.write(pictures.bytes(scene), result.getDetections(), out.resolve("annotated").resolve(scene.file().replace(".jpg", ".png")));
                bar.step();
            }
        }
        lines.forEach(screen::println);
        return sum;
    }

    private void report(DemoScore score, WorkerRuntime worker) {
        screen.println();
        screen.printf(Locale.ROOT, "A match needs a cosine of %.2f, the pipeline's default.%n",
                worker.defaultRules().matchThreshold());
        screen.printf(Locale.ROOT, "%d products to be seen (at least half visible, 40 pixels): %d found (%.0f %%), %d of these labelled right (%.0f %%), %d wrong, %d not labelled%n",
                score.products(), score.found(), 100.0 * score.found() / score.products(), score.labelled(), 100.0 * score.labelled() / Math.max(1, score.found()),
                score.mislabelled(), score.found() - score.labelled() - score.mislabelled());
        screen.println();
        screen.print(new PipelineTracerText(ZoneId.systemDefault(), 1).block(worker.tracer().window()));
        screen.println();
        screen.println("annotated pictures: " + out.resolve("annotated"));
        screen.println("results:            " + out.resolve("results.jsonl"));
        screen.println("the broker's data:  " + out.resolve("kafka"));
    }
}
