package io.sightline.connectors.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpServer;
import io.sightline.connectors.testing.TestBridge;
import io.sightline.connectors.testing.TestBroker;
import io.sightline.connectors.testing.TestGalleryWorker;
import io.sightline.connectors.testing.TestWorker;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GalleryClientTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final byte[] IMAGE = {(byte) 0xff, (byte) 0xd8, 1};
    private static final List<AutoCloseable> OPEN = new ArrayList<>();
    private static TestWorker worker;
    private static TestGalleryWorker edits;
    private static GalleryClient client;

    @BeforeAll
    static void start() {
        TestBroker broker = TestBroker.shared();
        Topics topics = broker.newTopics(1);
        broker.create(topics, Topic.GALLERY, 1);
        broker.create(topics, Topic.GALLERY_VECTORS, 1);
        worker = new TestWorker(broker, topics);
        edits = new TestGalleryWorker(broker, topics);
        worker.answerBy(request -> request.getMinEpoch() == null ? TestWorker.recognised(request) : edits.reached(request));
        edits.refuseBy(entry -> entry.getLabel().equals("refused") ? "image: 3 bytes (expected: more)" : "");
        TestBridge bridge = TestBridge.withCatalogue(broker, topics, TestBridge.settings(10_000, 5_000, 16, 0));
        OPEN.addAll(List.of(bridge, edits, worker));
        client = new GalleryClient(URI.create(bridge.server().url() + "/"), Duration.ofSeconds(20));
    }

    @AfterAll
    static void close() throws Exception {
        for (AutoCloseable resource : OPEN) {
            resource.close();
        }
    }

    private static EntryUpload picture(String label) {
        return new EntryUpload(null, label, null, IMAGE, null, null, null);
    }

    @Test
    void shouldSendAllOfAnEntry() throws Exception {
        JsonNode attributes = JSON.readTree("{\"price\":3}");
        GalleryAnswer added = client.add("all", new EntryUpload("a/b c", "Tea", attributes, IMAGE, null, null, List.of(1, 2, 3, 4)), "searchable");
        assertThat(added.httpStatus()).isEqualTo(201);
        assertThat(added.ok()).isTrue();
        assertThat(added.errNo()).isZero();
        assertThat(added.json().path("status").textValue()).isEqualTo("searchable");
        GalleryAnswer entry = client.get("all", "a/b c");
        assertThat(entry.json().path("label").textValue()).isEqualTo("Tea");
        assertThat(entry.json().path("attributes")).isEqualTo(attributes);
        client.put("all", "v", new EntryUpload(null, "vector", null, null, JSON.readTree("[1, 0.5]"), "m@1#0", null), null);
        var last = edits.entry(edits.seen().size() - 1);
        assertThat(last.getVector()).containsExactly(1f, 0.5f);
        assertThat(last.getVectorModel()).isEqualTo("m@1#0");
        assertThat(last.getImage()).isNull();
    }

    @Test
    void shouldListRemoveAndDrop() {
        for (String id : List.of("a", "b", "c")) {
            client.put("few", id, picture(id), null);
        }
        GalleryAnswer page = client.page("few", "a", 1);
        assertThat(page.json().path("entries")).extracting(entry -> entry.path("id").textValue()).containsExactly("b");
        assertThat(page.json().path("next").textValue()).isEqualTo("/v1/galleries/few/entries?limit=1&after=b");
        assertThat(client.remove("few", "b", null).ok()).isTrue();
        assertThat(client.remove("few", "b", null)).extracting(GalleryAnswer::httpStatus, GalleryAnswer::errNo).containsExactly(404, 5000);
        assertThat(client.stats("few").json().path("entries").intValue()).isEqualTo(2);
        assertThat(client.galleries().json().path("galleries")).extracting(gallery -> gallery.path("gallery").textValue()).contains("few");
        assertThat(client.drop("few", "accepted").json().path("removed").intValue()).isEqualTo(2);
    }

    @Test
    void shouldAskWhatASearchAsks() throws Exception {
        client.search("shop", IMAGE, List.of(0, 0, 2, 2), new SearchOptions("p", List.of("b", "c"), 3, 0.5, "a == 1", true));
        RecognitionRequest picture = worker.seen().get(worker.seen().size() - 1);
        assertThat(picture.getImage()).isEqualTo(ByteBuffer.wrap(IMAGE));
        assertThat(picture.getBox()).containsExactly(0, 0, 2, 2);
        assertThat(picture.getPipeline()).isEqualTo("p");
        assertThat(picture.getGalleries()).containsExactly("shop", "b", "c");
        assertThat(picture.getTopK()).isEqualTo(3);
        assertThat(picture.getScoreThreshold()).isEqualTo(0.5);
        assertThat(picture.getFilter()).isEqualTo("a == 1");
        assertThat(picture.getDistinctLabels()).isTrue();
        GalleryAnswer answer = client.search("shop", JSON.readTree("[1,2]"), "m", SearchOptions.DEFAULTS);
        assertThat(answer.json().path("status").textValue()).isEqualTo("recognised");
        RecognitionRequest vector = worker.seen().get(worker.seen().size() - 1);
        assertThat(vector.getVector()).containsExactly(1f, 2f);
        assertThat(vector.getVectorModel()).isEqualTo("m");
        assertThat(vector.getTopK()).isNull();
    }

    @Test
    void shouldGiveAnOutcomeForEachLineInOrder() {
        List<byte[]> lines = List.of(new EntryUpload("1", "x", null, IMAGE, null, null, null).line(), "hello".getBytes(StandardCharsets.UTF_8),
                new EntryUpload("3", "refused", null, IMAGE, null, null, null).line(), new EntryUpload("4", "x", null, IMAGE, null, null, null).line());
        List<BulkOutcome> outcomes = client.bulk("bulk", lines, "searchable");
        assertThat(outcomes).extracting(BulkOutcome::line).containsExactly(1, 2, 3, 4);
        assertThat(outcomes).extracting(BulkOutcome::ok).containsExactly(true, false, false, true);
        assertThat(outcomes).extracting(BulkOutcome::id).containsExactly("1", "", "3", "4");
        assertThat(outcomes.get(2).message()).isEqualTo("image: 3 bytes (expected: more)");
        assertThat(outcomes.get(3).epoch()).isPositive();
    }

    @Test
    void shouldGiveARefusalAsAnAnswer() {
        GalleryAnswer answer = client.add("my gallery", picture("x"), null);
        assertThat(answer.httpStatus()).isEqualTo(400);
        assertThat(answer.message()).startsWith("gallery: 'my gallery'");
        assertThat(client.add("shop", picture("x"), "never").message()).startsWith("wait: 'never'");
    }

    @Test
    void shouldSayThatNothingRunsThereWhenTheConnectionIsRefused() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = socket.getLocalPort();
        }
        GalleryClient nobody = new GalleryClient(URI.create("http://127.0.0.1:" + port), Duration.ofSeconds(5));
        assertThatThrownBy(nobody::galleries).isInstanceOf(ClientException.class).hasMessageContaining("(expected: a running sightline up)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>", "", "[]", "{\"line\":1}"})
    void shouldSayWhatItSawWhenABulkAnswerIsNotWhole(String body) throws Exception {
        HttpServer other = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        other.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        other.start();
        try {
            GalleryClient strange = new GalleryClient(URI.create("http://127.0.0.1:" + other.getAddress().getPort()), Duration.ofSeconds(5));
            assertThatThrownBy(() -> strange.bulk("g", List.of(new byte[] {'{', '}'}), null)).isInstanceOf(ClientException.class).hasMessageContaining("(expected: the JSON answer of a sightline bridge)");
        } finally {
            other.stop(0);
        }
    }

    @Test
    void shouldNotTakeLinesForDoneThatTheEndSaysAreNot() throws Exception {
        HttpServer other = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        other.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            byte[] bytes = "{\"line\":1,\"id\":\"a\",\"err_no\":0,\"err_msg\":\"\",\"epoch\":1}\n{\"status\":\"failed\",\"err_no\":6000,\"err_msg\":\"late\"}\n".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        other.start();
        try {
            GalleryClient late = new GalleryClient(URI.create("http://127.0.0.1:" + other.getAddress().getPort()), Duration.ofSeconds(5));
            List<BulkOutcome> outcomes = late.bulk("g", List.of(new byte[1], new byte[1]), null);
            assertThat(outcomes).extracting(BulkOutcome::errNo).containsExactly(6000, 6000);
            assertThat(outcomes).extracting(BulkOutcome::message).containsExactly("late", "late");
        } finally {
            other.stop(0);
        }
    }
}
