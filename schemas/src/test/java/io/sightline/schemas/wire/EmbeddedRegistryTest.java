package io.sightline.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sightline.schemas.GalleryEntry;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.TracerWindow;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedRegistryTest {
    @Test
    void shouldKeepTheIdsThatAreOnTheTopics() {
        // Ids are data at rest: a change here makes existing topics unreadable.
        assertThat(EmbeddedRegistry.INSTANCE.idOf("s", RecognitionRequest.getClassSchema())).isEqualTo(1);
        assertThat(EmbeddedRegistry.INSTANCE.idOf("s", GalleryEntry.getClassSchema())).isEqualTo(3);
        assertThat(EmbeddedRegistry.INSTANCE.idOf("s", TracerWindow.getClassSchema())).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 6, Integer.MAX_VALUE})
    void shouldNameTheKnownIdsWhenOneIsUnknown(int id) {
        assertThatThrownBy(() -> EmbeddedRegistry.INSTANCE.schemaOf(id)).isInstanceOf(UnknownSchemaIdException.class)
                .hasMessage("schema id: " + id + " (expected: 1..5, Sightline's own schemas)");
    }

    @Test
    void shouldRefuseASchemaThatIsNotSightlines() {
        Schema other = SchemaBuilder.record("Other").fields().endRecord();
        assertThatThrownBy(() -> EmbeddedRegistry.INSTANCE.idOf("t-value", other)).isInstanceOf(SerializationException.class).hasMessageContaining("Other for t-value");
    }

    @Test
    void shouldDocumentEveryFieldOfEverySchema() {
        for (int id = 1; id <= 5; id++) {
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
