package io.sightline.app.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Small sums for benchmarks. */
public final class Statistics {
    private static final int KIB = 1024;

    private Statistics() {
    }

    /** The middle value; the mean of the two middle ones of an even number. */
    public static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /** Of {@code percent} in a hundred values this one is the largest: the nearest rank. */
    public static double percentile(List<Double> values, double percent) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get((int) Math.max(0, Math.ceil(percent / 100 * sorted.size()) - 1));
    }

    /** Processor time this process has used, seconds: unlike the clock it does not count what other processes take. */
    static double cpuSeconds() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(java.time.Duration.ZERO).toNanos() / 1e9;
    }

    /** This process's resident memory, the highest so far, bytes; -1 where the system does not say. */
    static long residentBytes() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("VmHWM:"))
                    .map(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIB).findFirst().orElse(-1L);
        } catch (IOException e) {
            return -1;
        }
    }
}
