package io.sightline.app.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sightline.app.broker.BrokerSettings;
import io.sightline.app.broker.EmbeddedBroker;
import io.sightline.app.config.SightlineConfig;
import io.sightline.app.demo.DemoGallery;
import io.sightline.app.run.BridgeRuntime;
import io.sightline.app.run.WorkerRuntime;
import io.sightline.connectors.client.RecognitionAnswer;
import io.sightline.connectors.client.RecognitionClient;
import io.sightline.connectors.client.RecognitionOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What HTTP, Kafka and the queues add to the stages: one caller sends a picture over HTTP and waits for its answer, then the same picture
 * goes through the same stages in a bare call on one thread, in turns. Broker, worker, bridge and caller share this machine and this JVM.
 */
public final class LatencyBench {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /**
     * Milliseconds, one number a picture.
     *
     * @param http from the call to its answer
     * @param bare of the same picture in the bare stages
     * @param worker of which in the worker, from the record it has read to the result it publishes: timings_ms.total
     */
    public record Result(List<Double> http, List<Double> bare, List<Double> worker) {
        /** What came on top of the bare stages, picture by picture. */
        public List<Double> added() {
            List<Double> added = new ArrayList<>();
            for (int i = 0; i < http.size(); i++) {
                added.add(http.get(i) - bare.get(i));
            }
            return added;
        }
    }

    private final SightlineConfig config;
    private final Path pictures;
    private final int warmUp;
    private final int calls;

    /**
     * @param warmUp calls before those that are measured
     * @param calls measured
     */
    public LatencyBench(SightlineConfig config, Path pictures, int warmUp, int calls) {
        this.config = config;
        this.pictures = pictures;
        this.warmUp = warmUp;
        this.calls = calls;
    }

    public Result run() throws Exception {
        List<byte[]> scenes = DemoGallery.scenes(pictures);
        Path folder = Files.createTempDirectory("sightline-bench");
        try (EmbeddedBroker broker = EmbeddedBroker.start(new BrokerSettings(0, folder.resolve("kafka"), Map.of()))) {
            SightlineConfig local = config.withBootstrapServers(broker.bootstrapServers());
            List<Throwable> failures = new ArrayList<>();
            try (WorkerRuntime worker = WorkerRuntime.start(local, failures::add); BridgeRuntime bridge = BridgeRuntime.start(local, worker.local(), Map.of());
                    BareLoop.Serial bare = BareLoop.of(local, worker).serial()) {
                worker.withdrawals().ask(bridge.replies()::isWithdrawn);
                new DemoGallery(local, worker.topics()).load(pictures, worker.index());
                if (!bridge.replies().awaitReady(PATIENCE)) {
                    throw new IllegalStateException("the bridge is not ready: " + bridge.replies().trouble().orElse("?"));
                }
                Result result = measure(scenes, new RecognitionClient(bridge.url(), PATIENCE), bare);
                if (!failures.isEmpty()) {
                    throw new IllegalStateException("the worker failed", failures.get(0));
                }
                return result;
            }
        } finally {
            DeleteFolder.delete(folder);
        }
    }

    private Result measure(List<byte[]> scenes, RecognitionClient client, BareLoop.Serial stages) throws Exception {
        Result result = new Result(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        RecognitionOptions options = new RecognitionOptions(null, DemoGallery.NAME, null, null, null, null, null);
        for (int i = -warmUp; i < calls; i++) {
            byte[] picture = scenes.get(Math.floorMod(i, scenes.size()));
            long start = System.nanoTime();
            RecognitionAnswer answer = client.recognize(picture, options);
            long answered = System.nanoTime();
            if (!answer.recognised()) {
                throw new IllegalStateException("a benchmark picture was not recognised: " + answer.json());
            }
            long bareStart = System.nanoTime();
            stages.recognise(picture);
            long bareEnd = System.nanoTime();
            if (i >= 0) {
                result.http().add((answered - start) / 1e6);
                result.bare().add((bareEnd - bareStart) / 1e6);
                result.worker().add(JSON.readTree(answer.json()).path("timings_ms").path("total").asDouble());
            }
        }
        return result;
    }
}
