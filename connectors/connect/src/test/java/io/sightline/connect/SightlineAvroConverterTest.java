package io.sightline.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sightline.schemas.Detection;
import io.sightline.schemas.GalleryEntry;
import io.sightline.schemas.GalleryVector;
import io.sightline.schemas.ImageSize;
import io.sightline.schemas.Lineage;
import io.sightline.schemas.Match;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import io.sightline.schemas.TracerWindow;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.EmbeddedRegistry;
import io.sightline.schemas.wire.ScriptedRegistry;
import io.sightline.schemas.wire.WireValue;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.util.RandomData;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.errors.RetriableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(240)
class SightlineAvroConverterTest {
    private static final String TOPIC = "sightline.results";
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    static List<Schema> ourSchemas() {
        return List.of(RecognitionRequest.getClassSchema(), RecognitionResult.getClassSchema(), GalleryEntry.getClassSchema(), GalleryVector.getClassSchema(), TracerWindow.getClassSchema());
    }

    @ParameterizedTest
    @MethodSource("ourSchemas")
    void shouldGiveBackWhatItReadForEveryRecordOfOurs(Schema schema) {
        // given
        SightlineAvroConverter converter = converter(Map.of());
        Schema plain = EmbeddedRegistry.INSTANCE.schemaOf(EmbeddedRegistry.INSTANCE.idOf(TOPIC, schema));
        for (Object random : new RandomData(plain, 50, 7L)) {
            byte[] value = WireValue.encode(EmbeddedRegistry.INSTANCE.idOf(TOPIC, schema), (IndexedRecord) random);
            // when
            SchemaAndValue read = converter.toConnectData(TOPIC, value);
            byte[] written = converter.fromConnectData(TOPIC, read.schema(), read.value());
            // then
            assertThat(WireValue.id(written)).isEqualTo(WireValue.id(value));
            assertThat(WireValue.decode(plain, written)).isEqualTo(WireValue.decode(plain, value));
            ((Struct) read.value()).validate();
        }
    }

    @Test
    void shouldReadAResultAsConnectHasIt() {
        // given
        RecognitionResult result = RecognitionResult.newBuilder().setRequestId("r-1").setStatus(RecognitionStatus.RECOGNISED).setImage(new ImageSize(640, 480))
                .setDetections(List.of(Detection.newBuilder().setBbox(List.of(1, 2, 3, 4)).setScore(0.5).setClass$("product")
                        .setMatches(List.of(Match.newBuilder().setId("a").setLabel("Tea").setScore(0.75).build())).build()))
                .setLineage(Lineage.newBuilder().setGalleryEpoch(7L).build()).setTimingsMs(Map.of("total", 1.5)).setCompletedAtMs(Instant.ofEpochMilli(1763731199512L)).build();
        // when
        SchemaAndValue read = converter(Map.of()).toConnectData(TOPIC, new AvroCodec<>(RecognitionResult.class, EmbeddedRegistry.INSTANCE).encode(TOPIC, result));
        // then
        Struct struct = (Struct) read.value();
        assertThat(read.schema().name()).isEqualTo("io.sightline.schemas.RecognitionResult");
        assertThat(struct.getString("status")).isEqualTo("RECOGNISED");
        assertThat(struct.getStruct("image").getInt32("width")).isEqualTo(640);
        assertThat(struct.get("completed_at_ms")).isEqualTo(new Date(1763731199512L));
        assertThat(struct.getStruct("lineage").getInt64("gallery_epoch")).isEqualTo(7);
        assertThat(struct.getMap("timings_ms")).isEqualTo(Map.of("total", 1.5));
        Struct detection = (Struct) struct.getArray("detections").get(0);
        assertThat(detection.getArray("bbox")).isEqualTo(List.of(1, 2, 3, 4));
        assertThat(((Struct) detection.getArray("matches").get(0)).getString("label")).isEqualTo("Tea");
        assertThat(struct.get("pipeline")).isNull();
        assertThat(read.schema().field("err_no").schema().defaultValue()).isEqualTo(0);
    }

    @Test
    void shouldPassTombstonesBothWays() {
        SightlineAvroConverter converter = converter(Map.of());
        assertThat(converter.toConnectData(TOPIC, null)).isEqualTo(SchemaAndValue.NULL);
        assertThat(converter.fromConnectData(TOPIC, null, null)).isNull();
    }

    static Stream<Arguments> badValues() {
        byte[] good = new AvroCodec<>(GalleryEntry.class, EmbeddedRegistry.INSTANCE).encode(TOPIC, GalleryEntry.newBuilder().setGallery("g").setId("i").setLabel("l").build());
        byte[] unknown = good.clone();
        unknown[4] = 99;
        return Stream.of(
                Arguments.of(new byte[0], "value: 0 bytes (expected: Avro in the wire format"),
                Arguments.of(new byte[] {0, 0, 0, 1}, "value: 4 bytes beginning with 0 (expected: "),
                Arguments.of("{\"a\": 1}".getBytes(), "value: 8 bytes beginning with 123 (expected: Avro in the wire format"),
                Arguments.of(unknown, "schema id: 99 (expected: 1.."),
                Arguments.of(Arrays.copyOf(good, good.length - 1), "value: not a readable Avro GalleryEntry"),
                Arguments.of(Arrays.copyOf(good, good.length + 1), "value: bytes left over behind the GalleryEntry"));
    }

    @ParameterizedTest
    @MethodSource("badValues")
    void shouldBlameTheRecordWhenTheBytesAreNone(byte[] value, String message) {
        assertThatExceptionOfType(DataException.class).isThrownBy(() -> converter(Map.of()).toConnectData(TOPIC, value)).withMessageContaining(message);
    }

    static Stream<Arguments> badData() {
        org.apache.kafka.connect.data.Schema text = org.apache.kafka.connect.data.Schema.STRING_SCHEMA;
        SchemaBuilder entry = SchemaBuilder.struct().name("io.sightline.schemas.GalleryEntry").field("gallery", text).field("id", text);
        org.apache.kafka.connect.data.Schema half = entry.build();
        org.apache.kafka.connect.data.Schema more = SchemaBuilder.struct().name("io.sightline.schemas.GalleryEntry").field("gallery", text).field("id", text).field("label", text).field("colour", text).build();
        org.apache.kafka.connect.data.Schema number = SchemaBuilder.struct().name("io.sightline.schemas.GalleryEntry").field("gallery", text).field("id", text).field("label", org.apache.kafka.connect.data.Schema.INT32_SCHEMA).build();
        org.apache.kafka.connect.data.Schema own = SchemaBuilder.struct().name("shop.Order").field("id", text).build();
        return Stream.of(
                Arguments.of(null, Map.of("gallery", "g"), "without a schema (expected: a struct with its schema"),
                Arguments.of(text, "hello", "value: a STRING (expected: a struct"),
                Arguments.of(half, new Struct(half).put("gallery", "g").put("id", "i"), "label: missing (expected: a field of io.sightline.schemas.GalleryEntry, it has no default)"),
                Arguments.of(more, new Struct(more).put("gallery", "g").put("id", "i").put("label", "l").put("colour", "red"), "colour: a field that io.sightline.schemas.GalleryEntry lacks"),
                Arguments.of(number, new Struct(number).put("gallery", "g").put("id", "i").put("label", 7), "label: Integer '7' (expected: a string)"),
                Arguments.of(own, new Struct(own).put("id", "i"), "schema: shop.Order for sightline.results-value (expected: one of Sightline's own; configure a schema registry for others)"));
    }

    @ParameterizedTest
    @MethodSource("badData")
    void shouldBlameTheRecordWhenTheDataDoNotFit(org.apache.kafka.connect.data.Schema schema, Object value, String message) {
        assertThatExceptionOfType(DataException.class).isThrownBy(() -> converter(Map.of()).fromConnectData(TOPIC, schema, value)).withMessageContaining(message);
    }

    @Test
    void shouldTakeEveryTypeThatConnectHasToAvroAndBackWhenThereIsARegistry() throws Exception {
        // given a schema of everything
        Schema everything = everything();
        try (ScriptedRegistry server = new ScriptedRegistry()) {
            server.on("GET /schemas/ids/70", 200, ScriptedRegistry.answer(everything));
            server.on("POST /subjects/" + TOPIC + "-value/versions?normalize=false", 200, "{\"id\": 70}");
            SightlineAvroConverter converter = converter(Map.of("schema.registry.url", server.url()));
            for (Object random : new RandomData(everything, 50, 3L)) {
                byte[] value = WireValue.encode(70, (IndexedRecord) random);
                // when
                SchemaAndValue read = converter.toConnectData(TOPIC, value);
                byte[] written = converter.fromConnectData(TOPIC, read.schema(), read.value());
                // then
                assertThat(WireValue.decode(everything, written)).isEqualTo(random);
            }
            // and the schema that it registered is the one it had read
            ScriptedRegistry.Call call = server.calls.stream().filter(made -> made.line().startsWith("POST")).findFirst().orElseThrow();
            Schema registered = new Schema.Parser().parse(new com.fasterxml.jackson.databind.ObjectMapper().readTree(call.body()).path("schema").asText());
            assertThat(registered.getFields()).extracting(Schema.Field::schema).isEqualTo(everything.getFields().stream().map(Schema.Field::schema).toList());
            converter.close();
        }
    }

    private static Schema everything() {
        Schema nested = Schema.createRecord("Inner", null, "shop", false, List.of(new Schema.Field("n", Schema.create(Schema.Type.LONG))));
        Schema choice = Schema.createUnion(Schema.create(Schema.Type.NULL), Schema.create(Schema.Type.STRING), Schema.create(Schema.Type.INT), nested);
        return Schema.createRecord("Everything", "All types.", "shop", false, List.of(
                field("flag", Schema.create(Schema.Type.BOOLEAN)), field("i", Schema.create(Schema.Type.INT)), field("l", Schema.create(Schema.Type.LONG)),
                field("f", Schema.create(Schema.Type.FLOAT)), field("d", Schema.create(Schema.Type.DOUBLE)), field("s", Schema.create(Schema.Type.STRING)),
                field("b", Schema.create(Schema.Type.BYTES)), field("e", Schema.createEnum("Colour", null, "shop", List.of("RED", "GREEN"))),
                field("x", Schema.createFixed("Hash", null, "shop", 8)), field("inner", nested), field("maybe", Schema.createUnion(Schema.create(Schema.Type.NULL), nested)),
                field("list", Schema.createArray(Schema.createUnion(Schema.create(Schema.Type.NULL), Schema.create(Schema.Type.STRING)))),
                field("map", Schema.createMap(nested)), field("choice", choice),
                field("day", LogicalTypes.date().addToSchema(Schema.create(Schema.Type.INT))),
                field("at", LogicalTypes.timestampMillis().addToSchema(Schema.create(Schema.Type.LONG)))));
    }

    private static Schema.Field field(String name, Schema schema) {
        return new Schema.Field(name, schema);
    }

    @Test
    void shouldKeepDecimalsAndTimes() throws Exception {
        Schema schema = Schema.createRecord("Price", null, "shop", false, List.of(
                field("amount", LogicalTypes.decimal(9, 2).addToSchema(Schema.create(Schema.Type.BYTES))),
                field("at", LogicalTypes.timestampMillis().addToSchema(Schema.create(Schema.Type.LONG)))));
        try (ScriptedRegistry server = new ScriptedRegistry()) {
            server.on("GET /schemas/ids/71", 200, ScriptedRegistry.answer(schema));
            server.on("POST /subjects/" + TOPIC + "-value/versions?normalize=false", 200, "{\"id\": 71}");
            SightlineAvroConverter converter = converter(Map.of("schema.registry.url", server.url()));
            GenericData.Record record = new GenericData.Record(schema);
            record.put("amount", ByteBuffer.wrap(new BigDecimal("-12.34").unscaledValue().toByteArray()));
            record.put("at", 1763731199512L);
            // when
            SchemaAndValue read = converter.toConnectData(TOPIC, WireValue.encode(71, record));
            // then
            assertThat(((Struct) read.value()).get("amount")).isEqualTo(new BigDecimal("-12.34"));
            assertThat(((Struct) read.value()).get("at")).isEqualTo(new Date(1763731199512L));
            assertThat(read.schema().field("amount").schema().name()).isEqualTo(Decimal.LOGICAL_NAME);
            assertThat(read.schema().field("at").schema().name()).isEqualTo(Timestamp.LOGICAL_NAME);
            assertThat(WireValue.decode(schema, converter.fromConnectData(TOPIC, read.schema(), read.value()))).isEqualTo(record);
            converter.close();
        }
    }

    @Test
    void shouldWaitAndBlameNobodyWhenTheRegistryIsAway() throws Exception {
        try (ScriptedRegistry server = new ScriptedRegistry()) {
            server.down(503, "{\"error_code\": 50301, \"message\": \"starting\"}");
            byte[] value = WireValue.encode(2, (IndexedRecord) new RandomData(EmbeddedRegistry.INSTANCE.schemaOf(2), 1, 1L).iterator().next());
            // when it has only so much patience, then it is Connect's to try again
            SightlineAvroConverter impatient = converter(Map.of("schema.registry.url", server.url(), "registry.wait.ms", "50"));
            assertThatThrownBy(() -> impatient.toConnectData(TOPIC, value)).isInstanceOf(RetriableException.class).hasMessageContaining("no answer in 50 ms");
            impatient.close();
            // when it waits, then the record is read once the registry is back
            SightlineAvroConverter patient = converter(Map.of("schema.registry.url", server.url()));
            CompletableFuture<SchemaAndValue> read = CompletableFuture.supplyAsync(() -> patient.toConnectData(TOPIC, value));
            long before = server.calls.size();
            await().atMost(PATIENCE).until(() -> server.calls.size() > before + 1);
            assertThat(read).isNotDone();
            server.on("GET /schemas/ids/2", 200, ScriptedRegistry.answer(EmbeddedRegistry.INSTANCE.schemaOf(2)));
            server.up();
            assertThat(read.get(90, TimeUnit.SECONDS).schema().name()).isEqualTo("io.sightline.schemas.RecognitionResult");
            patient.close();
        }
    }

    @Test
    void shouldBlameTheRecordWhenTheRegistryDoesNotKnowItsSchema() throws Exception {
        try (ScriptedRegistry server = new ScriptedRegistry()) {
            server.on("GET /schemas/ids/9", 404, "{\"error_code\": 40403, \"message\": \"Schema not found\"}");
            SightlineAvroConverter converter = converter(Map.of("schema.registry.url", server.url()));
            assertThatExceptionOfType(DataException.class).isThrownBy(() -> converter.toConnectData(TOPIC, new byte[] {0, 0, 0, 0, 9, 1})).withMessageContaining("schema id: 9");
            converter.close();
        }
    }

    @Test
    void shouldRefuseKeysAndBadOptions() {
        assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> new SightlineAvroConverter().configure(Map.of(), true)).withMessageContaining("StringConverter");
        assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> converter(Map.of("schema.registry.url", "localhost:8081"))).withMessageContaining("schema.registry.url");
        assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> converter(Map.of("registry.wait.ms", "-2"))).withMessageContaining("registry.wait.ms");
    }

    private static SightlineAvroConverter converter(Map<String, String> options) {
        SightlineAvroConverter converter = new SightlineAvroConverter();
        converter.configure(options, false);
        return converter;
    }
}
