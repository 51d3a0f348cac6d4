package io.sightline.app.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.RecordHeaders;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Dead letters of the real worker, looked at and sent again by the command line; results compared by it. */
@ExtendWith(ProductExtension.class)
@Timeout(300)
class DeadLettersIT {
    private static final AvroCodec<RecognitionRequest> REQUESTS = new AvroCodec<>(RecognitionRequest.class, EmbeddedRegistry.INSTANCE);
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static Product product;
    @TempDir
    private Path folder;

    @BeforeAll
    static void take(Product running) {
        product = running;
    }

    private static CommandLineRun run(String command, String... arguments) {
        return CommandLineRun.of(Stream.of(List.of("dead-letters", command, "--bootstrap-servers", product.bootstrapServers()), List.of(arguments)).flatMap(List::stream).toArray(String[]::new));
    }

    private static JsonNode newest(String id) throws Exception {
        CommandLineRun list = run("list", "--id", id, "--json");
        assertThat(list.status()).as(list.err()).isZero();
        return new ObjectMapper().readTree(list.out()).path("newest");
    }

    @Test
    void shouldAnswerARequestWhoseDeadlineHadPassedWhenItIsSentAgain() throws Exception {
        // given a request that came too late, its caller gone
        byte[] value = REQUESTS.encode("requests", RecognitionRequest.newBuilder().setRequestId("late-1").setImage(ByteBuffer.wrap(Product.scene(0)))
                .setDeadlineMs(Instant.now().minusSeconds(60)).build());
        RecordMetadata sent = product.sendAndWait(Topic.REQUESTS, bytes("late-1"), value, new RecordHeader(RecordHeaders.CORRELATION_ID, bytes("caller")));
        assertThat(product.outputs().result(sent).value().getErrNo()).isEqualTo(6000);
        JsonNode letter = newest("late-1").path(0);
        assertThat(letter.path("retried").asBoolean()).isFalse();
        // when
        assertThat(run("retry", "--id", "late-1", "--dry-run").out()).isEqualToIgnoringNewLines("retry: selected=1 would-send=1 retried-before=0 left=0");
        assertThat(run("retry", letter.path("letter").asText()).out()).isEqualToIgnoringNewLines("retry: selected=1 sent=1 retried-before=0 left=0");
        // then
        Outputs.Result result = await().atMost(PATIENCE).until(() -> product.outputs().resultsOf("late-1"), results -> results.size() == 2).stream()
                .filter(found -> found.value().getStatus() == RecognitionStatus.RECOGNISED).findFirst().orElseThrow();
        assertThat(result.header(RecordHeaders.CORRELATION_ID)).isEqualTo("caller");
        assertThat(result.value().getLineage().getInputPartition()).isEqualTo(sent.partition());
        assertThat(newest("late-1")).singleElement().satisfies(row -> assertThat(row.path("retried").asBoolean()).isTrue());
        assertThat(run("retry", "--id", "late-1").out()).isEqualToIgnoringNewLines("retry: selected=1 sent=0 retried-before=1 left=0");
    }

    @Test
    void shouldShowThatItFailedAgain() throws Exception {
        // given
        byte[] value = bytes("\u001b[31mno picture");
        RecordMetadata sent = product.sendAndWait(Topic.REQUESTS, bytes("bad-1"), value);
        product.outputs().deadLetter(Outputs.place(sent));
        String first = newest("bad-1").path(0).path("letter").asText();
        // when
        assertThat(run("retry", first).status()).isZero();
        // then
        await().atMost(PATIENCE).until(() -> newest("bad-1").size() == 2);
        JsonNode rows = newest("bad-1");
        assertThat(rows).filteredOn(row -> row.path("retries").asInt() == 1).singleElement().satisfies(row -> assertThat(row.path("retry_of").asText()).isEqualTo(first));
        assertThat(rows).filteredOn(row -> row.path("retries").asInt() == 0).singleElement().satisfies(row -> assertThat(row.path("failed_again").isNull()).isFalse());
        assertThat(run("list", "--id", "bad-1").out()).contains("failed ").contains("is retry 1");
        // when it is shown and saved
        Path file = folder.resolve("original");
        CommandLineRun shown = run("show", first, "--save", file.toString());
        // then
        assertThat(shown.out()).contains("key:          bad-1").contains("size:         15 bytes").contains("err-no: 5000").doesNotContain("\u001b");
        assertThat(Files.readAllBytes(file)).isEqualTo(value);
        CommandLineRun again = run("show", first, "--save", file.toString());
        assertThat(again.status()).isEqualTo(1);
        assertThat(again.err()).contains(" is there (expected: a new file)");
    }

    @Test
    void shouldRefuseWhatWouldSendTooMuchOrNothing() {
        assertThat(run("retry").err()).contains("no letters given (expected: ");
        assertThat(run("retry", "--all", "--err-no", "1").err()).contains("--all and a selection: both given");
        assertThat(run("retry", "nonsense").err()).contains("dead letter: 'nonsense' (expected: PARTITION@OFFSET");
        CommandLineRun missing = run("retry", "0@999999");
        assertThat(missing.status()).isEqualTo(1);
        assertThat(missing.err()).contains("1 of the 1 letters named are not there");
        assertThat(run("show", "0@999999").err()).contains("dead letter: 0@999999 is not there");
    }

    @Test
    void shouldAskBeforeItSendsMany() throws Exception {
        for (int i = 0; i < 11; i++) {
            RecordMetadata sent = product.sendAndWait(Topic.REQUESTS, bytes("many"), bytes("no picture " + i));
            product.outputs().deadLetter(Outputs.place(sent));
        }
        CommandLineRun refused = run("retry", "--id", "many");
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).contains("retry: 11 dead letters, and nobody to ask (expected: --yes, or a terminal)");
        assertThat(run("retry", "--id", "many", "--yes").out()).contains("selected=11 sent=11");
        await().atMost(PATIENCE).until(() -> product.outputs().resultsOf("many").size() == 22);
    }

    @Test
    void shouldFindNoDifferenceBetweenATopicAndItselfAndPicturesForThePage() throws Exception {
        // given
        RecordMetadata sent = product.sendAndWait(Topic.REQUESTS, bytes("diff-1"), Product.scene(1));
        product.outputs().result(sent);
        Path page = folder.resolve("diff.html");
        String topic = "topic:" + product.worker().topics().name(Topic.RESULTS);
        String results = topic + "@.." + Instant.now(); // what other tests may still wait for is behind it
        // when
        CommandLineRun same = CommandLineRun.of("diff", results, results, "--bootstrap-servers", product.bootstrapServers(), "--fail-if", "different>0", "--report", page.toString());
        // then
        assertThat(same.err()).doesNotContain("WARN");
        assertThat(same.status()).as(same.out()).isZero();
        assertThat(same.out()).contains("--fail-if different>0: no, 0 of ").contains("lineage: the same models");
        assertThat(page).content().contains("<h1>What changed from A to B</h1>");
        // when the topic is compared with nothing of the same ids
        CommandLineRun nothing = CommandLineRun.of("diff", results, topic + "@2001-01-01..2001-01-02", "--bootstrap-servers", product.bootstrapServers());
        assertThat(nothing.status()).isEqualTo(2);
        assertThat(nothing.err()).contains("have no request id in common");
        // when one side was made to differ
        Path file = folder.resolve("b.jsonl");
        Files.writeString(file, "{\"request_id\": \"diff-1\", \"status\": \"recognised\", \"err_no\": 0, \"err_msg\": \"\", \"pipeline\": \"recognition\", \"image\": {\"width\": 640, \"height\": 480}, "
                + "\"detections\": [], \"lineage\": {}, \"timings_ms\": {}}\n");
        CommandLineRun differs = CommandLineRun.of("diff", results, file.toString(), "--bootstrap-servers", product.bootstrapServers(), "--fail-if", "vanished>0", "--report", page.toString());
        assertThat(differs.status()).as(differs.err()).isEqualTo(1);
        assertThat(page).content().contains("data:image/jpeg;base64,").contains("diff-1").contains("vanished");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
