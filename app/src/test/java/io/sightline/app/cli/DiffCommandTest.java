package io.sightline.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sightline.connectors.results.ResultFiles;
import io.sightline.connectors.results.ResultFormat;
import io.sightline.connectors.results.ResultWriter;
import io.sightline.schemas.Detection;
import io.sightline.schemas.ImageSize;
import io.sightline.schemas.Lineage;
import io.sightline.schemas.Match;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** The command with files: what it says, what it ends with, what is on the page. */
class DiffCommandTest {
    private static final String EVIL = "<script>alert('x')</script>\u001b[31m";
    private static final String GALLERY = "sightline.gallery";
    @TempDir
    private Path folder;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void letAvroMakeOurClasses() {
        new AvroCodec<>(RecognitionResult.class, EmbeddedRegistry.INSTANCE);
    }

    private static RecognitionResult.Builder result(String id, Detection... things) {
        return RecognitionResult.newBuilder().setRequestId(id).setStatus(RecognitionStatus.RECOGNISED).setPipeline("recognition").setImage(new ImageSize(80, 60)).setDetections(List.of(things))
                .setLineage(lineage("e@2#22", "sightline.requests"));
    }

    private static Lineage lineage(String embedder, String topic) {
        return Lineage.newBuilder().setBuild("0.1.0").setModels(Map.of("embed", embedder)).setInputTopic(topic).setInputPartition(0).setInputOffset(1).build();
    }

    private static Detection thing(String label, double score) {
        return new Detection(List.of(10, 10, 50, 40), 0.9, "product", List.of(new Match("1", label, score, "{}", "")), List.of(), null, null);
    }

    private Path write(String name, ResultFormat format, RecognitionResult... results) {
        Path file = folder.resolve(name);
        try (ResultWriter writer = ResultFiles.create(file, format)) {
            for (RecognitionResult result : results) {
                writer.write(result);
            }
        }
        return file;
    }

    private int run(Object... arguments) {
        CommandLine commandLine = new CommandLine(new DiffCommand());
        commandLine.setOut(new PrintWriter(out));
        commandLine.setErr(new PrintWriter(err, true));
        return commandLine.execute(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
    }

    @Test
    void shouldFindJsonLinesAndAvroOfTheSameResultsTheSame() {
        RecognitionResult[] results = {result("a", thing("tea", 0.8)).build(), result("b").build()};
        Path a = write("a.jsonl", ResultFormat.JSONL, results);
        Path b = write("b.avro", ResultFormat.AVRO, results);
        assertThat(run(a, b, "--fail-if", "different>0")).as(err.toString()).isZero();
        assertThat(out.toString()).contains("2 requests on both sides, 2 of them the same").contains("lineage: the same models").contains("--fail-if different>0: no, 0 of 2 requests, 0.00%");
    }

    @ParameterizedTest
    @CsvSource({"label-changed>0.5%, 1", "label-changed>50%, 0", "label-changed>=50%, 1", "vanished>0, 0"})
    void shouldEndWithOneWhereAConditionHolds(String condition, int status) {
        Path a = write("a.jsonl", ResultFormat.JSONL, result("1", thing("tea", 0.8)).build(), result("2", thing("tea", 0.8)).build());
        Path b = write("b.jsonl", ResultFormat.JSONL, result("1", thing("coffee", 0.8)).build(), result("2", thing("tea", 0.8)).build());
        assertThat(run(a, b, "--fail-if", "vanished>100%", "--fail-if", condition)).isEqualTo(status);
    }

    @Test
    void shouldNotFailForDifferencesAlone() {
        Path a = write("a.jsonl", ResultFormat.JSONL, result("1", thing("tea", 0.8)).build());
        Path b = write("b.jsonl", ResultFormat.JSONL, result("1", thing("coffee", 0.8)).setLineage(lineage("e@3#33", "sightline.requests")).build(), result("2").build());
        assertThat(run(a, b)).isZero();
        assertThat(out.toString()).containsPattern("label-changed +1 +100.00% +1").containsPattern("only-in-b +1 +50.00% +-").contains("tea → coffee")
                .contains("model of embed differs for 1 requests").contains("A: e@2#22 (1)").contains("B: e@3#33 (1)");
    }

    @Test
    void shouldTolerateWhatItIsToldTo() {
        Path a = write("a.jsonl", ResultFormat.JSONL, result("1", thing("tea", 0.8)).build());
        Path b = write("b.jsonl", ResultFormat.JSONL, result("1", thing("tea", 0.81)).build());
        assertThat(run(a, b, "--fail-if", "score-moved>0")).isEqualTo(1);
        assertThat(run(a, b, "--fail-if", "score-moved>0", "--score-tolerance", "0.01")).isZero();
    }

    @Test
    void shouldTakeTheLastOfRepeatedIdsAndPassOverWhatIsNoRecognition() {
        RecognitionResult edit = RecognitionResult.newBuilder().setRequestId("edit").setStatus(RecognitionStatus.REJECTED).setErrNo(5000).setLineage(lineage("e", GALLERY)).build();
        RecognitionResult epoch = result("epoch").setImage(null).build();
        Path a = write("a.jsonl", ResultFormat.JSONL, result("1", thing("coffee", 0.8)).build(), edit, epoch, result("1", thing("tea", 0.8)).build());
        Path b = write("b.jsonl", ResultFormat.JSONL, result("1", thing("tea", 0.8)).build());
        assertThat(run(a, b, "--fail-if", "different>0")).isZero();
        assertThat(out.toString()).contains("2 results, 1 of them replaced by a later one with the same id, 2 other records passed over").contains("1 requests on both sides, 1 of them the same");
    }

    @Test
    void shouldPrintOneJsonObject() throws Exception {
        Path a = write("a.jsonl", ResultFormat.JSONL, result("1", thing("tea", 0.8)).build());
        Path b = write("b.jsonl", ResultFormat.JSONL, result("1", thing("coffee", 0.8)).build());
        assertThat(run(a, b, "--json", "--fail-if", "label-changed>0")).isEqualTo(1);
        JsonNode json = new ObjectMapper().readTree(out.toString());
        assertThat(json.path("kinds").path("label-changed").path("requests").asInt()).isEqualTo(1);
        assertThat(json.path("different_with_same_lineage").asInt()).isEqualTo(1);
        assertThat(json.path("worst").path(0).path("request_id").asText()).isEqualTo("1");
        assertThat(json.path("fail_if").path(0).path("holds").asBoolean()).isTrue();
        assertThat(json.path("labels").path(0).path("b").asText()).isEqualTo("coffee");
    }

    @Test
    void shouldWriteAPageThatIsSafeWhateverTheTextsSay() throws Exception {
        // given a picture of one request, and texts made to do harm
        ImageIO.write(new BufferedImage(80, 60, BufferedImage.TYPE_INT_RGB), "png", folder.resolve("seen.png").toFile());
        Path a = write("a.jsonl", ResultFormat.JSONL, result("seen", thing(EVIL, 0.8)).build(), result(EVIL, thing("tea", 0.8)).build(), result("../a.jsonl", thing("tea", 0.8)).build(),
                result("only").setAttributes(Map.of(EVIL, EVIL)).build());
        Path b = write("b.jsonl", ResultFormat.JSONL, result("seen", thing("tea", 0.8)).build(), result(EVIL).build(), result("../a.jsonl").build());
        Path page = folder.resolve("page.html");
        // when
        assertThat(run(a, b, "--report", page, "--images", folder)).as(err.toString()).isZero();
        // then
        assertThat(err.toString()).contains("3 cases without their picture");
        String html = Files.readString(page);
        assertThat(html).contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;").doesNotContain("<script").doesNotContain("\u001b").contains("default-src 'none'").doesNotContain("http://www")
                .containsOnlyOnce("data:image/jpeg;base64,");
        assertThat(html).contains("<rect class=\"a\" x=\"10\" y=\"10\" width=\"40\" height=\"30\"").contains("<rect class=\"b\"").contains("vanished, the worst 2 of 2").contains("only-in-a, the worst 1 of 1");
        assertThat(out.toString()).doesNotContain("\u001b");
    }

    @Test
    void shouldDrawBoxesThatAreNone() throws Exception {
        Detection none = new Detection(List.of(), 0.5, "product", List.of(), List.of(), null, null);
        Detection huge = new Detection(List.of(Integer.MIN_VALUE, 0, Integer.MAX_VALUE, Integer.MAX_VALUE), 0.5, "product", List.of(), List.of(), null, null);
        Path a = write("a.avro", ResultFormat.AVRO, result("1", none, huge).setImage(null).build());
        Path b = write("b.avro", ResultFormat.AVRO, result("1", thing("tea", 0.8)).setImage(new ImageSize(0, 0)).build());
        assertThat(run(a, b, "--report", folder.resolve("page.html"))).as(err.toString()).isZero();
        assertThat(folder.resolve("page.html")).content().contains("<svg class=\"pair\"");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--fail-if label-changed | in quotes: a shell takes > for itself",
        "--fail-if nonsense>1 | kind 'nonsense' (expected: one of ",
        "--worst 1001 | --worst: 1001 (expected: 0..1000)",
        "--iou 1.5 | box IoU: 1.5 (expected: 0..1)",
        "--pair-iou 0 | pair IoU: 0.0 (expected: above 0, at most 1)",
        "--score-tolerance -1 | score tolerance: -1.0 (expected: 0..2)",
        "--from yesterday | --from: 'yesterday' (expected: ",
        "--report page.html --images /nowhere/at/all | --images: /nowhere/at/all (expected: a folder)",
        "--temp /nowhere/at/all | temporary folder /nowhere/at/all: "})
    void shouldEndWithTwoWhenNothingCanBeCompared(String options, String message) {
        Path a = write("a.jsonl", ResultFormat.JSONL, result("1").build());
        String[] more = options.split(" ");
        Object[] arguments = new Object[more.length + 2];
        arguments[0] = a;
        arguments[1] = a;
        System.arraycopy(more, 0, arguments, 2, more.length);
        assertThat(run(arguments)).isEqualTo(2);
        assertThat(err.toString()).contains(message).doesNotContain("\tat ");
    }

    @Test
    void shouldEndWithTwoWhenASetCanNotBeRead() throws IOException {
        Path a = write("a.jsonl", ResultFormat.JSONL, result("1").build());
        Path broken = folder.resolve("broken.jsonl");
        Files.writeString(broken, Files.readString(a) + "{\"request_id\": \"2\", ");
        Path empty = Files.createFile(folder.resolve("empty.jsonl"));
        assertThat(run(a, folder.resolve("none.jsonl"))).isEqualTo(2);
        assertThat(run(a, broken)).isEqualTo(2);
        assertThat(run(a, folder)).isEqualTo(2);
        assertThat(run(a, empty)).isEqualTo(2);
        assertThat(run(a, "topic:")).isEqualTo(2);
        assertThat(run(a, "topic:x@yesterday")).isEqualTo(2);
        assertThat(run(a, "topic:x@yesterday..")).isEqualTo(2);
        assertThat(err.toString().lines()).hasSize(7).allSatisfy(line -> assertThat(line).startsWith("sightline: ").contains("(expected: "));
        assertThat(err.toString()).contains("broken.jsonl: line 2").contains("have no request id in common");
    }

    @Test
    void shouldRefuseTheCommandLineWithTwo() {
        assertThat(run("one")).isEqualTo(2);
        assertThat(run("one", "two", "three")).isEqualTo(2);
    }
}
