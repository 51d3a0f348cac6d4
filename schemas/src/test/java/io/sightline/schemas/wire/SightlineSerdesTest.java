package io.sightline.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.schemas.GalleryEntry;
import io.sightline.schemas.RecognitionRequest;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

/** Our serialisers as Kafka's clients make them: by class name, from properties. */
class SightlineSerdesTest {
    private static final RecognitionRequest REQUEST = RecognitionRequest.newBuilder().setRequestId("r1").setImage(ByteBuffer.wrap(new byte[] {1, 2})).build();
    private static final GalleryEntry ENTRY = GalleryEntry.newBuilder().setGallery("g").setId("1").setLabel("Tea").setVector(List.of(1f)).build();

    private static SightlineAvroSerde serde(Map<String, ?> more) {
        Map<String, Object> properties = new HashMap<>(Map.of("bootstrap.servers", "unused:1", "linger.ms", 5));
        properties.putAll(more);
        SightlineAvroSerde serde = new SightlineAvroSerde();
        serde.configure(properties, false);
        return serde;
    }

    @Test
    void shouldReadWhateverOfOurRecordsItWroteWhenThereIsNoRegistry() {
        SightlineAvroSerde serde = serde(Map.of());
        for (SpecificRecord record : List.of(REQUEST, ENTRY)) {
            byte[] value = serde.serializer().serialize("t", record);
            assertThat(serde.deserializer().deserialize("t", value)).isEqualTo(record);
        }
        assertThat(serde.serializer().serialize("t", REQUEST)).isEqualTo(new AvroCodec<>(RecognitionRequest.class, EmbeddedRegistry.INSTANCE).encode("t", REQUEST));
        assertThat(serde.serializer().serialize("t", null)).isNull();
        assertThat(serde.deserializer().deserialize("t", null)).isNull();
    }

    @Test
    void shouldUseTheRegistryThatThePropertiesName() throws Exception {
        try (ScriptedRegistry http = new ScriptedRegistry()) {
            // given
            http.on("POST /subjects/t-value/versions?normalize=true", 200, "{\"id\": 77}");
            http.on("GET /schemas/ids/77", 200, ScriptedRegistry.answer(RecognitionRequest.getClassSchema()));
            SightlineAvroSerde serde = serde(Map.of("schema.registry.url", List.of(http.url()), "normalize.schemas", true, "basic.auth.credentials.source", "USER_INFO",
                    "schema.registry.basic.auth.user.info", "me:secret"));
            // when
            byte[] value = serde.serializer().serialize("t", REQUEST);
            // then
            assertThat(ByteBuffer.wrap(value, 1, 4).getInt()).isEqualTo(77);
            assertThat(serde.deserializer().deserialize("t", value)).isEqualTo(REQUEST);
            assertThat(http.calls).extracting(ScriptedRegistry.Call::authorization).containsOnly("Basic bWU6c2VjcmV0");
        }
    }

    @Test
    void shouldTellARegistryThatIsAwayFromAValueAtFault() throws Exception {
        try (ScriptedRegistry http = new ScriptedRegistry()) {
            http.on("GET /schemas/ids/9", 503, "away").on("GET /schemas/ids/8", 200, "{\"schema\": \"\\\"string\\\"\"}");
            SightlineAvroSerde serde = serde(Map.of("schema.registry.url", http.url()));
            assertThatThrownBy(() -> serde.deserializer().deserialize("t", new byte[] {0, 0, 0, 0, 9, 1})).isInstanceOf(TimeoutException.class);
            assertThatThrownBy(() -> serde.deserializer().deserialize("t", new byte[] {0, 0, 0, 0, 8, 1})).isInstanceOf(SerializationException.class).hasMessageContaining("a string (expected: one of ");
            assertThatThrownBy(() -> serde.deserializer().deserialize("t", new byte[] {(byte) 0xff, 2})).isInstanceOf(SerializationException.class)
                    .hasMessage("value: 2 bytes beginning with 255 (expected: Avro in the wire format: 0, schema id, record; a picture on the topic requests or gallery is none)");
        }
    }

    @Test
    void shouldRefuseKeysAndWrongProperties() {
        assertThatThrownBy(() -> new SightlineAvroSerializer().configure(Map.of(), true)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("StringSerializer");
        assertThatThrownBy(() -> serde(Map.of("schema.registry.url", "http://h:1", "auto.register.schemas", "perhaps"))).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("auto.register.schemas: perhaps (expected: true or false)");
    }
}
