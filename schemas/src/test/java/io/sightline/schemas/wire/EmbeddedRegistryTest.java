package io.sightline.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.schemas.GalleryEntry;
import io.sightline.schemas.GalleryVector;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.TracerWindow;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedRegistryTest {
    @Test
    void shouldKeepTheIdsThatAreOnTheTopics() {
        // Ids are data at rest: a change here makes existing topics unreadable.
        assertThat(EmbeddedRegistry.INSTANCE.idOf("s", ReleasedSchemas.load().get(0))).isEqualTo(1);
        assertThat(EmbeddedRegistry.INSTANCE.idOf("s", RecognitionRequest.getClassSchema())).as("gained a field since 0.1.0").isEqualTo(6);
        assertThat(EmbeddedRegistry.INSTANCE.idOf("s", TracerWindow.getClassSchema())).as("gained a field since 0.1.0").isEqualTo(7);
        assertThat(EmbeddedRegistry.INSTANCE.idOf("s", GalleryEntry.getClassSchema())).isEqualTo(3);
        assertThat(EmbeddedRegistry.INSTANCE.idOf("s", ReleasedSchemas.load().get(4))).isEqualTo(5);
    }

    @Test
    void shouldGiveTheReleasedTextForAnId() {
        assertThat(EmbeddedRegistry.INSTANCE.schemaOf(4)).isEqualTo(ReleasedSchemas.load().get(3));
        assertThat(EmbeddedRegistry.INSTANCE.idOf("s", ReleasedSchemas.load().get(3))).isEqualTo(4);
    }

    @Test
    void shouldReadWhatAnOlderBuildWroteWhenASchemaHasGainedAField() throws Exception {
        // given a release without the field `error`, which its build wrote a record with
        Schema current = GalleryVector.getClassSchema();
        Schema old = Schema.createRecord(current.getName(), "", current.getNamespace(), false, current.getFields().stream()
                .filter(field -> !field.name().equals("error")).map(field -> new Schema.Field(field, field.schema())).toList());
        EmbeddedRegistry before = new EmbeddedRegistry(List.of(), List.of(old));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(new byte[] {0, 0, 0, 0, (byte) before.idOf("s", old)});
        GenericData.Record record = new GenericData.Record(old);
        record.put("gallery", "g");
        record.put("id", "1");
        record.put("label", "tea");
        record.put("attributes", "{}");
        record.put("vector", List.of(1f));
        record.put("model", "m");
        record.put("epoch", 7L);
        var encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
        new GenericDatumWriter<>(old).write(record, encoder);
        // when this build reads it
        EmbeddedRegistry now = new EmbeddedRegistry(List.of(JavaProperties.removedFrom(old)), List.of(current));
        AvroCodec<GalleryVector> codec = new AvroCodec<>(GalleryVector.class, now);
        // then the old record has the new field's default, and new records have an id of their own
        GalleryVector expected = new GalleryVector("g", "1", "tea", "{}", List.of(1f), "m", 7L, null);
        assertThat(codec.decode(bytes.toByteArray())).isEqualTo(expected);
        assertThat(now.idOf("s", JavaProperties.removedFrom(old))).isEqualTo(1);
        assertThat(codec.encode("t", expected)).startsWith(0, 0, 0, 0, 2);
        assertThat(codec.decode(codec.encode("t", expected))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 8, Integer.MAX_VALUE})
    void shouldNameTheKnownIdsWhenOneIsUnknown(int id) {
        assertThatThrownBy(() -> EmbeddedRegistry.INSTANCE.schemaOf(id)).isInstanceOf(UnknownSchemaIdException.class)
                .hasMessage("schema id: " + id + " (expected: 1..7, Sightline's own schemas)");
    }

    @Test
    void shouldRefuseASchemaThatIsNotSightlines() {
        Schema other = SchemaBuilder.record("Other").fields().endRecord();
        assertThatThrownBy(() -> EmbeddedRegistry.INSTANCE.idOf("t-value", other)).isInstanceOf(SerializationException.class).hasMessageContaining("Other for t-value");
    }

    @Test
    void shouldDocumentEveryFieldOfEverySchema() {
        for (int id = 1; id <= 7; id++) {
            check(EmbeddedRegistry.INSTANCE.schemaOf(id));
        }
    }

    private static void check(Schema schema) {
        switch (schema.getType()) {
            case RECORD -> {
                assertThat(schema.getDoc()).as(schema.getFullName()).isNotBlank();
                schema.getFields().forEach(field -> {
                    assertThat(field.doc()).as(schema.getName() + "." + field.name()).isNotBlank();
                    check(field.schema());
                });
            }
            case ARRAY -> check(schema.getElementType());
            case MAP -> check(schema.getValueType());
            case UNION -> schema.getTypes().forEach(EmbeddedRegistryTest::check);
            default -> { }
        }
    }
}
