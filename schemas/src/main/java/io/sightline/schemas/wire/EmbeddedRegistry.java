package io.sightline.schemas.wire;

import io.sightline.schemas.GalleryEntry;
import io.sightline.schemas.GalleryVector;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.TracerWindow;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;

/**
 * The registry used where none is configured: Sightline's own schemas with fixed ids. The ids are part of the data on the topics:
 * a schema once released keeps its place in the list for ever, a new version is added at the end. Immutable.
 */
public final class EmbeddedRegistry implements SchemaRegistry {
    public static final EmbeddedRegistry INSTANCE = new EmbeddedRegistry();

    /** The schema at index i has the id i + 1. */
    private static final List<Schema> SCHEMAS = List.of(
            RecognitionRequest.getClassSchema(),
            RecognitionResult.getClassSchema(),
            GalleryEntry.getClassSchema(),
            GalleryVector.getClassSchema(),
            TracerWindow.getClassSchema());

    private EmbeddedRegistry() {
    }

    @Override
    public int idOf(String subject, Schema schema) {
        int index = SCHEMAS.indexOf(schema);
        if (index < 0) {
            throw new SerializationException("schema: " + schema.getFullName() + " for " + subject + " (expected: one of Sightline's own; configure a schema registry for others)");
        }
        return index + 1;
    }

    @Override
    public Schema schemaOf(int id) {
        if (id < 1 || id > SCHEMAS.size()) {
            throw new UnknownSchemaIdException(id, "1.." + SCHEMAS.size() + ", Sightline's own schemas");
        }
        return SCHEMAS.get(id - 1);
    }
}
