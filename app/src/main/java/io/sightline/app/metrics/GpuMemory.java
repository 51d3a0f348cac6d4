package io.sightline.app.metrics;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What {@code nvidia-smi} says of the GPUs. A process is started for that at most every ten seconds; where there is no such program it is not looked
 * for again, where it fails it is left alone for a minute. Nothing is shown meanwhile: no value is better than an old one.
 */
public final class GpuMemory implements MetricSource {
    private static final Logger LOG = LoggerFactory.getLogger(GpuMemory.class);
    private static final List<String> QUERY = List.of("--query-gpu=index,memory.used,memory.total,utilization.gpu", "--format=csv,noheader,nounits");
    private static final long MAX_AGE_NS = Duration.ofSeconds(10).toNanos();
    private static final long PAUSE_NS = Duration.ofSeconds(60).toNanos();
    private static final long TIMEOUT_MS = 2_000;
    private static final int MAX_OUTPUT_BYTES = 65_536;
    private static final double MIB = 1 << 20;
    private static final double PERCENT = 100;

    private final String program;
    private List<String> lines = List.of();
    private long nextNs = System.nanoTime();
    private boolean absent;

    public GpuMemory() {
        this("nvidia-smi");
    }

    GpuMemory(String program) {
        this.program = program;
    }

    @Override
    public void read(Scrape scrape) {
        if (!absent && System.nanoTime() - nextNs >= 0) {
            lines = ask();
        }
        for (String line : lines) {
            String[] values = line.split(",");
            if (values.length == 4) {
                String gpu = values[0].trim();
                put(scrape, Metric.GPU_MEMORY_USED, values[1], MIB, gpu);
                put(scrape, Metric.GPU_MEMORY, values[2], MIB, gpu);
                put(scrape, Metric.GPU_BUSY, values[3], 1 / PERCENT, gpu);
            }
        }
    }

    /** What it does not know it writes in brackets: [N/A]. */
    private static void put(Scrape scrape, Metric metric, String value, double unit, String gpu) {
        if (value.trim().matches("\\d+(\\.\\d+)?")) {
            scrape.put(metric, Double.parseDouble(value.trim()) * unit, gpu);
        }
    }

    private List<String> ask() {
        nextNs = System.nanoTime() + PAUSE_NS;
        Process process;
        try {
            process = new ProcessBuilder(program, QUERY.get(0), QUERY.get(1)).redirectErrorStream(true).start();
        } catch (IOException e) {
            absent = true;
            LOG.debug("no metrics of GPUs: {}", e.getMessage());
            return List.of();
        }
        try {
            if (!process.waitFor(TIMEOUT_MS, TimeUnit.MILLISECONDS) || process.exitValue() != 0) {
                LOG.debug("{}: {}", program, process.isAlive() ? "no answer in " + TIMEOUT_MS + " ms" : "status " + process.exitValue());
                return List.of();
            }
            nextNs = System.nanoTime() + MAX_AGE_NS;
            return new String(process.getInputStream().readNBytes(MAX_OUTPUT_BYTES), StandardCharsets.US_ASCII).lines().toList();
        } catch (IOException e) {
            LOG.debug("{}: {}", program, e.getMessage());
            return List.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        } finally {
            process.destroyForcibly();
        }
    }
}
