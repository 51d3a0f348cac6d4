package io.sightline.app.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sightline.app.config.ConfigFile;
import io.sightline.app.demo.Demo;
import java.awt.image.BufferedImage;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a newcomer sees first: the demo, run once. */
class DemoIT {
    private static final int SCENES = 24;
    private static final double FOUND = 0.8;
    private static final double LABELLED = 0.8;
    private static final Pattern LAST_LINE = Pattern.compile("demo: scenes=(\\d+) products=(\\d+) found=(\\d+) labelled=(\\d+) seconds=(\\d+\\.\\d)");

    @TempDir
    static Path out;
    private static List<String> lines;
    private static Matcher last;

    @BeforeAll
    static void run() throws Exception {
        System.setProperty("sightline.home", Product.HOME.toString());
        StringWriter screen = new StringWriter();
        new Demo(ConfigFile.read(Optional.empty(), Map.of()), Product.PICTURES, out, new PrintWriter(screen)).run();
        lines = screen.toString().lines().toList();
        last = LAST_LINE.matcher(lines.get(lines.size() - 1));
    }

    @Test
    void shouldEndWithALineForPrograms() {
        assertThat(last.matches()).as(lines.get(lines.size() - 1)).isTrue();
        assertThat(number(1)).isEqualTo(SCENES);
        assertThat(number(2)).isPositive();
    }

    @Test
    void shouldFindFourFifthsOfTheProducts() {
        assertThat(last.matches()).isTrue();
        assertThat((double) number(3) / number(2)).as(last.group()).isGreaterThanOrEqualTo(FOUND);
    }

    @Test
    void shouldLabelFourFifthsOfTheFoundOnesRight() {
        assertThat(last.matches()).isTrue();
        assertThat((double) number(4) / number(3)).as(last.group()).isGreaterThanOrEqualTo(LABELLED);
    }

    @Test
    void shouldPrintALineForEachScene() {
        for (int scene = 0; scene < SCENES; scene++) {
            String file = String.format("%06d.jpg", scene);
            assertThat(lines).filteredOn(line -> line.startsWith(file)).singleElement().asString().matches(file + "  \\d+/\\d+ found, \\d+ right, \\d+ ms");
        }
    }

    @Test
    void shouldSayWhereItsFilesAre() {
        assertThat(lines).contains("annotated pictures: " + out.resolve("annotated"), "results:            " + out.resolve("results.jsonl"));
        assertThat(out.resolve("kafka")).isDirectory();
    }

    @Test
    void shouldLeaveAnAnnotatedPictureOfEachScene() throws Exception {
        try (Stream<Path> files = Files.list(out.resolve("annotated"))) {
            assertThat(files.toList()).hasSize(SCENES).allSatisfy(file -> {
                BufferedImage annotated = ImageIO.read(file.toFile());
                BufferedImage scene = ImageIO.read(Product.PICTURES.resolve("scenes").resolve(file.getFileName().toString().replace(".png", ".jpg")).toFile());
                assertThat(annotated.getWidth()).isEqualTo(scene.getWidth());
                assertThat(annotated.getHeight()).isEqualTo(scene.getHeight());
            });
        }
    }

    @Test
    void shouldLeaveAResultOfEachSceneThatPointsIntoThePicture() throws Exception {
        Set<String> ids = new HashSet<>();
        for (String line : Files.readAllLines(out.resolve("results.jsonl"))) {
            JsonNode result = new JsonMapper().readTree(line);
            ids.add(result.path("request_id").asText());
            assertThat(result.path("status").asText()).isEqualTo("recognised");
            assertThat(result.path("err_no").asInt()).isZero();
            assertThat(result.at("/lineage/gallery").asText()).isEqualTo("demo");
            assertThat(result.at("/lineage/gallery_epoch").asLong()).isEqualTo(60);
            assertThat(result.path("detections")).allSatisfy(detection -> {
                JsonNode box = detection.path("bbox");
                assertThat(box.get(0).asInt()).isNotNegative().isLessThan(box.get(2).asInt());
                assertThat(box.get(1).asInt()).isNotNegative().isLessThan(box.get(3).asInt());
                assertThat(box.get(2).asInt()).isLessThanOrEqualTo(result.at("/image/width").asInt());
                assertThat(box.get(3).asInt()).isLessThanOrEqualTo(result.at("/image/height").asInt());
            });
        }
        assertThat(ids).hasSize(SCENES);
    }

    private static int number(int group) {
        return Integer.parseInt(last.group(group));
    }
}
