package io.sightline.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.schemas.wire.ScriptedRegistry.Call;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.DisconnectException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS handshakes with a real HTTPS server. */
class RegistryTlsTest {
    private static final String BY_ID = "GET /schemas/ids/7";
    private static final String INT = "{\"schema\": \"\\\"int\\\"\"}";
    @TempDir
    static Path folder;
    private static TestKeys server;
    private static TestKeys client;

    @BeforeAll
    static void makeKeys() throws Exception {
        server = TestKeys.make(folder, "registry", "ip:127.0.0.1");
        client = TestKeys.make(folder, "client", "dns:client");
    }

    @ParameterizedTest
    @ValueSource(strings = {"JKS", "PKCS12"})
    void shouldTrustWhomTheTrustStoreNames(String type) throws Exception {
        try (ScriptedRegistry https = registry(false)) {
            assertThat(schema(https, "ssl.truststore.location", server.trustStore(type).toString(), "ssl.truststore.password", TestKeys.PASSWORD, "ssl.truststore.type", type))
                    .isEqualTo(Schema.create(Schema.Type.INT));
            // Java's JKS reads PKCS12 too, and is the default
            assertThat(schema(https, "schema.registry.ssl.truststore.location", server.trustStore(type).toString(), "schema.registry.ssl.truststore.password", TestKeys.PASSWORD))
                    .isEqualTo(Schema.create(Schema.Type.INT));
        }
    }

    @Test
    void shouldTrustWhomAPemNamesInAFileOrInTheKeyItself() throws Exception {
        Path file = Files.writeString(folder.resolve("registry.pem"), server.certificatePem());
        try (ScriptedRegistry https = registry(false)) {
            assertThat(schema(https, "ssl.truststore.type", "PEM", "ssl.truststore.location", file.toString())).isEqualTo(Schema.create(Schema.Type.INT));
            assertThat(schema(https, "ssl.truststore.type", "PEM", "ssl.truststore.certificates", server.certificatePem())).isEqualTo(Schema.create(Schema.Type.INT));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"JKS", "PKCS12"})
    void shouldShowItsOwnCertificateWhenTheRegistryWantsOne(String type) throws Exception {
        try (ScriptedRegistry https = registry(true)) {
            assertThat(schema(https, "ssl.truststore.location", server.trustStore("JKS").toString(), "ssl.truststore.password", TestKeys.PASSWORD,
                    "ssl.keystore.location", client.keyStore(type).toString(), "ssl.keystore.password", TestKeys.PASSWORD, "ssl.keystore.type", type, "ssl.key.password", TestKeys.PASSWORD))
                    .isEqualTo(Schema.create(Schema.Type.INT));
        }
    }

    @Test
    void shouldShowItsOwnCertificateOfAPemWhenTheRegistryWantsOne() throws Exception {
        try (ScriptedRegistry https = registry(true)) {
            assertThat(schema(https, "ssl.truststore.type", "PEM", "ssl.truststore.certificates", server.certificatePem(), "ssl.keystore.type", "PEM",
                    "ssl.keystore.certificate.chain", client.certificatePem(), "ssl.keystore.key", client.keyPem())).isEqualTo(Schema.create(Schema.Type.INT));
        }
    }

    @Test
    void shouldNameHostAndCauseWhenTheRegistryIsNotTrusted() throws Exception {
        try (ScriptedRegistry https = registry(false)) {
            assertThatThrownBy(() -> schema(https, "ssl.truststore.location", client.trustStore("JKS").toString(), "ssl.truststore.password", TestKeys.PASSWORD))
                    .isInstanceOf(DisconnectException.class).hasMessageContaining("GET " + https.url() + "/schemas/ids/7: no answer").hasMessageContaining("SSLHandshakeException")
                    .hasMessageContaining("unable to find valid certification path").hasMessageContaining("see ssl.truststore.*");
            // nor by Java's own list
            assertThatThrownBy(() -> schema(https)).isInstanceOf(DisconnectException.class).hasMessageContaining("SSLHandshakeException");
            assertThat(https.calls).isEmpty();
        }
    }

    @Test
    void shouldNameHostAndCauseWhenTheCertificateIsForAnotherHost() throws Exception {
        try (ScriptedRegistry https = registry(false)) {
            String other = https.url().replace("127.0.0.1", "localhost");
            assertThatThrownBy(() -> schema(https, "schema.registry.url", other, "ssl.truststore.type", "PEM", "ssl.truststore.certificates", server.certificatePem()))
                    .isInstanceOf(DisconnectException.class).hasMessageContaining(other).hasMessageContaining("No name matching localhost found");
        }
    }

    @Test
    void shouldNameTheHostWhenTheRegistryWantsACertificateAndThereIsNone() throws Exception {
        try (ScriptedRegistry https = registry(true)) {
            // As of TLS 1.3 the server's refusal comes behind the handshake: which exception it is depends on what is read first.
            assertThatThrownBy(() -> schema(https, "ssl.truststore.type", "PEM", "ssl.truststore.certificates", server.certificatePem()))
                    .isInstanceOf(DisconnectException.class).hasMessageContaining("GET " + https.url() + "/schemas/ids/7: no answer");
            assertThat(https.calls).isEmpty();
        }
    }

    @Test
    void shouldGoOnToTheNextUrlWhenOneIsNotTrusted() throws Exception {
        try (ScriptedRegistry https = registry(false); ScriptedRegistry plain = new ScriptedRegistry().on(BY_ID, 200, INT)) {
            assertThat(schema(https, "schema.registry.url", https.url() + "," + plain.url())).isEqualTo(Schema.create(Schema.Type.INT));
            assertThat(plain.calls).extracting(Call::line).containsExactly(BY_ID);
        }
    }

    @ParameterizedTest
    @CsvSource({"JKS, wrong, Password verification failed", "PEM, '', expected: stores of their ssl.*.type", "PEMM, '', PEMM KeyStore not available"})
    void shouldNameTheFileWhenAStoreCanNotBeOpened(String type, String password, String said) throws Exception {
        Path store = server.trustStore("JKS");
        Map<String, String> properties = new HashMap<>(Map.of("schema.registry.url", "https://127.0.0.1:1", "ssl.truststore.location", store.toString(), "ssl.truststore.type", type));
        if (!password.isEmpty()) {
            properties.put("ssl.truststore.password", password);
        }
        assertThatThrownBy(() -> new RegistryClient(properties)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(store.toString()).hasMessageContaining(said);
    }

    private static ScriptedRegistry registry(boolean needClientAuth) throws Exception {
        return new ScriptedRegistry(server.server(client), needClientAuth).on(BY_ID, 200, INT);
    }

    private static Schema schema(ScriptedRegistry https, String... more) {
        Map<String, String> properties = new HashMap<>(Map.of("schema.registry.url", https.url()));
        for (int i = 0; i < more.length; i += 2) {
            properties.put(more[i], more[i + 1]);
        }
        return new RegistryClient(properties).schemaOf(7);
    }
}
