package io.sightline.app.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sightline.connectors.client.ClientException;
import io.sightline.connectors.client.GalleryClient;
import io.sightline.schemas.ErrorCode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a server that keeps ids only; the real one is in GalleryHttpIT. */
class GalleryImportTest {
    private static final JsonMapper JSON = new JsonMapper();
    @TempDir
    private Path folder;
    /** What the server has: labels by id. */
    private final TreeMap<String, String> labels = new TreeMap<>();
    private final Set<String> ids = labels.keySet();
    private final List<String> waits = new CopyOnWriteArrayList<>();
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger atOnce = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();
    /** So many lines are answered with an error first. */
    private final AtomicInteger overloaded = new AtomicInteger();
    private final AtomicInteger overloadedRemovals = new AtomicInteger();
    private final AtomicInteger overloadedPages = new AtomicInteger();
    private volatile ErrorCode error = ErrorCode.OVERLOADED;
    private Duration patience = Duration.ofMinutes(1);
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/v1/galleries/g/entries", this::serve);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void serve(HttpExchange exchange) throws IOException {
        mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
        byte[] body = exchange.getRequestBody().readAllBytes();
        String answer = switch (exchange.getRequestMethod()) {
            case "POST" -> bulk(exchange.getRequestURI(), new String(body, StandardCharsets.UTF_8));
            case "DELETE" -> removed(exchange.getRequestURI());
            default -> page();
        };
        atOnce.decrementAndGet();
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.startsWith("{\"err_no\":5000") ? 404 : answer.startsWith("{\"err_no\":") && !answer.startsWith("{\"err_no\":0") ? 503 : 200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private synchronized String bulk(URI uri, String body) throws IOException {
        calls.incrementAndGet();
        waits.add(uri.getQuery());
        StringBuilder answer = new StringBuilder();
        int number = 0;
        for (String line : body.split("\n")) {
            JsonNode entry = JSON.readTree(line);
            number++;
            boolean late = overloaded.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
            boolean bad = entry.path("label").asText().equals("bad");
            if (!late && !bad) {
                labels.put(entry.path("id").asText(), entry.path("label").asText());
            }
            answer.append("{\"line\":").append(number).append(",\"id\":\"").append(entry.path("id").asText()).append("\",\"err_no\":").append(late ? error.number() : bad ? 5000 : 0)
                    .append(",\"err_msg\":\"").append(bad ? "label: bad (expected: good)" : "").append("\",\"epoch\":").append(number).append("}\n");
        }
        return answer + "{\"status\":\"accepted\",\"err_no\":0,\"err_msg\":\"\"}\n";
    }

    private synchronized String removed(URI uri) {
        String id = uri.getPath().substring("/v1/galleries/g/entries/".length());
        if (overloadedRemovals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            if (error == ErrorCode.TIMEOUT) {
                ids.remove(id);
            }
            return "{\"err_no\":" + error.number() + ",\"err_msg\":\"not now\"}";
        }
        waits.add(uri.getQuery());
        return ids.remove(id) ? "{\"err_no\":0,\"epoch\":9}" : "{\"err_no\":5000,\"err_msg\":\"id: '" + id + "' (expected: the id of an entry)\"}";
    }

    private synchronized String page() {
        if (overloadedPages.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            return "{\"err_no\":" + error.number() + ",\"err_msg\":\"not now\"}";
        }
        StringBuilder entries = new StringBuilder();
        ids.forEach(id -> entries.append(entries.length() == 0 ? "" : ",").append("{\"id\":\"").append(id).append("\"}"));
        return "{\"entries\":[" + entries + "],\"next\":null}";
    }

    private ImportReport run(String lines, ImportOperation operation, int concurrency, String wait) throws Exception {
        return run(Files.writeString(folder.resolve("lines.jsonl"), lines), Optional.empty(), operation, concurrency, wait);
    }

    private void has(String... some) {
        List.of(some).forEach(id -> labels.put(id, "x"));
    }

    private ImportReport run(Path file, Optional<Path> root, ImportOperation operation, int concurrency, String wait) throws Exception {
        GalleryClient client = new GalleryClient(URI.create("http://127.0.0.1:" + server.getAddress().getPort()), Duration.ofSeconds(10));
        return new GalleryImport(client, "g", concurrency, wait, patience).run(file, root, operation);
    }

    private static String entries(int from, int to) {
        StringBuilder lines = new StringBuilder();
        for (int i = from; i < to; i++) {
            lines.append(String.format("{\"id\":\"%04d\",\"label\":\"x\",\"vector\":[1]}%n", i));
        }
        return lines.toString();
    }

    @Test
    void shouldSendBatchesBoundedAtOnceAndWaitWithTheLastOneOnly() throws Exception {
        ImportReport report = run(entries(0, 200), ImportOperation.APPEND, 2, "searchable");
        assertThat(report.added()).isEqualTo(200);
        assertThat(report.failures()).isEmpty();
        assertThat(ids).hasSize(200);
        assertThat(calls.get()).isEqualTo(7);
        assertThat(mostAtOnce.get()).isLessThanOrEqualTo(2);
        assertThat(waits.subList(0, 6)).isEqualTo(Collections.nCopies(6, "wait=accepted"));
        assertThat(waits.get(6)).isEqualTo("wait=searchable");
    }

    @Test
    void shouldSayWhereALineIsBadAndGoOn() throws Exception {
        ImportReport report = run(entries(0, 1) + "{\"id\":\"b\",\"label\":\"bad\",\"vector\":[1]}\nhello\n{\"id\":\"c\",\"label\":\"x\",\"image_file\":\"none.jpg\"}\n" + entries(1, 2), ImportOperation.APPEND, 1, "accepted");
        Path file = folder.resolve("lines.jsonl");
        assertThat(report.added()).isEqualTo(2);
        assertThat(report.failures()).containsExactlyInAnyOrder(file + " line 2: label: bad (expected: good)", file + " line 3: 'hello' (expected: a JSON object)",
                file + " line 4: " + folder.resolve("none.jpg") + ": not there (expected: a JPEG or PNG file)");
    }

    @Test
    void shouldSendAgainWhatTheServerHadNoRoomFor() throws Exception {
        overloaded.set(3);
        assertThat(run(entries(0, 5), ImportOperation.APPEND, 1, "accepted").added()).isEqualTo(5);
        assertThat(calls.get()).isEqualTo(2);
        assertThat(ids).hasSize(5);
    }

    @Test
    void shouldSendAgainWhatWasNotAnsweredInTime() throws Exception {
        error = ErrorCode.TIMEOUT;
        overloaded.set(3);
        assertThat(run(entries(0, 5), ImportOperation.APPEND, 1, "accepted").added()).isEqualTo(5);
        assertThat(ids).hasSize(5);
    }

    @Test
    void shouldNotSendAgainWhatWasNotAnsweredInTimeWhenThatCouldAddItTwice() throws Exception {
        error = ErrorCode.TIMEOUT;
        overloaded.set(1);
        ImportReport report = run("{\"label\":\"a\",\"vector\":[1]}\n", ImportOperation.APPEND, 1, "accepted");
        assertThat(report.added()).isZero();
        assertThat(report.failures()).hasSize(1);
        assertThat(calls.get()).isEqualTo(1);
    }

    @Test
    void shouldGiveUpWhenTheServerStaysTooBusyForTooLong() throws Exception {
        overloaded.set(Integer.MAX_VALUE);
        patience = Duration.ofMillis(500);
        ImportReport report = run(entries(0, 5), ImportOperation.APPEND, 1, "accepted");
        assertThat(report.added()).isZero();
        assertThat(report.failures()).hasSize(5);
        assertThat(calls.get()).isGreaterThan(1);
    }

    @Test
    void shouldRemoveWhatIsNotInTheFileWhenTheGalleryIsMadeNew() throws Exception {
        has("0000", "old");
        ImportReport report = run(entries(0, 2), ImportOperation.NEW, 2, "accepted");
        assertThat(report.added()).isEqualTo(2);
        assertThat(report.removed()).isEqualTo(1);
        assertThat(report.notRemoved()).isZero();
        assertThat(report.failures()).isEmpty();
        assertThat(ids).containsExactly("0000", "0001");
    }

    @Test
    void shouldRemoveNothingWhenALineFailedThoughTheGalleryIsToBeNew() throws Exception {
        has("0000", "b", "old", "older");
        ImportReport report = run(entries(0, 2) + "{\"id\":\"b\",\"label\":\"bad\",\"vector\":[1]}\n", ImportOperation.NEW, 2, "accepted");
        assertThat(report.added()).isEqualTo(2);
        assertThat(report.removed()).isZero();
        assertThat(ids).containsExactly("0000", "0001", "b", "old", "older");
        assertThat(report.notRemoved()).isEqualTo(2);
        assertThat(report.failures()).containsExactly(folder.resolve("lines.jsonl") + " line 3: label: bad (expected: good)");
    }

    @Test
    void shouldKeepTheGalleryWhenNothingOfAFileCouldBeAdded() throws Exception {
        has("a", "b");
        Path list = Files.writeString(folder.resolve("labels.txt"), "a.jpg\tApple\nb.jpg\tBanana\n");
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        ImportReport report = run(list, Optional.of(elsewhere), ImportOperation.NEW, 2, "accepted");
        assertThat(report.added()).isZero();
        assertThat(report.removed()).isZero();
        assertThat(ids).containsExactly("a", "b");
        assertThat(report.notRemoved()).isEqualTo(2);
        assertThat(report.failures()).hasSize(2);
    }

    @Test
    void shouldLetTheLastLineOfAnIdWinHoweverManyBatchesAreSentAtOnce() throws Exception {
        // given a server that has no room for the first lines, which would be sent again after the others
        overloaded.set(5);
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            lines.append("{\"id\":\"same\",\"label\":\"").append(i).append("\",\"vector\":[1]}\n").append(entries(i, i + 1));
        }
        // when
        ImportReport report = run(lines + "{\"id\":\"0007\",\"label\":\"y\",\"vector\":[1]}\n", ImportOperation.APPEND, 4, "accepted");
        // then
        assertThat(labels).hasSize(201).containsEntry("same", "199").containsEntry("0007", "y").containsEntry("0008", "x");
        assertThat(report.added()).isEqualTo(201);
        assertThat(report.replaced()).isEqualTo(200);
        assertThat(report.failures()).isEmpty();
    }

    @Test
    void shouldGoOnWhenALineOfALabelFileIsBad() throws Exception {
        Files.write(folder.resolve("1.jpg"), new byte[] {1, 2, 3});
        Path list = Files.writeString(folder.resolve("labels.txt"), "\uFEFF1.jpg\tApple\r\nno tab\r\n2.jpg\t\r\n1.jpg\tGreen apple\tof 2024\r\n");
        ImportReport report = run(list, Optional.empty(), ImportOperation.APPEND, 2, "accepted");
        assertThat(report.added()).isEqualTo(1);
        assertThat(labels).containsExactly(java.util.Map.entry("1.jpg", "Green apple"));
        assertThat(report.failures()).containsExactlyInAnyOrder(list + " line 2: 'no tab' (expected: relative/path.jpg, a tab, the label)",
                list + " line 3: '2.jpg<TAB>' (expected: relative/path.jpg, a tab, the label)");
    }

    @Test
    void shouldRemoveAgainWhatTheServerHadNoRoomFor() throws Exception {
        has("0000", "0001", "0002", "old");
        overloadedRemovals.set(3);
        ImportReport report = run(entries(0, 2), ImportOperation.REMOVE, 2, "accepted");
        assertThat(report.failures()).isEmpty();
        assertThat(report.removed()).isEqualTo(2);
        assertThat(ids).containsExactly("0002", "old");
        overloadedRemovals.set(2);
        overloadedPages.set(2);
        assertThat(run(entries(2, 3), ImportOperation.NEW, 2, "accepted").removed()).isEqualTo(1);
        assertThat(ids).containsExactly("0002");
    }

    @Test
    void shouldCountAsRemovedWhatIsGoneAfterARemovalThatWasNotAnsweredInTime() throws Exception {
        has("0000", "0001");
        error = ErrorCode.TIMEOUT;
        overloadedRemovals.set(1);
        ImportReport report = run(entries(0, 2), ImportOperation.REMOVE, 1, "accepted");
        assertThat(report.failures()).isEmpty();
        assertThat(report.removed()).isEqualTo(2);
        assertThat(ids).isEmpty();
    }

    @Test
    void shouldNotSayThatARemovalIsSearchableWhenOnlyItsEntryIsKnownToBeGone() throws Exception {
        has("0000");
        error = ErrorCode.TIMEOUT;
        overloadedRemovals.set(1);
        ImportReport report = run(entries(0, 1), ImportOperation.REMOVE, 1, "searchable");
        assertThat(report.failures()).containsExactly("0000: not now");
    }

    @Test
    void shouldGiveUpRemovingWhenTheServerStaysTooBusyForTooLong() throws Exception {
        has("0000");
        overloadedRemovals.set(Integer.MAX_VALUE);
        patience = Duration.ofMillis(500);
        ImportReport report = run(entries(0, 1), ImportOperation.REMOVE, 1, "accepted");
        assertThat(report.removed()).isZero();
        assertThat(report.failures()).containsExactly("0000: not now");
        assertThat(overloadedRemovals.get()).as("asked more than once").isLessThan(Integer.MAX_VALUE - 1);
    }

    @Test
    void shouldRemoveByIdAndCountLinesWithoutOne() throws Exception {
        has("0000", "0001", "0002");
        ImportReport report = run(entries(0, 2) + "{\"label\":\"x\"}\n", ImportOperation.REMOVE, 2, "searchable");
        assertThat(report.removed()).isEqualTo(2);
        assertThat(report.failures()).singleElement().asString().contains("line 3: no id (expected: ");
        assertThat(ids).containsExactly("0002");
        assertThat(waits).containsExactly("wait=accepted", "wait=searchable");
    }

    @Test
    void shouldEndWhenTheServerCannotBeAsked() {
        server.stop(0);
        assertThatThrownBy(() -> run(entries(0, 100), ImportOperation.APPEND, 2, "accepted")).isInstanceOf(ClientException.class).hasMessageContaining("(expected: a running sightline up)");
    }
}
