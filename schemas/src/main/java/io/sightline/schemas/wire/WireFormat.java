package io.sightline.schemas.wire;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;

/** The head of a value in the Confluent wire format: byte 0 and the schema's id. Thread-safe; schemas are asked for once. */
final class WireFormat {
    static final int HEADER_BYTES = 5;

    private final Schema expected;
    private final SchemaRegistry registry;
    private final Map<Integer, Schema> writerSchemas = new ConcurrentHashMap<>();

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
        Schema writerSchema = writerSchemas.get(id);
        if (writerSchema == null) {
            // Not in computeIfAbsent: a registry may be slow, and others' ids must not wait for it.
            writerSchema = registry.schemaOf(id);
            writerSchemas.put(id, writerSchema);
        }
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

    /** EOFException, wild lengths and the like: whatever a broken record makes the decoder trip over. */
    SerializationException unreadable(Exception e) {
        return new SerializationException("value: not a readable Avro " + expected.getName() + ", " + e.getClass().getSimpleName()
                + (e.getMessage() == null ? "" : ": " + e.getMessage()) + " (expected: the whole record as its schema describes it)", e);
    }
}
