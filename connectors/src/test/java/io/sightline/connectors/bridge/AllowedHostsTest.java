package io.sightline.connectors.bridge;

import static io.sightline.connectors.testing.RawHttp.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.connectors.testing.RawHttp;
import io.sightline.connectors.testing.TestBridge;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Under which names the bridge answers: a page that has its own name point at this machine gets nothing. */
class AllowedHostsTest extends BridgeFixture {
    private TestBridge bridge(String listens, String... names) {
        var s = TestBridge.settings(10_000, 5_000, 16, 0);
        return keep(TestBridge.start(broker, topics, new BridgeSettings(listens, 0, s.requestTimeoutMs(), s.bodyTimeoutMs(), s.maxInFlight(), s.maxBufferedBytes(), s.maxConnections(), s.idleTimeoutMs(),
                s.maxHeaderBytes(), s.drainMs(), true, 1000, 8).withAllowedHosts(List.of(names))));
    }

    private static RawHttp.Response post(TestBridge bridge, String host) throws Exception {
        return RawHttp.exchange(bridge.port(), join(("POST " + PATH + " HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: " + IMAGE.length + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1), IMAGE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.1:8080", "localhost", "LOCALHOST:18080", "localhost.:80", "app.localhost", "[::1]:8080", "[::1]", "192.168.1.7:9998"})
    void shouldAnswerToLoopbackAndAddresses(String host) throws Exception {
        assertThat(post(bridge("127.0.0.1"), host).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example", "evil.example:127", "notlocalhost"})
    void shouldRefuseNamesThatOthersGiveThisMachine(String host) throws Exception {
        RawHttp.Response answer = post(bridge("127.0.0.1"), host);
        assertThat(answer.status()).isEqualTo(421);
        assertThat(answer.json().path("err_no").intValue()).isEqualTo(5000);
        assertThat(answer.json().path("err_msg").textValue()).isEqualTo("host: '" + host + "' (expected: localhost, an address, or one of bridge.allowed_hosts)");
        assertThat(worker.seen()).isEmpty();
    }

    /** What a page could read is as good as what it could change. */
    @ParameterizedTest
    @ValueSource(strings = {"/", "/v1/galleries", "/v1/models", "/healthz", "/nowhere"})
    void shouldRefuseThemOnEveryPath(String path) throws Exception {
        assertThat(RawHttp.exchange(bridge("127.0.0.1").port(), ("GET " + path + " HTTP/1.1\r\nHost: evil.example\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1)).status()).isEqualTo(421);
    }

    @Test
    void shouldAnswerToTheNamesAllowedAndNoOthers() throws Exception {
        TestBridge bridge = bridge("127.0.0.1", "Pictures.example", "a.b");
        for (String host : List.of("pictures.example", "PICTURES.example:443", "a.b.", "localhost:1")) {
            assertThat(post(bridge, host).status()).as(host).isEqualTo(200);
        }
        assertThat(post(bridge, "b.a").status()).isEqualTo(421);
        assertThat(post(bridge, "x.pictures.example").status()).isEqualTo(421);
    }

    @Test
    void shouldAnswerToAnyNameWhereAllAreAllowedOrOthersMayReachIt() throws Exception {
        assertThat(post(bridge("127.0.0.1", "*"), "evil.example").status()).isEqualTo(200);
        assertThat(post(bridge("0.0.0.0"), "bridge.internal:8080").status()).isEqualTo(200);
        assertThat(post(bridge("0.0.0.0", "bridge.internal"), "evil.example").status()).isEqualTo(421);
    }

    /** No browser leaves it out. */
    @Test
    void shouldAnswerAClientOfHttp10WithoutAHost() throws Exception {
        assertThat(RawHttp.exchange(bridge("127.0.0.1").port(), "GET /healthz HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1)).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://a.example", "a.example:80", "", "*.example", "a b", ".a"})
    void shouldRefuseASettingThatIsNoName(String name) {
        assertThatThrownBy(() -> BridgeSettings.DEFAULT.withAllowedHosts(List.of(name))).isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith("allowed_hosts: '" + name + "' (expected: ");
        assertThatThrownBy(() -> BridgeSettings.DEFAULT.withAllowedHosts(List.of("*", "a.example"))).hasMessageStartingWith("allowed_hosts: '*'");
    }
}
