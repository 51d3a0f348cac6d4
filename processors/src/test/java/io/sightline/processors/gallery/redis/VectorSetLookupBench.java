package io.sightline.processors.gallery.redis;

import io.sightline.processors.gallery.GalleryEdit;
import io.sightline.processors.gallery.GalleryIndex;
import io.sightline.processors.gallery.GalleryModel;
import io.sightline.processors.gallery.GalleryModels;
import io.sightline.processors.gallery.GalleryQuery;
import io.sightline.processors.gallery.UnitVectors;
import io.sightline.processors.gallery.redis.testing.RedisProcess;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.Response;

/**
 * Time of a lookup through the index, and of bare Jedis calls, in turn in one run. No test: run with
 * {@code mvn test -pl processors -am -Dtest=VectorSetLookupBench -Dsightline.bench.entries=10000 -Dsurefire.failIfNoSpecifiedTests=false}.
 */
@EnabledIfSystemProperty(named = "sightline.bench.entries", matches = "[0-9]+", disabledReason = "a benchmark")
class VectorSetLookupBench {
    private static final int DIMENSION = 512;
    private static final int LATENT = 24;
    private static final int K = 5;
    private static final int ROUNDS = 9;
    private static final long ROUND_NS = 2_000_000_000L;

    private final Random random = new Random(1);
    private final float[][] mixing = new float[LATENT][DIMENSION];

    private float[] vector() {
        float[] vector = new float[DIMENSION];
        for (float[] row : mixing) {
            float weight = (float) random.nextGaussian();
            for (int i = 0; i < DIMENSION; i++) {
                vector[i] += weight * row[i];
            }
        }
        return UnitVectors.of(vector, DIMENSION);
    }

    @Test
    void measure() throws Exception {
        int entries = Integer.getInteger("sightline.bench.entries");
        for (float[] row : mixing) {
            for (int i = 0; i < DIMENSION; i++) {
                row[i] = (float) random.nextGaussian();
            }
        }
        GalleryModels models = GalleryModels.same(new GalleryModel("bench@1#000000000000", DIMENSION));
        for (VectorSetSettings.Quantisation quantisation : List.of(VectorSetSettings.Quantisation.NONE, VectorSetSettings.Quantisation.Q8)) {
            try (RedisProcess redis = RedisProcess.start()) {
                VectorSetSettings d = VectorSetSettings.DEFAULT;
                RedisSettings settings = RedisTesting.with(redis.settings(), new VectorSetSettings(quantisation, d.m(), d.efConstruction(), d.efSearch(), d.exactUpToEntries()));
                try (GalleryIndex index = RedisIndexes.vectorSets(settings, "bench", models, List.of());
                        RedisClient client = RedisConnections.open(settings, RedisProtocol.RESP3)) {
                    long start = System.nanoTime();
                    for (int from = 0; from < entries; from += 1000) {
                        List<GalleryEdit> some = new ArrayList<>();
                        for (int i = from; i < Math.min(entries, from + 1000); i++) {
                            some.add(new GalleryEdit.Put("g", "id" + i, i + 1, i, "label " + i, "{\"price\":" + i + "}", vector()));
                        }
                        index.apply(some);
                    }
                    System.out.printf("%s, %d entries of %d: loaded at %.0f a second, %d bytes by the server's own count%n", quantisation, entries, DIMENSION,
                            entries * 1e9 / (System.nanoTime() - start), index.stats("g").memoryBytes());
                    GalleryKeys keys = GalleryKeys.of(settings.keyPrefix(), "bench", "g", models.of("g").id(), new VectorSetStorage(settings).way());
                    List<float[]> queries = new ArrayList<>();
                    for (int i = 0; i < 500; i++) {
                        queries.add(vector());
                    }
                    boolean exact = entries <= d.exactUpToEntries();
                    int count = K + 4;
                    for (int threads : new int[] {1, 4}) {
                        compare(threads, queries, vector -> index.search(new GalleryQuery("g", List.of(vector), K, -1)),
                                vector -> same(client, settings, keys, vector, count, exact), vector -> least(client, settings, keys, vector, exact));
                    }
                }
            }
        }
    }

    /** In turn, one lookup each, so that whatever else the machine does hits all alike; median times of a lookup, median ratio of the rounds. */
    private static void compare(int threads, List<float[]> queries, Consumer<float[]> ours, Consumer<float[]> same, Consumer<float[]> least) throws Exception {
        List<Consumer<float[]>> kinds = List.of(ours, same, least);
        medians(threads, queries, kinds);
        double[] times = new double[ROUNDS];
        double[] ratios = new double[ROUNDS];
        double[] leastRatios = new double[ROUNDS];
        for (int r = 0; r < ROUNDS; r++) {
            double[] medians = medians(threads, queries, kinds);
            times[r] = medians[0];
            ratios[r] = medians[1] / medians[0];
            leastRatios[r] = medians[2] / medians[0];
        }
        Arrays.sort(times);
        Arrays.sort(ratios);
        Arrays.sort(leastRatios);
        System.out.printf("  %d threads: %.2f ms a lookup; rate against bare Jedis with the same commands %.3f (%.3f to %.3f), against VSIM and VGETATTR alone %.3f (%.3f to %.3f)%n",
                threads, times[ROUNDS / 2] / 1e6, ratios[ROUNDS / 2], ratios[0], ratios[ROUNDS - 1], leastRatios[ROUNDS / 2], leastRatios[0], leastRatios[ROUNDS - 1]);
    }

    private static double[] medians(int threads, List<float[]> queries, List<Consumer<float[]>> kinds) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        long end = System.nanoTime() + ROUND_NS;
        List<Future<List<long[]>>> done = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            int first = t * 37;
            done.add(pool.submit(() -> {
                List<long[]> times = new ArrayList<>();
                for (int n = 0; System.nanoTime() < end; n++) {
                    long[] turn = new long[kinds.size()];
                    for (int k = 0; k < turn.length; k++) {
                        // Each kind is first, second and third equally often.
                        int kind = (k + n) % turn.length;
                        long start = System.nanoTime();
                        kinds.get(kind).accept(queries.get((first + n) % queries.size()));
                        turn[kind] = System.nanoTime() - start;
                    }
                    times.add(turn);
                }
                return times;
            }));
        }
        List<long[]> all = new ArrayList<>();
        for (Future<List<long[]>> some : done) {
            all.addAll(some.get());
        }
        pool.shutdown();
        double[] medians = new double[kinds.size()];
        for (int k = 0; k < medians.length; k++) {
            int kind = k;
            medians[k] = all.stream().mapToLong(turn -> turn[kind]).sorted().skip(all.size() / 2).findFirst().orElseThrow();
        }
        return medians;
    }

    private static List<byte[]> arguments(RedisSettings settings, float[] vector, int count) {
        return new VectorSetCommands(settings).arguments(new GalleryQuery("g", List.of(vector), K, -1), count).get(0);
    }

    /** What the index sends, and no more done with the answers than to take them. */
    private static void same(RedisClient client, RedisSettings settings, GalleryKeys keys, float[] vector, int count, boolean exact) {
        Response<Map<String, Double>> found;
        try (AbstractPipeline pipeline = client.pipelined()) {
            pipeline.hmget(keys.state(), GalleryState.FIELDS);
            pipeline.vcard(keys.dataBytes(1));
            found = pipeline.executeCommand(VectorSetCommands.command(keys.dataBytes(1), arguments(settings, vector, count), exact));
            pipeline.hmget(keys.state(), GalleryState.FIELDS);
            pipeline.sync();
        }
        String key = keys.data(1);
        List<Response<String>> texts = new ArrayList<>();
        try (AbstractPipeline pipeline = client.pipelined()) {
            found.get().keySet().stream().limit(K).forEach(id -> texts.add(pipeline.vgetattr(key, id)));
            pipeline.hmget(keys.state(), GalleryState.FIELDS);
            pipeline.sync();
        }
        texts.forEach(Response::get);
    }

    /** The least that gives hits with labels, of no certain state. */
    private static void least(RedisClient client, RedisSettings settings, GalleryKeys keys, float[] vector, boolean exact) {
        Map<String, Double> found = client.executeCommand(VectorSetCommands.command(keys.dataBytes(1), arguments(settings, vector, K), exact));
        String key = keys.data(1);
        List<Response<String>> texts = new ArrayList<>();
        try (AbstractPipeline pipeline = client.pipelined()) {
            found.keySet().forEach(id -> texts.add(pipeline.vgetattr(key, id)));
            pipeline.sync();
        }
        texts.forEach(Response::get);
    }
}
