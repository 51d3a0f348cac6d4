package io.sightline.connectors.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sightline.connectors.testing.TestBridge;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many edits in one call. */
class BulkEditTest extends GalleryFixture {
    private static final JsonMapper JSON = new JsonMapper();

    private static List<JsonNode> bulk(TestBridge bridge, String query, HttpRequest.BodyPublisher body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(bridge.server().url() + ENTRIES + query)).header("Content-Type", "application/x-ndjson").POST(body).build();
        HttpResponse<String> answer = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build().send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).contains("application/x-ndjson");
        List<JsonNode> lines = new ArrayList<>();
        for (String line : answer.body().split("\n")) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }

    private static String entry(int id) {
        return "{\"id\":\"" + id + "\",\"label\":\"l\",\"vector\":[1," + id + "]}\n";
    }

    @Test
    void shouldAnswerEachLineAndAllTogether() throws Exception {
        // given a good line, a blank one, three bad ones, one a worker refuses and a last one without a line end
        edits.refuseBy(entry -> entry.getId().equals("refused") ? "vector: 2 dimensions (expected: 3)" : "");
        TestBridge bridge = catalogued();
        String body = entry(1) + "\r\n" + "hello\n" + "{\"id\":\"3\",\"label\":\"x\"}\n" + "{\"id\":\" \",\"label\":\"x\",\"vector\":[1]}\n" + "{\"id\":\"refused\",\"label\":\"x\",\"vector\":[1,2]}\n"
                + "{\"label\":\"made up\",\"vector\":[1]}";
        // when
        List<JsonNode> lines = bulk(bridge, "", BodyPublishers.ofString(body));
        // then
        JsonNode end = lines.remove(lines.size() - 1);
        lines.sort(java.util.Comparator.comparingInt(line -> line.path("line").intValue()));
        assertThat(lines).extracting(line -> line.path("line").intValue()).containsExactly(1, 3, 4, 5, 6, 7);
        assertThat(lines).extracting(line -> line.path("err_no").intValue()).containsExactly(0, 5000, 5000, 5000, 5000, 0);
        assertThat(lines).extracting(line -> line.path("err_msg").textValue()).satisfiesExactly(m -> assertThat(m).isEmpty(), m -> assertThat(m).startsWith("body: not JSON"),
                m -> assertThat(m).startsWith("neither image nor vector"), m -> assertThat(m).startsWith("id: ' '"), m -> assertThat(m).isEqualTo("vector: 2 dimensions (expected: 3)"),
                m -> assertThat(m).isEmpty());
        assertThat(lines.get(0).path("id").textValue()).isEqualTo("1");
        assertThat(lines.get(4).path("id").textValue()).isEqualTo("refused");
        assertThat(lines.get(5).path("id").textValue()).hasSize(36);
        assertThat(end.toString()).startsWith("{\"status\":\"accepted\",\"err_no\":0,\"err_msg\":\"\",\"gallery\":\"shop\",\"accepted\":2,\"failed\":4,\"epoch\":");
        assertThat(get(bridge, "/v1/galleries/shop").json().path("entries").intValue()).isEqualTo(2);
    }

    @Test
    void shouldWorkOnFarMoreLinesThanAtOnceAndWaitOnceUntilAllAreSearchable() throws Exception {
        TestBridge bridge = catalogued(new BridgeSettings("127.0.0.1", 0, 10_000, 5_000, 4, 1 << 20, 100, 60_000, 8192, 0, true, 1000, 8));
        StringBuilder body = new StringBuilder();
        IntStream.range(0, 300).forEach(i -> body.append(entry(i)));
        List<JsonNode> lines = bulk(bridge, "?wait=searchable", BodyPublishers.ofString(body.toString()));
        assertThat(lines).hasSize(301);
        JsonNode end = lines.get(300);
        assertThat(end.path("status").textValue()).isEqualTo("searchable");
        assertThat(end.path("accepted").intValue()).isEqualTo(300);
        assertThat(end.path("epoch").intValue()).isEqualTo(300);
        assertThat(worker.seen()).as("a question for each partition").hasSize(2);
        assertThat(get(bridge, "/v1/galleries/shop").json().path("entries").intValue()).isEqualTo(300);
        assertThat(bridge.server().inFlight()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?wait=logged"})
    void shouldSendLinesOfOneIdInTheirOrderThoughOthersAreSentAtOnceAndAgain(String query) throws Exception {
        // given room for fewer calls than lines at once, so that some are sent again later
        TestBridge bridge = catalogued(new BridgeSettings("127.0.0.1", 0, 10_000, 5_000, 3, 1 << 20, 100, 60_000, 8192, 0, true, 1000, 8));
        StringBuilder body = new StringBuilder();
        IntStream.range(0, 100).forEach(i -> body.append("{\"id\":\"same\",\"label\":\"" + i + "\",\"vector\":[1]}\n").append(i % 2 == 0 ? entry(i) : ""));
        // when
        List<JsonNode> lines = bulk(bridge, query, BodyPublishers.ofString(body + "{\"id\":\"same\",\"vector\":[1]}\n"));
        // then
        JsonNode end = lines.get(lines.size() - 1);
        assertThat(end.path("accepted").intValue()).isEqualTo(150);
        assertThat(end.path("failed").intValue()).as("the last line, which has no label").isEqualTo(1);
        org.awaitility.Awaitility.await().until(() -> edits.seen().size() == 150);
        List<String> labels = IntStream.range(0, 150).mapToObj(edits::entry).filter(edit -> edit.getId().equals("same")).map(edit -> edit.getLabel()).toList();
        assertThat(labels).isEqualTo(IntStream.range(0, 100).mapToObj(Integer::toString).toList());
    }

    @Test
    void shouldRefuseAnIdThatCannotBeWritten() throws Exception {
        List<JsonNode> lines = bulk(catalogued(), "", BodyPublishers.ofString("{\"id\":\"a\\ud83d\",\"label\":\"x\",\"vector\":[1]}\n" + entry(1)));
        assertThat(lines).hasSize(3);
        assertThat(lines).anySatisfy(line -> {
            assertThat(line.path("line").intValue()).isEqualTo(1);
            assertThat(line.path("err_msg").textValue()).isEqualTo("id: 'a?' with half of a surrogate pair (expected: whole characters)");
            assertThat(line.path("id").textValue()).isEqualTo("a?");
        });
        assertThat(edits.seen()).hasSize(1);
    }

    @Test
    void shouldWorkOnNoMoreLinesAtOnceThanItMay() throws Exception {
        // given a worker that stops at the first entry
        java.util.concurrent.CountDownLatch goOn = new java.util.concurrent.CountDownLatch(1);
        edits.refuseBy(entry -> {
            try {
                goOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return "";
        });
        TestBridge bridge = catalogued(new BridgeSettings("127.0.0.1", 0, 10_000, 5_000, 100, 1 << 20, 100, 60_000, 8192, 0, true, 1000, 3));
        StringBuilder body = new StringBuilder();
        IntStream.range(0, 10).forEach(i -> body.append(entry(i)));
        // when
        var answer = java.util.concurrent.CompletableFuture.supplyAsync(() -> {
            try {
                return bulk(bridge, "", BodyPublishers.ofString(body.toString()));
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        org.awaitility.Awaitility.await().until(() -> bridge.replies().inFlight() == 3);
        // then
        assertThat(bridge.replies().inFlight()).isEqualTo(3);
        goOn.countDown();
        assertThat(answer.get()).hasSize(11);
    }

    @Test
    void shouldEndWithOverloadedWhenALineIsMoreThanTheMemoryThereIs() throws Exception {
        TestBridge bridge = catalogued(new BridgeSettings("127.0.0.1", 0, 10_000, 5_000, 16, 1 << 20, 100, 60_000, 8192, 0, true, 1000, 8));
        List<JsonNode> lines = bulk(bridge, "", BodyPublishers.ofString(entry(1) + " ".repeat((1 << 20) + 1)));
        JsonNode end = lines.get(lines.size() - 1);
        assertThat(end.path("err_no").intValue()).isEqualTo(50);
        assertThat(end.path("err_msg").textValue()).startsWith("overloaded: images in flight hold 1048576 bytes already");
        // and the memory is free again
        assertThat(bulk(bridge, "", BodyPublishers.ofString(entry(2)))).hasSize(2);
    }

    @Test
    void shouldRefuseALineThatIsTooLongAndGoOn() throws Exception {
        List<JsonNode> lines = bulk(catalogued(), "", BodyPublishers.ofString("{\"label\":\"" + "x".repeat(23 << 20) + "\"}\n" + entry(1)));
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0).path("err_msg").textValue()).startsWith("line: more than ").contains("(expected: at most ");
        assertThat(lines.get(1).path("err_no").intValue()).isZero();
    }

    @Test
    void shouldTakeNothingForAnAnswerToo() throws Exception {
        List<JsonNode> lines = bulk(catalogued(), "?wait=searchable", BodyPublishers.noBody());
        assertThat(lines).singleElement().satisfies(end -> assertThat(end.path("accepted").intValue()).isZero());
    }

    @Test
    void shouldEndWithAnErrorWhenTheNextLineDoesNotCome() throws Exception {
        TestBridge bridge = catalogued(TestBridge.settings(10_000, 300, 16, 0));
        try (var http = new io.sightline.connectors.testing.RawHttp(bridge.port())) {
            http.send(io.sightline.connectors.testing.RawHttp.join(io.sightline.connectors.testing.RawHttp.head("POST " + ENTRIES + " HTTP/1.1", "Content-Type: application/x-ndjson", "Content-Length: 1000"),
                    entry(1).getBytes(UTF_8)));
            org.awaitility.Awaitility.await().until(() -> bridge.server().inFlight() == 0 && edits.seen().size() == 1);
        }
    }

    @Test
    void shouldNotWaitForACallerWhoNeverReadsTheOutcomes() throws Exception {
        // given outcomes of more bytes than the connection holds, each with the whole of a long id in it
        TestBridge bridge = catalogued(TestBridge.settings(10_000, 300, 16, 0));
        byte[] lines = ("{\"id\":\"" + "\u20ac".repeat(199) + "\"}\n").repeat(40_000).getBytes(UTF_8);
        try (var http = new io.sightline.connectors.testing.RawHttp(bridge.port())) {
            // when: sending stops where the server reads no more
            byte[] head = io.sightline.connectors.testing.RawHttp.head("POST " + ENTRIES + " HTTP/1.1", "Content-Type: application/x-ndjson", "Content-Length: " + (lines.length + 1));
            new Thread(() -> http.send(io.sightline.connectors.testing.RawHttp.join(head, lines)), "caller").start();
            org.awaitility.Awaitility.await().until(() -> bridge.server().inFlight() == 1);
            // then the call ends, as it would for a body that does not come
            org.awaitility.Awaitility.await().until(() -> bridge.server().inFlight() == 0);
        }
    }

    @Test
    void shouldChangeTheSameEntriesWhenTheSameLinesComeAgainUnderTheSameKey() throws Exception {
        // given
        TestBridge bridge = catalogued();
        String lines = "{\"label\":\"a\",\"vector\":[1]}\n{\"label\":\"b\",\"vector\":[2]}\n";
        Set<String> ids = ids(bridge, lines);
        assertThat(ids).hasSize(2);
        // when
        Set<String> again = ids(bridge, lines);
        // then
        assertThat(again).isEqualTo(ids);
        assertThat(get(bridge, "/v1/galleries/shop").json().path("entries").intValue()).isEqualTo(2);
    }

    private static Set<String> ids(TestBridge bridge, String lines) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(bridge.server().url() + ENTRIES)).header("Content-Type", "application/x-ndjson").header("Idempotency-Key", "bulk 1").POST(BodyPublishers.ofString(lines)).build();
        Set<String> ids = new HashSet<>();
        for (String line : HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body().split("\n")) {
            JsonNode outcome = JSON.readTree(line);
            if (outcome.has("id")) {
                ids.add(outcome.path("id").textValue());
            }
        }
        return ids;
    }
}
