package io.sightline.connectors.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.sightline.connectors.testing.TestBridge;
import io.sightline.connectors.testing.TestBroker;
import io.sightline.connectors.testing.TestWorker;
import io.sightline.schemas.topics.Topics;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecognitionClientTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    @TempDir
    Path folder;

    @Test
    void shouldGiveTheServersAnswerWhenAFileIsSent() throws Exception {
        Topics topics = TestBroker.shared().newTopics(1);
        try (TestWorker worker = new TestWorker(TestBroker.shared(), topics);
                TestBridge bridge = TestBridge.start(TestBroker.shared(), topics, TestBridge.settings(10_000, 5_000, 4, 0))) {
            // given
            Path file = Files.write(folder.resolve("a.jpg"), new byte[] {1, 2, 3});
            RecognitionClient client = new RecognitionClient(URI.create(bridge.server().url() + "/"), TIMEOUT);
            // when
            RecognitionAnswer answer = client.recognize(file, new RecognitionOptions("products", "shop", null, 3, 0.25, null, null));
            // then
            assertThat(answer.httpStatus()).isEqualTo(200);
            assertThat(answer.recognised()).isTrue();
            assertThat(answer.json()).startsWith("{\"request_id\":").doesNotContain("\n");
            assertThat(worker.seen()).singleElement().satisfies(request -> {
                assertThat(request.getImage()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3}));
                assertThat(request.getPipeline()).isEqualTo("products");
                assertThat(request.getGallery()).isEqualTo("shop");
                assertThat(request.getTopK()).isEqualTo(3);
                assertThat(request.getScoreThreshold()).isEqualTo(0.25);
            });
        }
    }

    @Test
    void shouldAskForGalleriesFilterAndDistinctLabels() throws Exception {
        Topics topics = TestBroker.shared().newTopics(1);
        try (TestWorker worker = new TestWorker(TestBroker.shared(), topics);
                TestBridge bridge = TestBridge.start(TestBroker.shared(), topics, TestBridge.settings(10_000, 5_000, 4, 0))) {
            RecognitionClient client = new RecognitionClient(bridge.server().url(), TIMEOUT);
            String filter = "brand == \"a&b+c é\" and price < 5";
            RecognitionAnswer answer = client.recognize(new byte[] {1}, new RecognitionOptions(null, null, List.of("shop", "wares"), null, null, filter, true));
            assertThat(answer.recognised()).as(answer.json()).isTrue();
            assertThat(worker.seen()).singleElement().satisfies(request -> {
                assertThat(request.getGallery()).isNull();
                assertThat(request.getGalleries()).containsExactly("shop", "wares");
                assertThat(request.getFilter()).isEqualTo(filter);
                assertThat(request.getDistinctLabels()).isTrue();
            });
            RecognitionAnswer both = client.recognize(new byte[] {1}, new RecognitionOptions(null, "shop", List.of("wares"), null, null, null, null));
            assertThat(both.json()).contains("gallery and galleries (expected: one of them)");
            // one more than there may be
            List<String> many = java.util.stream.IntStream.range(0, 17).mapToObj(i -> "g" + i).toList();
            assertThat(client.recognize(new byte[] {1}, new RecognitionOptions(null, null, many, null, null, null, null)).httpStatus()).isEqualTo(400);
            assertThat(client.recognize(new byte[] {1}, new RecognitionOptions(null, null, many.subList(0, 16), null, null, null, null)).httpStatus()).isEqualTo(200);
        }
    }

    @Test
    void shouldGiveARefusalAsAnAnswerToo() throws Exception {
        Topics topics = TestBroker.shared().newTopics(1);
        try (TestBridge bridge = TestBridge.start(TestBroker.shared(), topics, TestBridge.settings(10_000, 5_000, 4, 0))) {
            RecognitionClient client = new RecognitionClient(bridge.server().url(), TIMEOUT);
            RecognitionAnswer empty = client.recognize(new byte[0], RecognitionOptions.DEFAULTS);
            assertThat(empty).extracting(RecognitionAnswer::httpStatus, RecognitionAnswer::status, RecognitionAnswer::errNo).containsExactly(400, "rejected", 5000);
            RecognitionAnswer wrong = client.recognize(new byte[1], new RecognitionOptions("a b&c", null, null, null, null, null, null));
            assertThat(wrong.json()).contains("pipeline: 'a b&c'");
            // one byte over the limit: the server answers while the body is still on its way
            for (int i = 0; i < 3; i++) {
                assertThat(client.recognize(new byte[(16 << 20) + 1], RecognitionOptions.DEFAULTS).httpStatus()).isEqualTo(413);
            }
        }
    }

    @Test
    void shouldSayThatNothingRunsThereWhenTheConnectionIsRefused() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = socket.getLocalPort();
        }
        RecognitionClient client = new RecognitionClient(URI.create("http://127.0.0.1:" + port), TIMEOUT);
        assertThatThrownBy(() -> client.recognize(new byte[1], RecognitionOptions.DEFAULTS)).isInstanceOf(ClientException.class)
                .hasMessage("can't reach http://127.0.0.1:" + port + " (expected: a running sightline up)");
    }

    @Test
    void shouldSayHowLongItWaitedWhenNoAnswerComes() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            RecognitionClient client = new RecognitionClient(URI.create("http://127.0.0.1:" + silent.getLocalPort()), Duration.ofMillis(200));
            assertThatThrownBy(() -> client.recognize(new byte[1], RecognitionOptions.DEFAULTS)).isInstanceOf(ClientException.class).hasMessageContaining("no answer within 200 ms");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>hello</html>", "", "{\"message\":\"other\"}", "[]"})
    void shouldSayWhatItSawWhenAnotherServerAnswers(String body) throws Exception {
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
            RecognitionClient client = new RecognitionClient(URI.create("http://127.0.0.1:" + other.getAddress().getPort()), TIMEOUT);
            assertThatThrownBy(() -> client.recognize(new byte[1], RecognitionOptions.DEFAULTS)).isInstanceOf(ClientException.class)
                    .hasMessageContaining("HTTP 200 '" + body + "' (expected: the JSON answer of a sightline bridge)");
        } finally {
            other.stop(0);
        }
    }

    @Test
    void shouldNameTheFileWhenItIsNotThere() {
        RecognitionClient client = new RecognitionClient(URI.create("http://127.0.0.1:1"), TIMEOUT);
        Path missing = folder.resolve("missing.jpg");
        assertThatThrownBy(() -> client.recognize(missing, RecognitionOptions.DEFAULTS)).isInstanceOf(ClientException.class).hasMessage("file: " + missing + " does not exist (expected: a JPEG or PNG file)");
        assertThatThrownBy(() -> client.recognize(folder, RecognitionOptions.DEFAULTS)).isInstanceOf(ClientException.class).hasMessageContaining("is not a readable file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "ftp://host", "http:///x", "localhost:8080"})
    void shouldSayWhatAServerUrlLooksLike(String url) {
        assertThatThrownBy(() -> new RecognitionClient(URI.create(url), TIMEOUT)).isInstanceOf(ClientException.class).hasMessage("server: '" + url + "' (expected: a URL like http://127.0.0.1:8080)");
    }
}
