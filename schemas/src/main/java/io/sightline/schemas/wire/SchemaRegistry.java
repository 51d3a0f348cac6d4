package io.sightline.schemas.wire;

import org.apache.avro.Schema;

/** Where schema ids come from. Implementations are thread-safe. */
public interface SchemaRegistry {
    /**
     * @param subject name the schema is registered under, {@code <topic>-value}
     * @return the schema's id
     * @throws org.apache.kafka.common.errors.SerializationException where the schema is not and can't be registered
     */
    int idOf(String subject, Schema schema);

    /**
     * The schema a writer used.
     *
     * @throws UnknownSchemaIdException where no schema has that id
     */
    Schema schemaOf(int id);
}
