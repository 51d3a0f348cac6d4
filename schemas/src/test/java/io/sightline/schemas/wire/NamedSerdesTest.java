package io.sightline.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.schemas.GalleryVector;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.topics.Topics;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(240)
class NamedSerdesTest {
    private static final Topics TOPICS = new Topics("t.");
    private static final String REGISTER = "POST /subjects/t.requests-value/versions?normalize=false";
    private static final String BY_ID = "GET /schemas/ids/7";
    private static final RecognitionRequest REQUEST = RecognitionRequest.newBuilder().setRequestId("r1").setImage(ByteBuffer.wrap(new byte[] {1, 2}))
            .setTopK(3).setAttributes(Map.of("a", "ä")).setDeadlineMs(Instant.ofEpochMilli(1_700_000_000_123L)).setVector(List.of(0.5f)).build();

    private ScriptedRegistry http;
    private SchemaRegistry registry;

    @BeforeEach
    void open() throws Exception {
        http = new ScriptedRegistry();
        registry = Registries.open(properties(ForeignSerdes.Out.class, ForeignSerdes.In.class), TOPICS);
    }

    @AfterEach
    void close() {
        registry.close();
        http.close();
    }

    private Map<String, String> properties(Class<?> out, Class<?> in) {
        return Map.of("schema.registry.url", http.url(), "value.serializer", out.getName(), "value.deserializer", in.getName(), "anything.they.want", "x");
    }

    @Test
    void shouldWriteAndReadWhatOursWouldWhenOthersSerialisersAreNamed() {
        http.on(REGISTER, 200, "{\"id\": 7}").on(BY_ID, 200, ScriptedRegistry.answer(RecognitionRequest.getClassSchema()));
        AvroCodec<RecognitionRequest> codec = new AvroCodec<>(RecognitionRequest.class, registry);
        // when
        byte[] value = codec.encode("t.requests", REQUEST);
        // then
        assertThat(value).isEqualTo(new AvroCodec<>(RecognitionRequest.class, new RegistryClient(Map.of("schema.registry.url", http.url()))).encode("t.requests", REQUEST));
        assertThat(codec.decode(value)).isEqualTo(REQUEST);
    }

    @Test
    void shouldLeaveFieldsOutOfWhatOthersHaveRead() {
        http.on("POST /subjects/t.gallery-vectors-value/versions?normalize=false", 200, "{\"id\": 7}").on(BY_ID, 200, ScriptedRegistry.answer(GalleryVector.getClassSchema()));
        byte[] value = new AvroCodec<>(GalleryVector.class, registry).encode("t.gallery-vectors", new GalleryVector("g", "1", "tea", "{}", List.of(1f), "m", 7L, null));
        GenericRecord some = new AvroProjection(GalleryVector.getClassSchema(), Set.of("vector"), registry).decode(value);
        assertThat(some.getSchema().getField("vector")).isNull();
        assertThat(some.get("epoch")).isEqualTo(7L);
        assertThat(some.get("label")).isEqualTo("tea");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 401, 500, 503})
    void shouldWaitForTheirRegistryThoughTheyCallItsTroubleASerializationException(int status) throws Exception {
        // given
        http.on(REGISTER, status, "trouble").on(BY_ID, status, "trouble");
        AvroCodec<RecognitionRequest> codec = new AvroCodec<>(RecognitionRequest.class, registry);
        byte[] value = ByteBuffer.allocate(6).put((byte) 0).putInt(7).put((byte) 0).array();
        // when, then
        assertThatThrownBy(() -> codec.encode("t.requests", REQUEST)).isInstanceOf(RegistryUnavailableException.class);
        assertThatThrownBy(() -> codec.decode(value)).isInstanceOf(RegistryUnavailableException.class);
        var writable = codec.whenWritable("t.requests");
        assertThat(writable).isNotDone();
        org.assertj.core.api.Assertions.assertThat(registry.trouble().isPresent() || !writable.isDone()).isTrue();
        http.on(REGISTER, 200, "{\"id\": 7}");
        writable.get(90, TimeUnit.SECONDS);
        assertThat(codec.encode("t.requests", REQUEST)).startsWith(0, 0, 0, 0, 7);
    }

    @Test
    void shouldCallAValueUnreadableWhenTheirRegistryDoesNotKnowItsId() {
        http.on(BY_ID, 404, "{\"error_code\": 40403, \"message\": \"Schema not found\"}");
        AvroCodec<RecognitionRequest> codec = new AvroCodec<>(RecognitionRequest.class, registry);
        assertThatThrownBy(() -> codec.decode(new byte[] {0, 0, 0, 0, 7, 1})).isInstanceOf(SerializationException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "01", "ffffffffffffffffffff", "0202"})
    void shouldCallAValueUnreadableWhenItIsBroken(String hex) {
        http.on(BY_ID, 200, ScriptedRegistry.answer(RecognitionRequest.getClassSchema()));
        byte[] body = java.util.HexFormat.of().parseHex(hex);
        byte[] value = ByteBuffer.allocate(5 + body.length).put((byte) 0).putInt(7).put(body).array();
        assertThatThrownBy(() -> new AvroCodec<>(RecognitionRequest.class, registry).decode(value)).isInstanceOf(SerializationException.class);
    }

    /** All values with an id wait for one answer. */
    @Test
    void shouldNotBlameAValueForABrokenOneThatWaitsForTheSameSchema() throws Exception {
        // given a registry that is away, and a broken value that came first
        http.on(REGISTER, 200, "{\"id\": 7}").on(BY_ID, 503, "away");
        AvroCodec<RecognitionRequest> codec = new AvroCodec<>(RecognitionRequest.class, registry);
        byte[] good = codec.encode("t.requests", REQUEST);
        var broken = codec.whenReadable(new byte[] {0, 0, 0, 0, 7, -1});
        var readable = codec.whenReadable(good);
        // when it is back
        http.on(BY_ID, 200, ScriptedRegistry.answer(RecognitionRequest.getClassSchema()));
        // then
        readable.get(90, TimeUnit.SECONDS);
        assertThat(codec.decode(good)).isEqualTo(REQUEST);
        assertThat(broken).isCompleted();
        assertThatThrownBy(() -> codec.decode(new byte[] {0, 0, 0, 0, 7, -1})).isInstanceOf(SerializationException.class);
    }

    @Test
    void shouldRefuseAnotherRecordThanTheOneExpected() {
        http.on(BY_ID, 200, "{\"schema\": \"{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"R\\\",\\\"fields\\\":[]}\"}");
        assertThatThrownBy(() -> new AvroCodec<>(RecognitionRequest.class, registry).decode(new byte[] {0, 0, 0, 0, 7})).isInstanceOf(SerializationException.class)
                .hasMessage("value: a R (expected: a RecognitionRequest)");
    }

    @Test
    void shouldSayWhatIsWrongWithTheClassesNamed() {
        assertThatThrownBy(() -> Registries.open(Map.of("value.serializer", ForeignSerdes.Out.class.getName()), TOPICS)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("value.deserializer: none (expected: a class, as value.serializer and value.deserializer go together)");
        assertThatThrownBy(() -> Registries.open(Map.of("value.serializer", "no.such.Class", "value.deserializer", "x"), TOPICS)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("value.serializer: no.such.Class, java.lang.ClassNotFoundException");
        assertThatThrownBy(() -> Registries.open(properties(ForeignSerdes.In.class, ForeignSerdes.In.class), TOPICS)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(expected: a org.apache.kafka.common.serialization.Serializer on the class path)");
    }

    @Test
    void shouldRefuseSerialisersThatWriteNoIds() {
        try (SchemaRegistry strings = Registries.open(properties(TextOut.class, ForeignSerdes.In.class), TOPICS)) {
            assertThatThrownBy(() -> new AvroCodec<>(RecognitionRequest.class, strings).encode("t.requests", REQUEST)).isInstanceOf(SerializationException.class)
                    .hasMessageContaining("wrote something else (expected: byte 0, the schema's id, the record)");
        }
    }

    /** Writes texts. */
    public static final class TextOut implements org.apache.kafka.common.serialization.Serializer<Object> {
        @Override
        public byte[] serialize(String topic, Object data) {
            return new StringSerializer().serialize(topic, data.toString());
        }
    }
}
