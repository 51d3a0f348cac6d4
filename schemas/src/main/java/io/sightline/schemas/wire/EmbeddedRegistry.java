package io.sightline.schemas.wire;

import io.sightline.schemas.GalleryEntry;
import io.sightline.schemas.GalleryVector;
import io.sightline.schemas.RecognitionRequest;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.TracerWindow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;

/**
 * The registry used where none is configured: Sightline's own schemas with fixed ids. The ids are part of the data on the topics:
 * 1 and on are the released schemas' ({@link ReleasedSchemas}), each its released text for ever, so that what an older build wrote stays
 * readable. A current schema that differs from every released one has an id behind them. Immutable.
 */
public final class EmbeddedRegistry implements SchemaRegistry {
    public static final EmbeddedRegistry INSTANCE = new EmbeddedRegistry(ReleasedSchemas.load(), List.of(
            RecognitionRequest.getClassSchema(),
            RecognitionResult.getClassSchema(),
            GalleryEntry.getClassSchema(),
            GalleryVector.getClassSchema(),
            TracerWindow.getClassSchema()));

    /** The schema at index i has the id i + 1. */
    private final List<Schema> schemas;
    private final Map<Schema, Integer> ids = new HashMap<>();

    /**
     * @param released in the order of their ids
     * @param current what this build writes, in the order in which new ones get ids
     */
    EmbeddedRegistry(List<Schema> released, List<Schema> current) {
        List<Schema> all = new ArrayList<>();
        for (Schema schema : released) {
            all.add(schema);
            ids.putIfAbsent(schema, all.size());
        }
        for (Schema schema : current) {
            Schema plain = JavaProperties.removedFrom(schema);
            if (!ids.containsKey(plain)) {
                all.add(plain);
                ids.put(plain, all.size());
            }
            // Generated classes ask with their own schema, for each record.
            ids.put(schema, ids.get(plain));
        }
        this.schemas = List.copyOf(all);
    }

    /** In the order of their ids, the first one's is 1. */
    public List<Schema> schemas() {
        return schemas;
    }

    @Override
    public int idOf(String subject, Schema schema) {
        Integer id = ids.get(schema);
        if (id == null) {
            throw new SerializationException("schema: " + schema.getFullName() + " for " + subject + " (expected: one of Sightline's own; configure a schema registry for others)");
        }
        return id;
    }

    @Override
    public Schema schemaOf(int id) {
        if (id < 1 || id > schemas.size()) {
            throw new UnknownSchemaIdException(id, "1.." + schemas.size() + ", Sightline's own schemas");
        }
        return schemas.get(id - 1);
    }
}
