package io.sightline.app.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sightline.app.config.SightlineConfig;
import io.sightline.app.demo.DemoGallery;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What HTTP, Kafka and the queues add to the stages: one caller sends a picture over HTTP and waits for its answer, then the same picture
 * goes through the same stages in a bare call on one thread, in turns. Broker, worker, bridge and caller share this machine and this JVM.
 */
public final class LatencyBench {
    private static final JsonMapper JSON = new JsonMapper();

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
        try (BenchedService service = BenchedService.start(config, pictures); BareLoop.Serial bare = BareLoop.of(service.config(), service.worker()).serial();
                PlainCaller caller = new PlainCaller(service.port())) {
            Result result = measure(scenes, caller, bare);
            service.requireHealthy();
            return result;
        }
    }

    private Result measure(List<byte[]> scenes, PlainCaller caller, BareLoop.Serial stages) throws Exception {
        Result result = new Result(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (int i = -warmUp; i < calls; i++) {
            byte[] picture = scenes.get(Math.floorMod(i, scenes.size()));
            long start = System.nanoTime();
            PlainCaller.Answer answer = caller.post("/v1/recognitions?gallery=" + DemoGallery.NAME, picture);
            long answered = System.nanoTime();
            if (answer.status() != 200) {
                throw new IllegalStateException("a benchmark picture was not recognised: " + answer.body());
            }
            long bareStart = System.nanoTime();
            stages.recognise(picture);
            long bareEnd = System.nanoTime();
            if (i >= 0) {
                result.http().add((answered - start) / 1e6);
                result.bare().add((bareEnd - bareStart) / 1e6);
                result.worker().add(JSON.readTree(answer.body()).path("timings_ms").path("total").asDouble());
            }
        }
        return result;
    }
}
