package io.sightline.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.sightline.schemas.GalleryEntry;
import io.sightline.schemas.GalleryVector;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.TracerWindow;
import io.sightline.schemas.topics.Topics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.RandomData;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Confluent's own serializers beside ours, at one registry, under the same configuration. Their classes are on the class path in the profile
 * confluent-interop only, so they are named by text here, as users name them.
 */
@Timeout(240)
class ConfluentInterop {
    private static final List<Class<? extends SpecificRecord>> RECORDS = List.of(RecognitionRequest.class, RecognitionResult.class, GalleryEntry.class, GalleryVector.class, TracerWindow.class);
    private static final int RECORDS_EACH = 50;
    private static ApicurioProcess registry;

    @BeforeAll
    static void start() throws Exception {
        registry = ApicurioProcess.start().awaitReady();
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (registry != null) {
            registry.close();
        }
    }

    static List<Class<? extends SpecificRecord>> records() {
        return RECORDS;
    }

    @ParameterizedTest
    @MethodSource("records")
    void shouldWriteTheSameBytesAndReadEachOthersWhoeverRegistersFirst(Class<? extends SpecificRecord> type) throws Exception {
        for (boolean oursFirst : List.of(true, false)) {
            assertSameBytes(type, type.getSimpleName() + (oursFirst ? "-ours" : "-theirs"), oursFirst, Map.of("avro.remove.java.properties", "true"));
        }
    }

    static List<Map<String, String>> settings() {
        String strategies = "io.confluent.kafka.serializers.subject.";
        return List.of(Map.of("avro.remove.java.properties", "false"), Map.of("normalize.schemas", "true", "avro.remove.java.properties", "true"),
                Map.of("value.subject.name.strategy", strategies + "TopicNameStrategy", "avro.remove.java.properties", "true"),
                Map.of("value.subject.name.strategy", strategies + "RecordNameStrategy", "avro.remove.java.properties", "true"),
                Map.of("value.subject.name.strategy", strategies + "TopicRecordNameStrategy", "avro.remove.java.properties", "true"),
                Map.of("schema.registry.url", "http://127.0.0.1:1," + registry.url(), "avro.remove.java.properties", "true"));
    }

    @ParameterizedTest
    @MethodSource("settings")
    void shouldWriteTheSameBytesWhenConfiguredAlike(Map<String, String> settings) throws Exception {
        assertSameBytes(RecognitionRequest.class, "alike-" + settings().indexOf(settings), false, settings);
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "true"})
    void shouldFindWhatTheOtherHasRegisteredWhenNotToRegister(String useLatest) throws Exception {
        String topic = "registered-" + useLatest;
        client(Map.of()).idOf(topic + "-value", GalleryEntry.getClassSchema());
        assertSameBytes(GalleryEntry.class, topic, true, Map.of("auto.register.schemas", "false", "use.latest.version", useLatest, "avro.remove.java.properties", "true"));
    }

    private static <T extends SpecificRecord> void assertSameBytes(Class<T> type, String topic, boolean oursFirst, Map<String, String> settings) throws Exception {
        AvroCodec<T> ours = new AvroCodec<>(type, client(settings));
        AvroCodec<T> reader = new AvroCodec<>(type, client(settings));
        try (Serializer<Object> theirs = serializer(settings); Deserializer<Object> specific = deserializer(settings, true); Deserializer<Object> generic = deserializer(settings, false)) {
            for (T record : random(type)) {
                byte[] first = oursFirst ? ours.encode(topic, record) : theirs.serialize(topic, record);
                byte[] second = oursFirst ? theirs.serialize(topic, record) : ours.encode(topic, record);
                assertThat(second).isEqualTo(first);
                assertThat(reader.decode(first)).isEqualTo(record);
                assertThat(specific.deserialize(topic, first)).isInstanceOf(type).isEqualTo(record);
                // as a consumer reads it that has no class of ours
                GenericRecord read = (GenericRecord) generic.deserialize(topic, first);
                assertThat(read.getSchema()).isEqualTo(client(settings).schemaOf(ByteBuffer.wrap(first, 1, 4).getInt()));
                assertThat(reader.decode(theirs.serialize(topic, read))).isEqualTo(record);
            }
            assertThat(ours.encode(topic, null)).isNull();
            assertThat(theirs.serialize(topic, null)).isNull();
        }
    }

    private static <T extends SpecificRecord> List<T> random(Class<T> type) throws IOException {
        AvroCodec<T> codec = new AvroCodec<>(type, EmbeddedRegistry.INSTANCE);
        Schema schema = SpecificData.get().getSchema(type);
        List<T> records = new ArrayList<>();
        for (Object record : new RandomData(JavaProperties.removedFrom(schema), RECORDS_EACH, 42)) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.writeBytes(ByteBuffer.allocate(5).put((byte) 0).putInt(EmbeddedRegistry.INSTANCE.idOf("t-value", schema)).array());
            BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
            new GenericDatumWriter<>(JavaProperties.removedFrom(schema)).write(record, encoder);
            encoder.flush();
            records.add(codec.decode(out.toByteArray()));
        }
        return records;
    }

    @Test
    void shouldHoldTheRecordAtFaultAsConfluentsClientDoesWhenItsIdIsUnknown() throws Exception {
        byte[] bytes = ByteBuffer.allocate(10).put((byte) 0).putInt(987_654).array();
        try (Deserializer<Object> theirs = deserializer(Map.of(), false)) {
            assertThat(catchThrowable(() -> theirs.deserialize("t", bytes))).isInstanceOf(SerializationException.class);
        }
        assertThat(catchThrowable(() -> new AvroCodec<>(GalleryEntry.class, client(Map.of())).decode(bytes))).isInstanceOf(SerializationException.class);
    }

    @Test
    void shouldReadWhatConfluentsSerializerWroteWithANewerSchema() throws Exception {
        Schema ours = JavaProperties.removedFrom(RecognitionRequest.getClassSchema());
        Schema newer = new Schema.Parser().parse(ours.toString().replaceFirst("\"fields\":\\[", "\"fields\":[{\"name\":\"urgent\",\"type\":\"boolean\",\"default\":true},"));
        try (Serializer<Object> theirs = serializer(Map.of())) {
            for (Object record : new RandomData(newer, 20, 7)) {
                RecognitionRequest read = new AvroCodec<>(RecognitionRequest.class, client(Map.of())).decode(theirs.serialize("newer", record));
                assertThat(read.getRequestId()).isEqualTo(((GenericRecord) record).get("request_id").toString());
            }
        }
    }

    /** As {@code schema_registry} of the configuration names them. */
    private static SchemaRegistry named(String url) {
        return Registries.open(Map.of("schema.registry.url", url, "value.serializer", "io.confluent.kafka.serializers.KafkaAvroSerializer",
                "value.deserializer", "io.confluent.kafka.serializers.KafkaAvroDeserializer", "avro.remove.java.properties", "true", "max.retries", "0"), new Topics("named."));
    }

    @ParameterizedTest
    @MethodSource("records")
    <T extends SpecificRecord> void shouldDoOurCodecsWorkWhenConfluentsSerializersAreNamed(Class<T> type) throws Exception {
        try (SchemaRegistry theirs = named(registry.url())) {
            AvroCodec<T> named = new AvroCodec<>(type, theirs);
            AvroCodec<T> ours = new AvroCodec<>(type, client(Map.of()));
            String topic = "named-" + type.getSimpleName();
            named.whenWritable(topic).get(90, TimeUnit.SECONDS);
            for (T record : random(type)) {
                byte[] value = named.encode(topic, record);
                assertThat(value).isEqualTo(ours.encode(topic, record));
                assertThat(named.decode(value)).isEqualTo(record);
            }
            assertThat(catchThrowable(() -> named.decode(ByteBuffer.allocate(10).put((byte) 0).putInt(987_654).array()))).isInstanceOf(SerializationException.class);
        }
    }

    @Test
    void shouldTellARegistryThatIsAwayFromABadRecordWhenConfluentsSerializersAreNamed() throws Exception {
        byte[] value = new AvroCodec<>(GalleryEntry.class, client(Map.of())).encode("named.gallery", random(GalleryEntry.class).get(0));
        try (SchemaRegistry theirs = named("http://127.0.0.1:1"); ScriptedRegistry trouble = new ScriptedRegistry()) {
            AvroCodec<GalleryEntry> codec = new AvroCodec<>(GalleryEntry.class, theirs);
            assertThat(catchThrowable(() -> codec.decode(value))).isInstanceOf(RegistryUnavailableException.class);
            assertThat(catchThrowable(() -> codec.encode("named.gallery", random(GalleryEntry.class).get(0)))).isInstanceOf(RegistryUnavailableException.class);
            for (int status : new int[] {401, 403, 429, 500, 503}) {
                trouble.down(status, "{\"error_code\": " + status + ", \"message\": \"trouble\"}");
                try (SchemaRegistry again = named(trouble.url())) {
                    assertThat(catchThrowable(() -> new AvroCodec<>(GalleryEntry.class, again).decode(value))).as("status " + status).isInstanceOf(RegistryUnavailableException.class);
                }
            }
        }
    }

    private static RegistryClient client(Map<String, String> settings) {
        return new RegistryClient(properties(settings));
    }

    private static Map<String, String> properties(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(Map.of("schema.registry.url", registry.url()));
        all.putAll(settings);
        return all;
    }

    @SuppressWarnings("unchecked")
    private static Serializer<Object> serializer(Map<String, String> settings) throws ReflectiveOperationException {
        Serializer<Object> serializer = (Serializer<Object>) Class.forName("io.confluent.kafka.serializers.KafkaAvroSerializer").getConstructor().newInstance();
        serializer.configure(properties(settings), false);
        return serializer;
    }

    @SuppressWarnings("unchecked")
    private static Deserializer<Object> deserializer(Map<String, String> settings, boolean specific) throws ReflectiveOperationException {
        Map<String, String> all = properties(settings);
        all.put("specific.avro.reader", Boolean.toString(specific));
        Deserializer<Object> deserializer = (Deserializer<Object>) Class.forName("io.confluent.kafka.serializers.KafkaAvroDeserializer").getConstructor().newInstance();
        deserializer.configure(all, false);
        return deserializer;
    }
}
