package io.sightline.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.schemas.RecognitionRequest;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(240)
class PatientRegistryTest {
    private static final String SCHEMA = "{\"schema\": \"{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"R\\\",\\\"fields\\\":[]}\"}";
    private static final String GET_7 = "GET /schemas/ids/7";
    private static final String REGISTER = "POST /subjects/requests-value/versions?normalize=false";
    private static final Schema REQUEST = RecognitionRequest.getClassSchema();

    private ScriptedRegistry http;
    private SchemaRegistry registry;

    @BeforeEach
    void open() throws Exception {
        http = new ScriptedRegistry();
        registry = patient("300");
    }

    private PatientRegistry patient(String readTimeoutMs) {
        return new PatientRegistry(new RegistryClient(Map.of("schema.registry.url", http.url(), "http.read.timeout.ms", readTimeoutMs)));
    }

    @AfterEach
    void close() {
        registry.close();
        http.close();
    }

    private static byte[] value(int id) {
        return ByteBuffer.allocate(6).put((byte) 0).putInt(id).put((byte) 1).array();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 401, 403, 404, 408, 429, 500, 502, 503})
    void shouldAskAgainUntilTheRegistryAnswersWhateverItsTrouble(int status) throws Exception {
        // given a registry in trouble (0: silent; 404: a path that is no registry's)
        http.on(GET_7, status, "trouble");
        // when
        CompletableFuture<Void> readable = registry.whenReadable(value(7));
        assertThatThrownBy(() -> registry.schemaOf(7)).isInstanceOf(RegistryUnavailableException.class).isNotInstanceOf(SerializationException.class).hasMessageContaining("/schemas/ids/7");
        assertThat(readable).isNotDone();
        assertThat(registry.trouble()).get().asString().startsWith("schema 7: ").contains("/schemas/ids/7");
        // then
        http.on(GET_7, 200, SCHEMA);
        readable.get(90, TimeUnit.SECONDS);
        assertThat(registry.schemaOf(7).getName()).isEqualTo("R");
        assertThat(registry.trouble()).isEmpty();
    }

    @Test
    void shouldSayWithoutTroubleThatNoSchemaHasTheId() {
        http.on(GET_7, 404, "{\"error_code\": 40403, \"message\": \"Schema not found\"}");
        assertThatThrownBy(() -> registry.whenReadable(value(7)).get(90, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class).hasCauseInstanceOf(UnknownSchemaIdException.class);
        assertThatThrownBy(() -> registry.schemaOf(7)).isInstanceOf(UnknownSchemaIdException.class);
        assertThat(registry.trouble()).isEmpty();
    }

    @Test
    void shouldFindASchemaThatWasUnknownBeforeAsFailuresAreNotRemembered() {
        http.on(GET_7, 404, "{\"error_code\": 40403, \"message\": \"Schema not found\"}");
        assertThatThrownBy(() -> registry.schemaOf(7)).isInstanceOf(UnknownSchemaIdException.class);
        http.on(GET_7, 200, SCHEMA);
        assertThat(registry.schemaOf(7).getName()).isEqualTo("R");
    }

    @Test
    void shouldAskNothingTwiceOnceItIsKnown() throws Exception {
        registry.close();
        registry = patient("90000"); // what is asked again because the machine was slow is not meant here
        http.on(GET_7, 200, SCHEMA).on(REGISTER, 200, "{\"id\": 3}");
        registry.whenReadable(value(7)).get(90, TimeUnit.SECONDS);
        registry.whenWritable("requests", REQUEST).get(90, TimeUnit.SECONDS);
        http.on(GET_7, 500, "away").on(REGISTER, 500, "away");
        // when, then
        assertThat(registry.whenReadable(value(7))).isCompleted();
        assertThat(registry.whenWritable("requests", REQUEST)).isCompleted();
        assertThat(registry.schemaOf(7).getName()).isEqualTo("R");
        assertThat(registry.idOf("requests-value", REQUEST)).isEqualTo(3);
        assertThat(http.calls).hasSize(2);
    }

    @Test
    void shouldAskOnceForAllWhoWaitForTheSame() throws Exception {
        http.on(GET_7, 0, "");
        CompletableFuture<Void> one = registry.whenReadable(value(7));
        CompletableFuture<Void> other = registry.whenReadable(value(7));
        assertThat(other).as("the one question on its way").isSameAs(one);
        http.on(GET_7, 200, SCHEMA);
        one.get(90, TimeUnit.SECONDS);
        assertThat(registry.schemaOf(7).getName()).isEqualTo("R");
    }

    @Test
    void shouldWaitForTheIdOfWhatIsWrittenWhenTheRegistryRefusesTheSchemaForNow() throws Exception {
        http.on(REGISTER, 409, "{\"error_code\": 409, \"message\": \"incompatible\"}");
        CompletableFuture<Void> writable = registry.whenWritable("requests", REQUEST);
        assertThatThrownBy(() -> registry.idOf("requests-value", REQUEST)).isInstanceOf(RegistryUnavailableException.class).hasMessageContaining("incompatible");
        assertThat(registry.trouble()).get().asString().startsWith("id of RecognitionRequest for requests-value: ").contains("409");
        http.on(REGISTER, 200, "{\"id\": 3}");
        writable.get(90, TimeUnit.SECONDS);
        assertThat(registry.idOf("requests-value", REQUEST)).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00", "00000000", "ffd8ffe000104a46"})
    void shouldNotAskForWhatHasNoId(String hex) {
        assertThat(registry.whenReadable(java.util.HexFormat.of().parseHex(hex))).isCompleted();
        assertThat(registry.whenReadable(null)).isCompleted();
        assertThat(http.calls).isEmpty();
    }

    @Test
    void shouldEndTheWaitOfThoseWhoAskWhenItIsClosed() {
        http.on(GET_7, 503, "away");
        CompletableFuture<Void> readable = registry.whenReadable(value(7));
        registry.close();
        assertThatThrownBy(() -> readable.get(90, TimeUnit.SECONDS)).hasCauseInstanceOf(RegistryUnavailableException.class);
        assertThatThrownBy(() -> registry.whenReadable(value(8)).get(90, TimeUnit.SECONDS)).hasCauseInstanceOf(RegistryUnavailableException.class);
    }
}
