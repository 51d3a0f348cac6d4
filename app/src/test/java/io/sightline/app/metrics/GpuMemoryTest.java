package io.sightline.app.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With programs that answer, or fail, as nvidia-smi does. */
class GpuMemoryTest {
    @TempDir
    Path folder;

    private ScrapedText scraped(MetricSource gpus) {
        Metrics metrics = new Metrics("x");
        metrics.add(gpus);
        return new ScrapedText(metrics.write(null).body());
    }

    private String program(String script) throws Exception {
        Path program = Files.writeString(folder.resolve("smi"), "#!/bin/sh\necho \"$@\" >> " + folder.resolve("calls") + "\n" + script + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return program.toString();
    }

    @Test
    void shouldTellTheMemoryOfEachGpu() throws Exception {
        ScrapedText text = scraped(new GpuMemory(program("echo '0, 1024, 143771, 37'; echo '1, 0, 143771, [N/A]'")));
        assertThat(text.value("sightline_gpu_memory_used_bytes", Map.of("gpu", "0"))).isEqualTo(1024.0 * (1 << 20));
        assertThat(text.value("sightline_gpu_memory_bytes", Map.of())).isEqualTo(2 * 143771.0 * (1 << 20));
        assertThat(text.value("sightline_gpu_busy_ratio", Map.of("gpu", "0"))).isEqualTo(0.37);
        assertThat(text.family("sightline_gpu_busy_ratio").getMetrics()).as("what is not known is left out").hasSize(1);
        assertThat(folder.resolve("calls")).hasContent("--query-gpu=index,memory.used,memory.total,utilization.gpu --format=csv,noheader,nounits");
    }

    @Test
    void shouldNotAskAgainForAWhile() throws Exception {
        GpuMemory gpus = new GpuMemory(program("echo '0, 1, 2, 3'"));
        scraped(gpus);
        assertThat(scraped(gpus).families()).contains("sightline_gpu_memory_bytes");
        assertThat(folder.resolve("calls")).content().hasLineCount(1);
    }

    @Test
    void shouldTellNothingWhereThereIsNoGpu() throws Exception {
        assertThat(scraped(new GpuMemory(folder.resolve("not-there").toString())).families()).noneMatch(name -> name.startsWith("sightline_gpu"));
        assertThat(scraped(new GpuMemory(program("echo 'No devices were found'; exit 6"))).families()).noneMatch(name -> name.startsWith("sightline_gpu"));
        assertThat(scraped(new GpuMemory(program("echo 'something else'"))).families()).noneMatch(name -> name.startsWith("sightline_gpu"));
    }

    @Test
    void shouldNotWaitForAProgramThatHangs() throws Exception {
        long startNs = System.nanoTime();
        assertThat(scraped(new GpuMemory(program("exec sleep 60"))).families()).noneMatch(name -> name.startsWith("sightline_gpu"));
        assertThat(System.nanoTime() - startNs).isLessThan(40_000_000_000L);
    }
}
