package io.sightline.connectors.bridge;

import static io.sightline.connectors.testing.RawHttp.head;
import static io.sightline.connectors.testing.RawHttp.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.sightline.connectors.bridge.fetch.FetchSettings;
import io.sightline.connectors.bridge.fetch.ImageFetcher;
import io.sightline.connectors.reply.ReplySettings;
import io.sightline.connectors.reply.RequestReply;
import io.sightline.connectors.testing.RawHttp;
import io.sightline.connectors.testing.TestBridge;
import io.sightline.schemas.request.RequestLimits;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures by URL, from a server on this machine: the bridge itself would refuse that address, so these tests bring their own rule. */
class ImageUrlRequestTest extends BridgeFixture {
    private static final String JSON = "Content-Type: application/json";
    private static final RequestLimits LIMITS = new RequestLimits(1000, 64L << 20, 16384, 100);
    private static final AtomicInteger ASKED = new AtomicInteger();
    private static HttpServer pictures;

    @BeforeAll
    static void startPictures() throws Exception {
        pictures = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        pictures.createContext("/", exchange -> {
            ASKED.incrementAndGet();
            String path = exchange.getRequestURI().getPath();
            if (path.startsWith("/bytes/")) {
                int bytes = Integer.parseInt(path.substring("/bytes/".length()));
                exchange.sendResponseHeaders(200, "chunked".equals(exchange.getRequestURI().getQuery()) ? 0 : bytes);
                exchange.getResponseBody().write(new byte[bytes]);
            } else {
                exchange.getResponseHeaders().add("Location", "/bytes/5");
                exchange.sendResponseHeaders(Integer.parseInt(path.substring(1)), -1);
            }
            exchange.close();
        });
        pictures.start();
    }

    @AfterAll
    static void stopPictures() {
        pictures.stop(0);
    }

    @BeforeEach
    void askedNothing() {
        ASKED.set(0);
    }

    private BridgeServer server(Predicate<InetAddress> allowed, int timeoutMs, int maxInFlight, int... ports) throws Exception {
        List<Integer> all = new java.util.ArrayList<>(List.of(pictures.getAddress().getPort()));
        java.util.Arrays.stream(ports).forEach(all::add);
        FetchSettings fetch = new FetchSettings(true, List.of("localhost"), all, timeoutMs, maxInFlight);
        RequestReply replies = keep(RequestReply.start(new ReplySettings(broker.kafka(), 16, 10_000), topics, EmbeddedRegistry.INSTANCE));
        assertThat(replies.awaitReady(Duration.ofSeconds(20))).isTrue();
        return keep(BridgeServer.start(TestBridge.settings(10_000, 5_000, 16, 0).withFetch(fetch), LIMITS, BridgeParts.of(replies),
                new ImageFetcher(fetch, LIMITS.maxImageBytes(), allowed)));
    }

    private byte[] body(String path) {
        return ("{\"image_url\": \"http://localhost:" + pictures.getAddress().getPort() + path + "\"}").getBytes();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/bytes/5", "/bytes/5?chunked", "/bytes/1000", "/bytes/1000?chunked"})
    void shouldRecogniseThePictureThatIsThere(String path) throws Exception {
        BridgeServer server = server(InetAddress::isLoopbackAddress, 5_000, 4);
        RawHttp.Response answer = RawHttp.exchange(server.port(), post(PATH + "?top_k=3", body(path), JSON));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(worker.seen()).singleElement().satisfies(request -> {
            assertThat(request.getImage()).isEqualTo(ByteBuffer.wrap(new byte[path.contains("1000") ? 1000 : 5]));
            assertThat(request.getTopK()).isEqualTo(3);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"/bytes/1001", "/bytes/1001?chunked", "/bytes/5000000?chunked"})
    void shouldRefuseAPictureThatIsOneByteTooLarge(String path) throws Exception {
        RawHttp.Response answer = RawHttp.exchange(server(InetAddress::isLoopbackAddress, 5_000, 4).port(), post(PATH, body(path), JSON));
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.json().path("err_msg").textValue()).startsWith("image_url: ").endsWith("(expected: at most 1000)");
        assertThat(worker.seen()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 301, 302, 307, 404, 500})
    void shouldNotFollowRedirectsNorTakeAnErrorForAPicture(int status) throws Exception {
        RawHttp.Response answer = RawHttp.exchange(server(InetAddress::isLoopbackAddress, 5_000, 4).port(), post(PATH, body("/" + status), JSON));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("err_msg").textValue()).isEqualTo("image_url: answered with HTTP " + status + " (expected: 200; redirects are not followed)");
        assertThat(ASKED).hasValue(1);
    }

    @Test
    void shouldNotConnectToAnAddressThatIsNotPublic() throws Exception {
        // given the rule of every bridge
        FetchSettings fetch = new FetchSettings(true, List.of("localhost"), List.of(pictures.getAddress().getPort()), 5_000, 4);
        TestBridge bridge = keep(TestBridge.start(broker, topics, TestBridge.settings(10_000, 5_000, 16, 0).withFetch(fetch)));
        // when
        RawHttp.Response answer = RawHttp.exchange(bridge.port(), post(PATH, body("/bytes/5"), JSON));
        // then
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("err_msg").textValue()).isEqualTo("image_url: host 'localhost' has an address that is not public (expected: only public ones)");
        assertThat(ASKED).hasValue(0);
    }

    @Test
    void shouldRefuseJsonWhereItIsNotSwitchedOn() throws Exception {
        assertThat(RawHttp.exchange(bridge().port(), post(PATH, body("/bytes/5"), JSON)).status()).isEqualTo(415);
        assertThat(ASKED).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "[]", "{\"image_url\": 5}", "{\"image_url\": null}", "{\"url\": \"x\"}", "{\"image_url\": \"http://localhost:1/\", \"image_url\": \"x\"}", "{\"image_url\": \"http://elsewhere/\"}",
            "{\"image_url\": \"http://localhost:1/\"}", "{\"image_url\": \"http://localhost\"} x"})
    void shouldRefuseABodyThatNamesNoPictureItMayFetch(String json) throws Exception {
        RawHttp.Response answer = RawHttp.exchange(server(InetAddress::isLoopbackAddress, 5_000, 4).port(), post(PATH, json.getBytes(), JSON));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("err_msg").textValue()).contains("(expected: ");
        assertThat(worker.seen()).isEmpty();
    }

    @Test
    void shouldGiveUpWhenTheServerIsTooSlowAndRefuseOneFetchTooMany() throws Exception {
        // given a server that takes connections, begins to answer, and goes no further
        ServerSocket slow = keep(new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1")));
        BridgeServer server = server(InetAddress::isLoopbackAddress, 2_000, 1, slow.getLocalPort());
        byte[] call = post(PATH, ("{\"image_url\": \"http://localhost:" + slow.getLocalPort() + "/\"}").getBytes(), JSON);
        try (RawHttp waiting = new RawHttp(server.port())) {
            waiting.send(call);
            Socket taken = keep(slow.accept());
            taken.getOutputStream().write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc".getBytes());
            // when, then
            RawHttp.Response refused = RawHttp.exchange(server.port(), call);
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.json().path("err_msg").textValue()).isEqualTo("overloaded: 1 pictures are being fetched (expected: fewer; try again later)");
            RawHttp.Response answer = waiting.receive();
            assertThat(answer.status()).isEqualTo(504);
            assertThat(answer.json().path("err_msg").textValue()).isEqualTo("image_url: not there within 2000 ms (expected: the picture in that time)");
            assertThat(taken.getInputStream().readAllBytes()).isNotEmpty(); // to its end: the connection was closed
        }
        assertThat(RawHttp.exchange(server.port(), post(PATH, body("/bytes/5"), JSON)).status()).isEqualTo(200);
    }

    @Test
    void shouldStopFetchingWhenTheCallerGoesAway() throws Exception {
        ServerSocket slow = keep(new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1")));
        BridgeServer server = server(InetAddress::isLoopbackAddress, 10_000, 1, slow.getLocalPort());
        Socket taken;
        try (RawHttp leaving = new RawHttp(server.port())) {
            leaving.send(post(PATH, ("{\"image_url\": \"http://localhost:" + slow.getLocalPort() + "/\"}").getBytes(), JSON));
            taken = keep(slow.accept());
        }
        assertThat(taken.getInputStream().readAllBytes()).isNotEmpty();
        await().until(() -> server.inFlight() == 0);
        assertThat(RawHttp.exchange(server.port(), post(PATH, body("/bytes/5"), JSON)).status()).isEqualTo(200);
    }

    @Test
    void shouldKnowACallByItsKeyAndItsUrl() throws Exception {
        BridgeServer server = server(InetAddress::isLoopbackAddress, 5_000, 4);
        for (int i = 0; i < 2; i++) {
            assertThat(RawHttp.exchange(server.port(), post(PATH, body("/bytes/5"), JSON, "Idempotency-Key: k")).status()).isEqualTo(200);
        }
        assertThat(RawHttp.exchange(server.port(), post(PATH, body("/bytes/6"), JSON, "Idempotency-Key: k")).status()).isEqualTo(409);
        assertThat(ASKED).hasValue(1);
        assertThat(RawHttp.exchange(server.port(), post(PATH + "?async=true", body("/404"), JSON, "Idempotency-Key: l")).status()).isEqualTo(202);
        await().until(() -> RawHttp.exchange(server.port(), head("GET " + PATH + "/l HTTP/1.1")).status() == 200);
        assertThat(RawHttp.exchange(server.port(), head("GET " + PATH + "/l HTTP/1.1")).json().path("err_msg").textValue()).startsWith("image_url: answered with HTTP 404");
    }
}
