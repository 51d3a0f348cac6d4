package io.sightline.schemas.wire;

import org.apache.avro.Schema;

/** Where schema ids come from. Implementations are thread-safe. */
public interface SchemaRegistry {
    /**
     * @param subject name the schema is registered under, {@code <topic>-value}
     * @return the schema's id
     * @throws org.apache.kafka.common.errors.SerializationException where the schema is none of an embedded registry's
     * @throws org.apache.kafka.common.errors.ApiException where a registry is away, or refuses the schema
     */
    int idOf(String subject, Schema schema);

    /**
     * The schema a writer used.
     *
     * @throws UnknownSchemaIdException where no schema has that id
     * @throws org.apache.kafka.common.errors.ApiException where a registry can't be asked: no record's fault
     */
    Schema schemaOf(int id);
}
