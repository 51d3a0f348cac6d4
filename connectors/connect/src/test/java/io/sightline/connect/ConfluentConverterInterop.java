package io.sightline.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.sightline.schemas.wire.EmbeddedRegistry;
import io.sightline.schemas.wire.ScriptedRegistry;
import io.sightline.schemas.wire.WireValue;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.util.RandomData;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.storage.Converter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Confluent's own AvroConverter beside ours, at one registry. Its classes are there in the profile confluent-interop only, so it is named by text, as users name it. */
@Timeout(240)
class ConfluentConverterInterop {
    private static ScriptedRegistry registry;

    @BeforeAll
    static void start() throws Exception {
        registry = new ScriptedRegistry();
        ids().forEach(id -> {
            String answer = ScriptedRegistry.answer(EmbeddedRegistry.INSTANCE.schemaOf(id));
            // Newer and older clients ask in different ways.
            String subject = topic(id) + "-value";
            registry.on("GET /schemas/ids/" + id, 200, answer).on("GET /schemas/ids/" + id + "?fetchMaxId=false&subject=" + subject, 200, answer)
                    .on("POST /subjects/" + subject + "?normalize=false&deleted=true", 200, answer.replaceFirst("\\{", "{\"subject\": \"" + subject + "\", \"version\": 1, \"id\": " + id + ", "));
        });
    }

    @AfterAll
    static void stop() {
        registry.close();
    }

    private static String topic(int id) {
        return "interop-" + id;
    }

    static IntStream ids() {
        return IntStream.rangeClosed(1, EmbeddedRegistry.INSTANCE.schemas().size());
    }

    @ParameterizedTest
    @MethodSource("ids")
    void shouldReadTheSameDataOfOurBytes(int id) throws Exception {
        // given
        String topic = topic(id);
        Schema schema = EmbeddedRegistry.INSTANCE.schemaOf(id);
        Converter theirs = (Converter) Class.forName("io.confluent.connect.avro.AvroConverter").getDeclaredConstructor().newInstance();
        theirs.configure(Map.of("schema.registry.url", registry.url()), false);
        SightlineAvroConverter ours = new SightlineAvroConverter();
        ours.configure(Map.of(), false);
        for (Object random : new RandomData(schema, 20, 5L)) {
            SchemaAndValue first = ours.toConnectData(topic, WireValue.encode(id, (IndexedRecord) random));
            byte[] written = id == EmbeddedRegistry.INSTANCE.idOf(topic, schema) && schema.equals(newest(schema)) ? ours.fromConnectData(topic, first.schema(), first.value()) : WireValue.encode(id, (IndexedRecord) random);
            // when
            SchemaAndValue read = theirs.toConnectData(topic, written);
            // then
            assertThat(read.schema().name()).isEqualTo(schema.getFullName());
            requireSame((Struct) read.value(), (Struct) first.value());
        }
    }

    private static Schema newest(Schema schema) {
        return EmbeddedRegistry.INSTANCE.schemas().stream().filter(other -> other.getFullName().equals(schema.getFullName())).reduce((older, newer) -> newer).orElseThrow();
    }

    /** Values and types; Confluent's schemas have parameters of their own, which Struct.equals would count. */
    private static void requireSame(Struct theirs, Struct ours) {
        assertThat(theirs.schema().fields()).extracting(Field::name).isEqualTo(ours.schema().fields().stream().map(Field::name).toList());
        for (Field field : ours.schema().fields()) {
            assertThat(theirs.schema().field(field.name()).schema().type()).as(field.name()).isEqualTo(field.schema().type());
            assertThat(theirs.schema().field(field.name()).schema().isOptional()).as(field.name()).isEqualTo(field.schema().isOptional());
            requireSame(field.name(), theirs.get(field.name()), ours.get(field.name()));
        }
    }

    private static void requireSame(String name, Object theirs, Object ours) {
        if (ours instanceof Struct struct) {
            requireSame((Struct) theirs, struct);
        } else if (ours instanceof List<?> list && !list.isEmpty() && list.get(0) instanceof Struct) {
            assertThat((List<?>) theirs).as(name).hasSameSizeAs(list);
            IntStream.range(0, list.size()).forEach(i -> requireSame(name, ((List<?>) theirs).get(i), list.get(i)));
        } else {
            assertThat(theirs).as(name).isEqualTo(ours);
        }
    }
}
