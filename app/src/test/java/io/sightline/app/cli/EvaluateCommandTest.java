package io.sightline.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sightline.synth.SyntheticWorld;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class EvaluateCommandTest {
    private static final String MODELS = Path.of("").toAbsolutePath().getParent().resolve("models").toString();
    @TempDir
    private Path folder;

    @Test
    void shouldAskForTheOtherListWhenOneIsGiven() throws Exception {
        Path list = Files.writeString(folder.resolve("list.txt"), "1.jpg\tApple\n");
        assertThat(failure("--gallery", list.toString())).contains("--queries: not given (expected: both --gallery FILE and --queries FILE)");
        assertThat(failure("--queries", list.toString())).contains("--gallery: not given");
    }

    @Test
    void shouldNameTheModelsThereAreWhenOneIsNot() {
        assertThat(failure("--models-folder", MODELS, "--embedder", "embeder")).contains("model: 'embeder' (expected: one of ").contains("nearest: embedder");
        assertThat(failure("--models-folder", MODELS, "--detector", "detector@99")).contains("version '99' (expected: one of ");
    }

    @Test
    void shouldRefuseAThresholdThatIsNoCosine() {
        assertThat(failure("--models-folder", MODELS, "--threshold", "2")).contains("threshold: 2.0 (expected: -1..1)");
    }

    @Test
    void shouldRefuseAWorldWithoutScenes() {
        assertThat(failure("--models-folder", MODELS, "--scenes", "0")).contains("scenes: 0 (expected: >= 1)");
    }

    @Test
    void shouldPrintOneObjectAndDrawTheCurve() throws Exception {
        // when
        JsonNode figures = figures("--identities", "6", "--scenes", "3", "--unknown-scenes", "2", "--out", folder.resolve("new").toString());

        // then
        for (String figure : new String[] {"detector_ap50", "embedder_recall_at_1", "end_to_end", "unknown_accepted", "detector_ms", "embedder_ms"}) {
            assertThat(figures.path(figure).isNumber()).as(figure).isTrue();
        }
        assertThat(figures.at("/by_cosine/0/unknown_accepted").isNumber()).isTrue();
        assertThat(figures.at("/world/identities").asInt()).isEqualTo(6);
        assertThat(folder.resolve("new/precision-recall.png")).isNotEmptyFile();
    }

    @Test
    void shouldMeasureOnesOwnPictures() throws Exception {
        // given
        StringBuilder gallery = new StringBuilder();
        StringBuilder queries = new StringBuilder("none.jpg\tnothing\n");
        for (int view = 0; view < 2; view++) {
            for (long identity = 4_000_000; identity < 4_000_003; identity++) {
                var picture = SyntheticWorld.gallery(identity, view);
                Files.write(folder.resolve(identity + "-" + view + ".jpg"), picture.jpeg());
                (view == 0 ? gallery : queries).append(identity).append('-').append(view).append(".jpg\t").append(picture.label()).append('\n');
            }
        }
        Files.createDirectory(folder.resolve("lists"));
        Path galleryList = Files.writeString(folder.resolve("lists/gallery.txt"), gallery);
        Path queryList = Files.writeString(folder.resolve("lists/queries.txt"), queries);

        // when
        JsonNode figures = figures("--gallery", galleryList.toString(), "--queries", queryList.toString(), "--root", folder.toString(), "--indexing", "whole");

        // then
        assertThat(figures.path("gallery").asInt()).isEqualTo(3);
        assertThat(figures.path("queries").asInt()).isEqualTo(3);
        assertThat(figures.path("recall_at_5").asDouble()).isEqualTo(1);
        assertThat(figures.at("/suggested_threshold/right_kept").isInt()).isTrue();
        assertThat(figures.path("unreadable")).hasSize(1);
    }

    private static JsonNode figures(String... arguments) throws Exception {
        StringWriter screen = new StringWriter();
        List<String> all = new ArrayList<>(List.of("evaluate", "--json", "--models-folder", MODELS));
        all.addAll(List.of(arguments));
        int status = new CommandLine(new SightlineCommand()).setCaseInsensitiveEnumValuesAllowed(true).setOut(new PrintWriter(screen)).execute(all.toArray(String[]::new));
        assertThat(status).isZero();
        return new JsonMapper().readTree(screen.toString());
    }

    private static String failure(String... arguments) {
        StringWriter errors = new StringWriter();
        String[] all = new String[arguments.length + 1];
        all[0] = "evaluate";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        int status = new CommandLine(new SightlineCommand()).setExecutionExceptionHandler((e, line, parsed) -> {
            errors.write(e.getMessage());
            return 1;
        }).setCaseInsensitiveEnumValuesAllowed(true).setErr(new PrintWriter(errors, true)).execute(all);
        assertThat(status).isNotZero();
        return errors.toString();
    }
}
