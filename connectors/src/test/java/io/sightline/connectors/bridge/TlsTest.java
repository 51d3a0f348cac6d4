package io.sightline.connectors.bridge;

import static io.sightline.connectors.testing.RawHttp.head;
import static io.sightline.connectors.testing.RawHttp.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.connectors.bridge.access.PemFiles;
import io.sightline.connectors.bridge.access.TlsSettings;
import io.sightline.connectors.testing.RawHttp;
import io.sightline.connectors.testing.TestBridge;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TlsTest extends BridgeFixture {
    @TempDir
    private Path folder;

    private TestBridge start(Path certificate, Path key) {
        return keep(TestBridge.start(broker, topics, TestBridge.settings(10_000, 5_000, 16, 0).withTls(new TlsSettings(Optional.of(certificate), Optional.of(key)))));
    }

    private static SSLContext trusting(PemFiles pem) throws Exception {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(pem.trust());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void shouldServeOverTlsAndNothingElse(HttpClient.Version version) throws Exception {
        // given
        PemFiles pem = PemFiles.make(folder);
        TestBridge bridge = start(pem.certificate(), pem.key());
        assertThat(bridge.server().url().toString()).isEqualTo("https://127.0.0.1:" + bridge.port());
        // when
        HttpRequest request = HttpRequest.newBuilder(URI.create(bridge.server().url() + PATH)).POST(HttpRequest.BodyPublishers.ofByteArray(IMAGE)).build();
        HttpResponse<String> answer = HttpClient.newBuilder().sslContext(trusting(pem)).version(version).build().send(request, HttpResponse.BodyHandlers.ofString());
        // then
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.version()).isEqualTo(version);
        assertThatThrownBy(() -> RawHttp.exchange(bridge.port(), post(PATH, IMAGE))).isInstanceOf(Exception.class);
        assertThat(worker.seen()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void shouldSpeakTls12AndNewer(String protocol) throws Exception {
        PemFiles pem = PemFiles.make(folder);
        TestBridge bridge = start(pem.certificate(), pem.key());
        try (SSLSocket socket = (SSLSocket) trusting(pem).getSocketFactory().createSocket("127.0.0.1", bridge.port())) {
            socket.setEnabledProtocols(new String[] {protocol});
            socket.getOutputStream().write(head("GET /healthz HTTP/1.1"));
            assertThat(new String(socket.getInputStream().readNBytes(12))).isEqualTo("HTTP/1.1 200");
            assertThat(socket.getSession().getProtocol()).isEqualTo(protocol);
        }
    }

    @Test
    void shouldNotSpeakTls11() throws Exception {
        // given a client hello of TLS 1.1, by hand: Java itself no longer sends one
        PemFiles pem = PemFiles.make(folder);
        TestBridge bridge = start(pem.certificate(), pem.key());
        byte[] random = new byte[32];
        byte[] hello = RawHttp.join(new byte[] {0x16, 3, 1, 0, 45, 1, 0, 0, 41, 3, 2}, random, new byte[] {0, 0, 2, (byte) 0xc0, 0x09, 1, 0});
        try (java.net.Socket socket = new java.net.Socket("127.0.0.1", bridge.port())) {
            socket.setSoTimeout(10_000);
            // when
            socket.getOutputStream().write(hello);
            byte[] answer = socket.getInputStream().readNBytes(7);
            // then an alert, fatal: protocol_version
            assertThat(answer).startsWith(0x15).endsWith(2, 70);
        } catch (SSLException e) {
            throw new IOException(e);
        }
    }

    @Test
    void shouldSayWhatIsWrongWithTheFiles() throws Exception {
        PemFiles pem = PemFiles.make(folder);
        Path none = folder.resolve("none");
        Path text = Files.writeString(folder.resolve("text"), "no certificate");
        assertThatThrownBy(() -> start(none, pem.key())).isInstanceOf(BridgeException.class).hasMessage("bridge.tls.certificate: " + none + " can't be read (expected: a PEM file)");
        assertThatThrownBy(() -> start(pem.certificate(), none)).isInstanceOf(BridgeException.class).hasMessageStartingWith("bridge.tls.key: ");
        for (Path[] files : new Path[][] {{text, pem.key()}, {pem.certificate(), text}, {pem.key(), pem.certificate()}}) {
            assertThatThrownBy(() -> start(files[0], files[1])).isInstanceOf(BridgeException.class).hasMessageStartingWith("bridge.tls: " + files[0] + " and " + files[1] + " can't be used");
        }
        assertThatThrownBy(() -> new TlsSettings(Optional.of(text), Optional.empty())).hasMessage("key: none (expected: certificate and key, or neither)");
    }

    @Test
    void shouldWarnWhenOthersReachItUnprotected() {
        BridgeSettings local = TestBridge.settings(1, 1, 1, 0);
        BridgeSettings open = new BridgeSettings("0.0.0.0", 0, 1, 1, 1, 1, 1, 1, 1, 1, true, 1, 1);
        assertThat(new Listening(local).warning()).isEmpty();
        assertThat(new Listening(open).warning()).hasValue("the bridge listens on 0.0.0.0, which other machines may reach, and asks for no API key (bridge.keys) and does not encrypt (bridge.tls)");
        assertThat(new Listening(open.withKeys(folder)).warning()).hasValue("the bridge listens on 0.0.0.0, which other machines may reach, and does not encrypt (bridge.tls)");
        assertThat(new Listening(open.withKeys(folder).withTls(new TlsSettings(Optional.of(folder), Optional.of(folder)))).warning()).isEmpty();
    }
}
