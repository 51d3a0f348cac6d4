package io.sightline.app.bench;

import io.sightline.processors.gallery.EmbeddedIndexSettings;
import io.sightline.processors.gallery.GalleryEdit;
import io.sightline.processors.gallery.GalleryIndex;
import io.sightline.processors.gallery.GallerySearch;
import io.sightline.processors.gallery.redis.RedisSettings;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What gallery indexes cost and how well they find, on {@link DescriptorData}: one after the other, each loaded, measured and closed. All
 * in this process; its heap has to hold one index and, for recall, nothing more.
 */
public final class GalleryBench {
    /** As the {@code lookup} stage asks by default. */
    private static final int TOP_K = 5;
    private static final int EDITS_A_BATCH = 500;
    /** How often loading says how far it is. */
    private static final int ENTRIES_A_LINE = 50_000;
    private static final int QUERIES = 500;
    private static final int BATCH = 32;
    private static final double MEASURED_S = 3;
    private static final double NS = 1e9;
    private static final double P50 = 0.5;
    private static final double P99 = 0.99;

    /**
     * One index at one size.
     *
     * @param loadPerSecond entries a second, without making the vectors
     * @param readyS from the first put until searches are as they will be from then on, seconds; making the vectors is not counted
     * @param memoryBytes what the index says its vectors take; -1: it does not say
     * @param heapBytes what the process's heap grew by
     * @param p50Ms of one lookup by one caller
     * @param cpuMs processor time of a lookup in the caller's thread, mean; -1: the JVM does not say. Other processes hardly show in it.
     * @param batchCpuMs the same of one of 32 lookups asked for together
     * @param perSecond lookups a second, by number of callers
     * @param batchPerSecond lookups a second of one caller that asks for 32 at a time
     * @param recallAt1 share of queries whose best hit is the exact one
     * @param recallAt5 share of the exact five best hits that are found
     * @param file what keeping it in a file takes
     */
    public record Row(String index, int entries, int dimension, double loadPerSecond, double readyS, long memoryBytes, long heapBytes, double p50Ms, double p99Ms, double cpuMs,
            double batchCpuMs, Map<Integer, Double> perSecond, double batchPerSecond, double recallAt1, double recallAt5,
            KeptFile file) {
        Row with(KeptFile kept) {
            return new Row(index, entries, dimension, loadPerSecond, readyS, memoryBytes, heapBytes, p50Ms, p99Ms, cpuMs, batchCpuMs, perSecond, batchPerSecond, recallAt1, recallAt5, kept);
        }
    }

    private final int dimension;
    private final List<Integer> callers;
    private final double measuredS;
    private final BenchedIndex.Settings settings;
    private final PrintWriter screen;

    /**
     * @param embedded of which the limits on numbers of entries do not count
     * @param redis a Redis server that may be filled, for the indexes that need one; its quantisation does not count
     * @param screen says what is being done
     */
    public GalleryBench(int dimension, List<Integer> callers, EmbeddedIndexSettings embedded, Optional<RedisSettings> redis, PrintWriter screen) {
        this(dimension, callers, MEASURED_S, new BenchedIndex.Settings(embedded, redis), screen);
    }

    /** @param measuredS how long each rate is measured, seconds */
    GalleryBench(int dimension, List<Integer> callers, double measuredS, BenchedIndex.Settings settings, PrintWriter screen) {
        this.dimension = dimension;
        this.callers = callers;
        this.measuredS = measuredS;
        this.settings = settings;
        this.screen = screen;
    }

    /** @throws IllegalArgumentException an index that is not known */
    public static void checkNames(List<String> indexes) {
        for (String name : indexes) {
            if (!BenchedIndex.names().contains(name)) {
                throw new IllegalArgumentException("--index: '" + name + "' (expected: of " + String.join(", ", BenchedIndex.names()) + ")");
            }
        }
    }

    /** Rows in the order measured: for each number of entries each index. The exact one is measured first if recall needs it. */
    public List<Row> run(List<String> indexes, List<Integer> sizes) throws Exception {
        checkNames(indexes);
        List<Row> rows = new ArrayList<>();
        for (int entries : new TreeSet<>(sizes)) {
            DescriptorData data = new DescriptorData(dimension, entries);
            List<float[]> queries = new ArrayList<>();
            for (int i = 0; i < QUERIES; i++) {
                queries.add(data.query(i));
            }
            List<List<String>> truth = null;
            for (String name : exactFirst(indexes)) {
                say("%s: %d entries%n", name, entries);
                try (BenchedIndex.Opened opened = open(name, entries)) {
                    long heapBefore = usedHeap();
                    double[] load = load(opened, data, entries);
                    truth = truth == null ? found(opened.index(), queries) : truth;
                    if (indexes.contains(name)) {
                        Row row = measure(name, opened.index(), queries, truth, entries, load, usedHeap() - heapBefore);
                        rows.add(row.with(KeptFile.measure(opened, () -> open(name, entries))));
                    }
                }
            }
        }
        return rows;
    }

    private BenchedIndex.Opened open(String name, int entries) {
        return BenchedIndex.ALL.get(name).open(dimension, entries, settings);
    }

    private static List<String> exactFirst(List<String> indexes) {
        List<String> ordered = new ArrayList<>(List.of("embedded"));
        indexes.stream().filter(name -> !ordered.contains(name)).forEach(ordered::add);
        return ordered;
    }

    /** Seconds of putting, and seconds until ready. */
    private double[] load(BenchedIndex.Opened opened, DescriptorData data, int entries) throws InterruptedException {
        long spent = 0;
        for (int from = 0; from < entries; from += EDITS_A_BATCH) {
            if (from > 0 && from % ENTRIES_A_LINE == 0) {
                say("  %d put, %.0f a second%n", from, from / (spent / NS));
            }
            List<GalleryEdit> edits = new ArrayList<>();
            for (int i = from; i < Math.min(entries, from + EDITS_A_BATCH); i++) {
                edits.add(new GalleryEdit.Put(BenchedIndex.GALLERY, "entry-" + i, i + 1, i, "label-" + i / TOP_K, "{}", data.entry(i)));
            }
            long start = System.nanoTime();
            opened.index().apply(edits);
            spent += System.nanoTime() - start;
        }
        long start = System.nanoTime();
        opened.awaitReady();
        return new double[] {spent / NS, (spent + System.nanoTime() - start) / NS};
    }

    private static long usedHeap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private Row measure(String name, GalleryIndex index, List<float[]> queries, List<List<String>> truth, int entries, double[] load, long heapBytes) throws Exception {
        List<List<String>> found = found(index, queries); // warms up, too
        rate(index, queries, 1, 1);
        double[] times = latencies(index, queries);
        Map<Integer, Double> perSecond = new LinkedHashMap<>();
        for (int count : callers) {
            perSecond.put(count, rate(index, queries, count, 1));
        }
        return new Row(name, entries, dimension, entries / load[0], load[1], index.stats(BenchedIndex.GALLERY).memoryBytes(), heapBytes,
                times[(int) (times.length * P50)], times[(int) (times.length * P99)], cpuMs(index, queries, 1), cpuMs(index, queries, BATCH), perSecond, rate(index, queries, 1, BATCH), recall(found, truth, 1), recall(found, truth, TOP_K),
                KeptFile.NONE);
    }

    private static GallerySearch search(GalleryIndex index, List<float[]> queries) {
        return index.search(BenchedIndex.GALLERY, queries, TOP_K, -1);
    }

    private static List<List<String>> found(GalleryIndex index, List<float[]> queries) {
        return queries.stream().map(query -> search(index, List.of(query)).hits().get(0).stream().map(GallerySearch.Hit::id).toList()).toList();
    }

    static double recall(List<List<String>> found, List<List<String>> truth, int k) {
        long right = 0;
        long all = 0;
        for (int q = 0; q < truth.size(); q++) {
            List<String> expected = truth.get(q).subList(0, Math.min(k, truth.get(q).size()));
            right += found.get(q).stream().limit(k).filter(expected::contains).count();
            all += expected.size();
        }
        return all == 0 ? 1 : (double) right / all;
    }

    /** Of each query once, milliseconds, sorted. */
    private static double[] latencies(GalleryIndex index, List<float[]> queries) {
        double[] times = new double[queries.size()];
        for (int i = 0; i < times.length; i++) {
            long start = System.nanoTime();
            search(index, List.of(queries.get(i)));
            times[i] = (System.nanoTime() - start) / (NS / 1000);
        }
        Arrays.sort(times);
        return times;
    }

    private static double cpuMs(GalleryIndex index, List<float[]> queries, int batch) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        if (!threads.isCurrentThreadCpuTimeSupported()) {
            return -1;
        }
        int asked = 0;
        long start = threads.getCurrentThreadCpuTime();
        for (int from = 0; from + batch <= queries.size(); from += batch) {
            search(index, queries.subList(from, from + batch));
            asked += batch;
        }
        return (threads.getCurrentThreadCpuTime() - start) / (NS / 1000) / asked;
    }

    private double rate(GalleryIndex index, List<float[]> queries, int callers, int batch) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(callers);
        try {
            long start = System.nanoTime();
            long end = start + (long) (measuredS * NS);
            List<Future<Long>> counts = new ArrayList<>();
            for (int caller = 0; caller < callers; caller++) {
                int first = caller * queries.size() / callers;
                counts.add(threads.submit(() -> {
                    long asked = 0;
                    do {
                        int from = (int) ((first + asked) % (queries.size() - batch));
                        search(index, queries.subList(from, from + batch));
                        asked += batch;
                    } while (System.nanoTime() < end);
                    return asked;
                }));
            }
            long asked = 0;
            for (Future<Long> count : counts) {
                asked += count.get();
            }
            return asked / ((System.nanoTime() - start) / NS);
        } finally {
            threads.shutdownNow();
        }
    }

    private void say(String format, Object... values) {
        screen.printf(Locale.ROOT, format, values);
        screen.flush();
    }
}
