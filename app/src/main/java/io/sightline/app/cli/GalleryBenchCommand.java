package io.sightline.app.cli;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sightline.app.bench.GalleryBench;
import io.sightline.app.bench.HostPort;
import io.sightline.app.config.GalleryIndexSection;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sightline bench gallery}. */
@Command(name = "gallery", description = {"Gallery indexes on invented vectors: load rate, memory, latency, lookups a second, recall.",
    "An entry of 512 dimensions takes about 3 kB of heap: set SIGHTLINE_HEAP for more than 100,000, 4g for a million. Embedded ones are written to the temporary folder, too.",
    "The configuration's gallery_index says how indexes are built and searched: --set gallery_index.redis.vector_set.ef_construction=200"})
final class GalleryBenchCommand implements Callable<Integer> {
    private static final JsonMapper JSON = JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();
    private static final int MAX_ENTRIES = 10_000_000;
    private static final int MAX_DIMENSION = 65_536;
    private static final int MAX_CALLERS = 1000;
    private static final int MIB = 1 << 20;
    @Spec
    private CommandSpec spec;
    @Mixin
    private CommonOptions common;
    @Option(names = "--entries", split = ",", defaultValue = "10000,100000", paramLabel = "N", description = "entries of the gallery (default: ${DEFAULT-VALUE})")
    private List<Integer> entries;
    @Option(names = "--dimension", defaultValue = "512", description = "dimensions of the vectors (default: ${DEFAULT-VALUE})")
    private int dimension;
    @Option(names = "--index", split = ",", defaultValue = "embedded,hnsw", paramLabel = "NAME", description = "indexes to measure (default: ${DEFAULT-VALUE})")
    private List<String> indexes;
    @Option(names = "--callers", split = ",", defaultValue = "1,8", paramLabel = "N", description = "threads that look up at the same time (default: ${DEFAULT-VALUE})")
    private List<Integer> callers;
    @Option(names = "--redis", paramLabel = "HOST:PORT", description = "a Redis server that may be filled, for the vector sets and query_engine")
    private String redis;
    @Option(names = "--json", description = "print one JSON array")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        entries.forEach(count -> check("--entries", count, MAX_ENTRIES));
        callers.forEach(count -> check("--callers", count, MAX_CALLERS));
        check("--dimension", dimension, MAX_DIMENSION);
        PrintWriter out = spec.commandLine().getOut();
        List<GalleryBench.Row> rows;
        try {
            Optional<HostPort> server = Optional.ofNullable(redis).map(HostPort::parse);
            GalleryIndexSection index = common.config(server.map(GalleryBenchCommand::keys).orElse(Map.of())).galleryIndex();
            rows = new GalleryBench(dimension, callers, index.embedded(), server.map(at -> index.redis()), json ? new PrintWriter(Writer.nullWriter()) : out).run(indexes, entries);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
        if (json) {
            out.println(JSON.writeValueAsString(rows));
        } else {
            rows.forEach(row -> out.println(line(row)));
        }
        out.flush();
        return 0;
    }

    private static Map<String, String> keys(HostPort redis) {
        return Map.of("gallery_index.redis.host", "'" + redis.host() + "'", "gallery_index.redis.port", Integer.toString(redis.port()));
    }

    private void check(String option, int value, int max) {
        if (value < 1 || value > max) {
            throw new ParameterException(spec.commandLine(), option + ": " + value + " (expected: 1.." + max + ")");
        }
    }

    private static String line(GalleryBench.Row row) {
        String rates = row.perSecond().entrySet().stream().map(rate -> String.format(Locale.ROOT, "per_second_%d=%.0f", rate.getKey(), rate.getValue())).collect(Collectors.joining(" "));
        return String.format(Locale.ROOT, "gallery: index=%s entries=%d dimension=%d load_per_second=%.0f ready_s=%.1f memory_mib=%d heap_mib=%d p50_ms=%.2f p99_ms=%.2f cpu_ms=%.2f batch_of_32_cpu_ms=%.2f %s "
                + "batch_of_32_per_second=%.0f recall_at_1=%.4f recall_at_5=%.4f", row.index(), row.entries(), row.dimension(), row.loadPerSecond(), row.readyS(), row.memoryBytes() / MIB,
                row.heapBytes() / MIB, row.p50Ms(), row.p99Ms(), row.cpuMs(), row.batchCpuMs(), rates, row.batchPerSecond(), row.recallAt1(), row.recallAt5())
                + (row.file().bytes() < 0 ? "" : String.format(Locale.ROOT, " file_mib=%d write_s=%.1f read_s=%.1f", row.file().bytes() / MIB, row.file().writeS(), row.file().readS()));
    }
}
