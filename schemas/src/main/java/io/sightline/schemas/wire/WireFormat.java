package io.sightline.schemas.wire;

import java.nio.ByteBuffer;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;

/** The head of a value in the Confluent wire format: byte 0 and the schema's id. Thread-safe; registries keep the schemas they have read. */
final class WireFormat {
    static final int HEADER_BYTES = 5;

    private final Schema expected;
    private final SchemaRegistry registry;

    WireFormat(Schema expected, SchemaRegistry registry) {
        this.expected = expected;
        this.registry = registry;
    }

    /**
     * The schema that the value was written with.
     *
     * @throws UnknownSchemaIdException where no schema has the id named
     * @throws SerializationException where the bytes are no such record
     */
    Schema writerSchema(byte[] bytes) {
        if (!hasHeader(bytes)) {
            throw new SerializationException("value: " + bytes.length + " bytes" + (bytes.length == 0 ? "" : " beginning with " + (bytes[0] & 0xff))
                    + " (expected: Avro " + expected.getName() + " in the wire format: 0, schema id, record)");
        }
        int id = ByteBuffer.wrap(bytes, 1, 4).getInt();
        Schema writerSchema = registry.schemaOf(id);
        checkName(writerSchema);
        return writerSchema;
    }

    static boolean hasHeader(byte[] value) {
        return value != null && value.length >= HEADER_BYTES && value[0] == AvroCodec.MAGIC;
    }

    void checkName(Schema writerSchema) {
        if (!writerSchema.getFullName().equals(expected.getFullName())) {
            throw new SerializationException("value: a " + writerSchema.getName() + " (expected: a " + expected.getName() + ")");
        }
    }

    SerializationException unreadable(Exception e) {
        return unreadable(expected, e);
    }

    /** EOFException, wild lengths and the like: whatever a broken record makes the decoder trip over. */
    static SerializationException unreadable(Schema schema, Exception e) {
        return new SerializationException("value: not a readable Avro " + schema.getName() + ", " + e.getClass().getSimpleName()
                + (e.getMessage() == null ? "" : ": " + e.getMessage()) + " (expected: the whole record as its schema describes it)", e);
    }
}
