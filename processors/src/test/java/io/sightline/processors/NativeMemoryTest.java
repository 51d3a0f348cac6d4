package io.sightline.processors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sightline.processors.detect.DetectFunction;
import io.sightline.processors.detect.DetectSettings;
import io.sightline.processors.detect.DetectedBox;
import io.sightline.processors.embed.Crop;
import io.sightline.processors.embed.EmbedFunction;
import io.sightline.processors.image.DecodedImage;
import io.sightline.processors.image.ImageDecoder;
import io.sightline.processors.image.Pictures;
import io.sightline.processors.image.PixelBudget;
import io.sightline.processors.model.ModelFolder;
import io.sightline.processors.model.ModelRuntime;
import io.sightline.processors.model.ModelSpec;
import io.sightline.processors.model.RuntimeSettings;
import io.sightline.processors.model.TinyOnnx;
import io.sightline.processors.stage.BatchClock;
import io.sightline.processors.stage.StageResult;
import io.sightline.schemas.request.RequestLimits;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory outside of the Java heap stays what it is, however many pictures go through. */
class NativeMemoryTest {
    private static final int WARM_UP = 400;
    private static final int ROUNDS = 2_000;
    private static final long ALLOWED_BYTES = 48L << 20;
    private static final int INFERENCES = 10_000;
    private static final int MAX_BATCH = 8;
    /** A tensor of the largest batch is 98 kB: a leak of one in a hundred would show. */
    private static final long ALLOWED_BY_INFERENCES = 8L << 20;
    private static final Path STATUS = Path.of("/proc/self/status");

    @BeforeAll
    static void shouldBeOnLinux() {
        assumeTrue(Files.isReadable(STATUS), "no " + STATUS + " to read the resident memory from");
    }

    @Test
    void shouldNotGrowOverManyPictures() throws Exception {
        // given: good pictures of several sizes and broken ones
        List<byte[]> files = List.of(Pictures.jpeg(Pictures.gradient(640, 480)), Pictures.jpeg(Pictures.gradient(300, 500)),
                Pictures.png(Pictures.gradient(200, 100)), Arrays.copyOf(Pictures.jpeg(Pictures.gradient(640, 480)), 3000), new byte[50]);
        PixelBudget budget = new PixelBudget(RequestLimits.DEFAULT.maxImagePixels(), 10_000);
        ImageDecoder decoder = new ImageDecoder(RequestLimits.DEFAULT, budget);
        ModelSpec spec = ModelFolder.load(SharedData.models(), "detector");
        ModelRuntime runtime = ModelRuntime.of(spec, RuntimeSettings.DEFAULT);

        try (DetectFunction detect = new DetectFunction(runtime, DetectSettings.of(spec, 20), 2)) {
            run(decoder, detect, files, WARM_UP);
            long pointersBefore = Pointer.totalBytes();

            // when
            long growth = growth(ALLOWED_BYTES, () -> run(decoder, detect, files, ROUNDS));

            // then
            assertThat(growth).as("growth of memory outside the Java heap, bytes").isLessThan(ALLOWED_BYTES);
            assertThat(Pointer.totalBytes()).as("bytes in JavaCPP's own memory").isLessThanOrEqualTo(pointersBefore);
            assertThat(budget.freePixels()).isEqualTo(budget.maxPixels());
        }
    }

    @Test
    void shouldGiveMemoryBackWhenSessionsAreClosed() throws Exception {
        // given
        ModelSpec spec = ModelFolder.load(SharedData.models(), "embedder");
        ModelRuntime runtime = ModelRuntime.of(spec, RuntimeSettings.DEFAULT);
        openAndClose(runtime, 20);

        // when
        long growth = growth(ALLOWED_BYTES, () -> openAndClose(runtime, 60));

        // then
        assertThat(growth).isLessThan(ALLOWED_BYTES);
    }

    @Test
    void shouldNotGrowOverTenThousandInferencesInBatchesOfChangingSizes(@TempDir Path models) throws Exception {
        // given: a model so small that only what is forgotten adds up, on two lanes
        ModelSpec spec = TinyOnnx.install(models, "mean", TinyOnnx.meanColour(32, 32), TinyOnnx.meanColourYaml(32, 32));
        ModelRuntime runtime = ModelRuntime.of(spec, RuntimeSettings.DEFAULT);
        try (EmbedFunction first = new EmbedFunction(runtime, MAX_BATCH); EmbedFunction second = new EmbedFunction(runtime, MAX_BATCH);
                DecodedImage image = Pictures.decode(Pictures.png(Pictures.gradient(50, 40)))) {
            embed(List.of(first, second), image, INFERENCES / 4);

            // when
            long growth = growth(ALLOWED_BY_INFERENCES, () -> embed(List.of(first, second), image, INFERENCES));

            // then
            assertThat(growth).as("growth of memory outside the Java heap, bytes").isLessThan(ALLOWED_BY_INFERENCES);
        }
    }

    private static void embed(List<EmbedFunction> lanes, DecodedImage image, int inferences) throws Exception {
        for (int i = 0; i < inferences; i++) {
            List<Crop> crops = Collections.nCopies(1 + i % MAX_BATCH, new Crop(image, i % 20, i % 10, 30, 30));
            assertThat(lanes.get(i % lanes.size()).apply(crops, new BatchClock()).get(0)).isInstanceOf(StageResult.Accepted.class);
        }
    }

    private static void run(ImageDecoder decoder, DetectFunction detect, List<byte[]> files, int rounds) throws Exception {
        for (int i = 0; i < rounds; i++) {
            StageResult<DecodedImage> decoded = decoder.decode(files.get(i % files.size()));
            if (decoded instanceof StageResult.Accepted<DecodedImage> accepted) {
                try (DecodedImage image = accepted.value()) {
                    List<StageResult<List<DetectedBox>>> boxes = detect.apply(i % 3 == 0 ? List.of(image, image) : List.of(image), new BatchClock());
                    assertThat(boxes.get(0)).isInstanceOf(StageResult.Accepted.class);
                }
            }
        }
    }

    private static void openAndClose(ModelRuntime runtime, int times) {
        for (int i = 0; i < times; i++) {
            runtime.open().close();
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    /** Least growth of three rounds: what leaks does so in each, while the heap's own coming and going shows in one of them only. */
    private static long growth(long allowed, Work work) throws Exception {
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 3 && least >= allowed; round++) {
            long before = nativeBytes();
            work.run();
            least = Math.min(least, nativeBytes() - before);
        }
        return least;
    }

    /** Resident memory without the Java heap, after a garbage collection. */
    private static long nativeBytes() throws IOException {
        System.gc();
        long resident = Files.readAllLines(STATUS).stream().filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024).findFirst().orElseThrow();
        return resident - ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted();
    }
}
