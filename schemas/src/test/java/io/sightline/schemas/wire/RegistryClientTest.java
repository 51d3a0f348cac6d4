package io.sightline.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sightline.schemas.GalleryVector;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.ThrottlingQuotaExceededException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistryClientTest {
    private static final Schema SCHEMA = GalleryVector.getClassSchema();
    private static final String REGISTER = "POST /subjects/t-value/versions?normalize=false";
    private static final String BY_ID = "GET /schemas/ids/7";
    private final ScriptedRegistry server;

    RegistryClientTest() throws IOException {
        server = new ScriptedRegistry();
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void shouldRegisterAndReadBackASchemaAndAskForEachOnce() {
        server.on(REGISTER, 200, "{\"id\": 7}").on(BY_ID, 200, schemaBody());
        AvroCodec<GalleryVector> codec = new AvroCodec<>(GalleryVector.class, client());
        GalleryVector vector = new GalleryVector("g", "1", "tea", "{}", List.of(1f), "m", 7L, null);
        byte[] bytes = codec.encode("t", vector);
        assertThat(bytes).startsWith(0, 0, 0, 0, 7);
        assertThat(codec.encode("t", vector)).isEqualTo(bytes);
        assertThat(codec.decode(bytes)).isEqualTo(vector);
        assertThat(codec.decode(bytes)).isEqualTo(vector);
        assertThat(server.calls).extracting(ScriptedRegistry.Call::line).containsExactly(REGISTER, BY_ID);
        assertThat(server.calls.get(0).body()).contains("GalleryVector").doesNotContain("avro.java.string");
    }

    @Test
    void shouldAskAgainAfterAFailure() {
        RegistryClient client = client();
        server.on(REGISTER, 503, "").on(BY_ID, 404, "{\"error_code\": 40403, \"message\": \"Schema 7 not found\"}");
        assertThatThrownBy(() -> client.idOf("t-value", SCHEMA)).isInstanceOf(TimeoutException.class);
        assertThatThrownBy(() -> client.schemaOf(7)).isInstanceOf(UnknownSchemaIdException.class).hasMessageContaining("Schema 7 not found");
        server.on(REGISTER, 200, "{\"id\": 7}").on(BY_ID, 200, schemaBody());
        assertThat(client.idOf("t-value", SCHEMA)).isEqualTo(7);
        assertThat(client.schemaOf(7).getName()).isEqualTo("GalleryVector");
    }

    @ParameterizedTest
    @CsvSource({"401, AuthenticationException", "403, AuthorizationException", "429, ThrottlingQuotaExceededException", "408, TimeoutException", "500, TimeoutException",
        "503, TimeoutException", "504, TimeoutException", "502, DisconnectException", "404, RegistryException", "418, RegistryException", "301, RegistryException", "200, RegistryException"})
    void shouldMapWhatIsNoRecordsFaultAsConfluentsClientDoes(int status, String type) {
        assertThat(List.of(AuthenticationException.class, AuthorizationException.class, ThrottlingQuotaExceededException.class, DisconnectException.class)).allMatch(ApiException.class::isAssignableFrom);
        server.on(BY_ID, status, "<html>a proxy's page</html>").on(REGISTER, status, "<html>a proxy's page</html>");
        RegistryClient client = client();
        for (Throwable failure : List.of(catchOf(() -> client.schemaOf(7)), catchOf(() -> client.idOf("t-value", SCHEMA)))) {
            assertThat(failure).isInstanceOf(ApiException.class).isNotInstanceOf(SerializationException.class).hasMessageContaining(server.url()).hasMessageContaining(status + " <html>")
                    .hasMessageContaining("expected:");
            assertThat(failure.getClass().getSimpleName()).isEqualTo(type);
        }
    }

    @Test
    void shouldSayWhyWhenTheRegistryRefusesASchema() {
        server.on(REGISTER, 409, "{\"error_code\": 409, \"message\": \"incompatible: label\"}");
        assertThatThrownBy(() -> client().idOf("t-value", SCHEMA)).isInstanceOf(RegistryException.class).hasMessageContaining("409").hasMessageContaining("incompatible: label");
    }

    @Test
    void shouldOnlyLookUpWhenNotToRegister() {
        String lookUp = "POST /subjects/t-value?normalize=true";
        server.on(lookUp, 404, "{\"error_code\": 40401, \"message\": \"Subject not found\"}");
        RegistryClient client = client("auto.register.schemas", "false", "normalize.schemas", "true");
        assertThatThrownBy(() -> client.idOf("t-value", SCHEMA)).isInstanceOf(RegistryException.class).hasMessageContaining("Subject not found").hasMessageContaining("auto.register.schemas");
        server.on(lookUp, 200, "{\"id\": 3}");
        assertThat(client.idOf("t-value", SCHEMA)).isEqualTo(3);
    }

    @Test
    void shouldTakeTheLatestVersionOnlyWhenItHasTheSameFields() {
        String latest = "GET /subjects/t-value/versions/latest";
        RegistryClient client = client("auto.register.schemas", "false", "use.latest.version", "true");
        server.on(latest, 200, "{\"id\": 4, \"version\": 2, \"schema\": \"\\\"string\\\"\"}");
        assertThatThrownBy(() -> client.idOf("t-value", SCHEMA)).isInstanceOf(RegistryException.class).hasMessageContaining("version 2, another schema");
        server.on(latest, 200, schemaBody().replaceFirst("\\{", "{\"id\": 4, \"version\": 2, "));
        assertThat(client.idOf("t-value", SCHEMA)).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"{\"schemaType\": \"PROTOBUF\", \"schema\": \"x\"}; PROTOBUF", "{\"schema\": \"no schema\"}; expected: an Avro schema",
        "{\"schema\": \"\\\"int\\\"\", \"references\": [{}]}; refers to other schemas"})
    void shouldHoldARecordAtFaultWhenItsSchemaIsNoAvro(String body, String said) {
        server.on(BY_ID, 200, body);
        assertThatThrownBy(() -> client().schemaOf(7)).isInstanceOf(SerializationException.class).hasMessageContaining("schema id: 7").hasMessageContaining(said);
    }

    @ParameterizedTest
    @CsvSource({"TopicNameStrategy, t-value", "io.confluent.kafka.serializers.subject.RecordNameStrategy, io.sightline.schemas.GalleryVector",
        "TopicRecordNameStrategy, t-io.sightline.schemas.GalleryVector"})
    void shouldNameTheSubjectAsTheStrategyHasIt(String strategy, String subject) {
        server.on("POST /subjects/" + subject + "/versions?normalize=false", 200, "{\"id\": 5}");
        assertThat(client("value.subject.name.strategy", strategy).idOf("t-value", SCHEMA)).isEqualTo(5);
    }

    @Test
    void shouldAskTheNextUrlWhenOneIsAway() throws IOException {
        server.on(BY_ID, 200, schemaBody());
        try (ScriptedRegistry ill = new ScriptedRegistry().on(BY_ID, 503, "")) {
            RegistryClient client = client("schema.registry.url", "http://127.0.0.1:1, " + ill.url() + "/," + server.url());
            assertThat(client.schemaOf(7).getName()).isEqualTo("GalleryVector");
            assertThat(ill.calls).hasSize(1);
            // the one that answered is asked first from now on
            assertThatThrownBy(() -> client.schemaOf(8)).isInstanceOf(RegistryException.class);
            assertThat(ill.calls).hasSize(1);
        }
    }

    @Test
    void shouldNameTheUrlWhenNoneAnswers() {
        assertThatThrownBy(() -> client("schema.registry.url", "http://127.0.0.1:1").schemaOf(7)).isInstanceOf(DisconnectException.class)
                .hasMessageContaining("GET http://127.0.0.1:1/schemas/ids/7: no answer");
    }

    @Test
    void shouldSayOfEachUrlWhatItSaidWhenNoneAnswers() throws IOException {
        server.on(BY_ID, 503, "being mended");
        try (ScriptedRegistry slow = new ScriptedRegistry().on(BY_ID, 0, "")) {
            assertThatThrownBy(() -> client("schema.registry.url", "http://127.0.0.1:1," + slow.url() + "," + server.url(), "http.read.timeout.ms", "200").schemaOf(7))
                    .isInstanceOf(TimeoutException.class).hasMessageContaining("none of 3 schema registries")
                    .hasMessageContaining("GET http://127.0.0.1:1/schemas/ids/7: no answer, java.net.ConnectException")
                    .hasMessageContaining("GET " + slow.url() + "/schemas/ids/7: no answer in 200 ms")
                    .hasMessageContaining("GET " + server.url() + "/schemas/ids/7: 503 being mended");
            assertThatThrownBy(() -> client("schema.registry.url", server.url() + ",http://127.0.0.1:1").schemaOf(7)).isInstanceOf(DisconnectException.class)
                    .hasMessageContaining("503 being mended").hasMessageContaining("GET http://127.0.0.1:1/");
        }
    }

    @Test
    void shouldNotHideThatOneIsAwayWhenTheNextRefuses() {
        server.on(BY_ID, 401, "who are you?");
        assertThatThrownBy(() -> client("schema.registry.url", "http://127.0.0.1:1," + server.url()).schemaOf(7)).isInstanceOf(AuthenticationException.class)
                .hasMessageContaining(server.url()).satisfies(e -> assertThat(e.getSuppressed()).singleElement().extracting(Throwable::getMessage).asString().contains("http://127.0.0.1:1/"));
    }

    @Test
    void shouldReadAnAnswerAsLongAsTheLimitAndNoneThatIsLonger() {
        String schema = schemaBody();
        server.on(BY_ID, 200, schema + " ".repeat(RegistryHttp.MAX_ANSWER_BYTES - schema.length()));
        assertThat(client().schemaOf(7).getName()).isEqualTo("GalleryVector");
        server.on(BY_ID, 200, schema + " ".repeat(RegistryHttp.MAX_ANSWER_BYTES - schema.length() + 1));
        assertThatThrownBy(() -> client().schemaOf(7)).isInstanceOf(RegistryException.class)
                .hasMessageContaining("GET " + server.url() + "/schemas/ids/7: an answer of more than 4194304 bytes (expected: ");
    }

    @Test
    void shouldKeepSoManySchemasAndAskAgainForTheOneUsedLongestAgoWhenThereIsOneMore() {
        RegistryClient client = client();
        for (int id = 0; id <= RegistryClient.MAX_KEPT; id++) {
            server.on("GET /schemas/ids/" + id, 200, "{\"schema\": \"\\\"int\\\"\"}");
        }
        for (int id = 0; id < RegistryClient.MAX_KEPT; id++) {
            client.schemaOf(id);
        }
        client.schemaOf(0);
        assertThat(server.calls).hasSize(RegistryClient.MAX_KEPT);
        client.schemaOf(RegistryClient.MAX_KEPT);
        server.calls.clear();
        client.schemaOf(0);
        assertThat(server.calls).isEmpty();
        client.schemaOf(1);
        assertThat(server.calls).extracting(ScriptedRegistry.Call::line).containsExactly("GET /schemas/ids/1");
    }

    @Test
    void shouldKeepSoManyIdsAndAskAgainForTheOneUsedLongestAgoWhenThereIsOneMore() {
        RegistryClient client = client();
        for (int i = 0; i <= RegistryClient.MAX_KEPT; i++) {
            server.on("POST /subjects/t" + i + "-value/versions?normalize=false", 200, "{\"id\": " + i + "}");
            assertThat(client.idOf("t" + i + "-value", SCHEMA)).isEqualTo(i);
        }
        server.calls.clear();
        assertThat(client.idOf("t1-value", SCHEMA)).isEqualTo(1);
        assertThat(server.calls).isEmpty();
        assertThat(client.idOf("t0-value", SCHEMA)).isZero();
        assertThat(server.calls).hasSize(1);
    }

    @Test
    void shouldNotWaitForEver() {
        server.on(BY_ID, 0, "");
        assertThatThrownBy(() -> client("http.read.timeout.ms", "50").schemaOf(7)).isInstanceOf(TimeoutException.class).hasMessageContaining("no answer in 50 ms");
    }

    @Test
    void shouldSendTheCredentials() {
        server.on(BY_ID, 200, schemaBody());
        client("basic.auth.credentials.source", "USER_INFO", "schema.registry.basic.auth.user.info", "ann:secret").schemaOf(7);
        client("schema.registry.url", server.url().replace("//", "//bob:word@")).schemaOf(7);
        client("bearer.auth.token", "abc").schemaOf(7);
        client().schemaOf(7);
        assertThat(server.calls).extracting(ScriptedRegistry.Call::authorization).containsExactly("Basic YW5uOnNlY3JldA==", "Basic Ym9iOndvcmQ=", "Bearer abc", "");
    }

    @ParameterizedTest
    @CsvSource({"schema.registry.url, ftp://h, ftp://h", "auto.register.schema, true, auto.register.schemas?", "auto.register.schemas, yes, true or false", "http.read.timeout.ms, 0, 1..999999",
        "http.connect.timeout.ms, 1000000, 1..999999", "value.subject.name.strategy, Mine, TopicNameStrategy", "basic.auth.credentials.source, SASL_INHERIT, USER_INFO",
        "basic.auth.credentials.source, USER_INFO, USER:PASSWORD", "bearer.auth.credentials.source, OAUTHBEARER, STATIC_TOKEN", "schema.registry.url, ' , ', none",
        "schema.registry.ssl.truststore.location, /no/such/file, ssl.truststore.location: /no/such/file"})
    void shouldNameTheKeyThatHasNoGoodValue(String key, String value, String said) {
        assertThatThrownBy(() -> client(key, value)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(key.replace("schema.registry.ssl", "ssl")).hasMessageContaining(said)
                .hasMessageContaining("expected:");
    }

    private RegistryClient client(String... more) {
        Map<String, String> properties = new HashMap<>(Map.of("schema.registry.url", server.url()));
        for (int i = 0; i < more.length; i += 2) {
            properties.put(more[i], more[i + 1]);
        }
        return new RegistryClient(properties);
    }

    private static String schemaBody() {
        return JsonNodeFactory.instance.objectNode().put("schema", JavaProperties.removedFrom(SCHEMA).toString()).toString();
    }

    private static Throwable catchOf(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return org.assertj.core.api.Assertions.catchThrowable(call);
    }
}
