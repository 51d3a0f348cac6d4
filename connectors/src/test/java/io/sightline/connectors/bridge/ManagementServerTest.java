package io.sightline.connectors.bridge;

import static io.sightline.connectors.testing.RawHttp.head;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.connectors.bridge.call.Readiness;
import io.sightline.connectors.testing.RawHttp;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ManagementServerTest {
    private static final MetricsText ECHO = accept -> new MetricsText.Page("text/plain; version=0.0.4", ("accept " + accept + "\n").getBytes(StandardCharsets.UTF_8));
    private final List<ManagementServer> servers = new ArrayList<>();
    private volatile Map<String, Readiness> components = Map.of("worker", Readiness.notReady("LOADING_GALLERY"));

    @AfterEach
    void close() {
        servers.forEach(ManagementServer::close);
    }

    private ManagementServer start(MetricsText metrics) {
        ManagementServer server = ManagementServer.start(new ManagementSettings("127.0.0.1", Optional.of(0)), 0, () -> components, metrics);
        servers.add(server);
        return server;
    }

    private static RawHttp.Response get(ManagementServer server, String target, String... headers) throws Exception {
        List<String> lines = new ArrayList<>(List.of("GET " + target + " HTTP/1.1"));
        lines.addAll(List.of(headers));
        return RawHttp.exchange(server.url().getPort(), head(lines.toArray(String[]::new)));
    }

    @Test
    void shouldAnswerMetricsInTheFormThatIsAskedFor() throws Exception {
        ManagementServer server = start(ECHO);
        RawHttp.Response metrics = get(server, "/metrics", "Accept: application/openmetrics-text");
        assertThat(metrics.status()).isEqualTo(200);
        assertThat(metrics.headers()).containsEntry("content-type", "text/plain; version=0.0.4");
        assertThat(metrics.body()).asString().isEqualTo("accept application/openmetrics-text\n");
        assertThat(get(server, "/metrics").body()).asString().isEqualTo("accept null\n");
    }

    @Test
    void shouldBeAliveBeforeItIsReady() throws Exception {
        ManagementServer server = start(ECHO);
        assertThat(get(server, "/healthz").status()).isEqualTo(200);
        RawHttp.Response loading = get(server, "/readyz");
        assertThat(loading.status()).isEqualTo(503);
        assertThat(loading.json().toString()).isEqualTo("{\"status\":\"not_ready\",\"components\":{\"worker\":{\"ready\":false,\"detail\":\"LOADING_GALLERY\"}}}");

        components = Map.of("worker", Readiness.READY);

        assertThat(get(server, "/readyz").status()).isEqualTo(200);
    }

    @Test
    void shouldAnswerNothingElse() throws Exception {
        ManagementServer server = start(ECHO);
        RawHttp.Response unknown = get(server, "/v1/models");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.json().path("err_msg").textValue()).isEqualTo("path: '/v1/models' (expected: GET /metrics, /healthz or /readyz)");
        assertThat(RawHttp.exchange(server.url().getPort(), RawHttp.post("/metrics", new byte[1])).status()).isIn(404, 405);
    }

    @Test
    void shouldAnswerHealthWhileAScrapeTakesItsTime() throws Exception {
        // given metrics that wait, for a server that is away, say
        CountDownLatch gate = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        ManagementServer server = start(accept -> {
            begun.countDown();
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return ECHO.write(accept);
        });
        CompletableFuture<RawHttp.Response> scrape = CompletableFuture.supplyAsync(() -> {
            try {
                return get(server, "/metrics");
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        begun.await();
        // when, then
        assertThat(get(server, "/healthz").status()).isEqualTo(200);
        gate.countDown();
        assertThat(scrape.get().status()).isEqualTo(200);
    }

    @Test
    void shouldSayWhichAddressIsTaken() {
        int taken = start(ECHO).url().getPort();
        assertThatThrownBy(() -> ManagementServer.start(new ManagementSettings("127.0.0.1", Optional.of(taken)), taken, () -> components, ECHO)).isInstanceOf(BridgeException.class)
                .hasMessageStartingWith("management: can't listen on 127.0.0.1:" + taken).hasMessageEndingWith("(expected: a free port on an address of this machine)");
    }

    @Test
    void shouldRefuseNoHost() {
        assertThatThrownBy(() -> new ManagementSettings(" ", Optional.empty())).hasMessage("host: ' ' (expected: an address of this machine)");
    }
}
