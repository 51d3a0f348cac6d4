package io.sightline.schemas.wire;

import java.io.IOException;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.common.errors.SerializationException;

/** Reads some fields of records and skips the others without making objects of them: a large array costs a walk over its bytes. Thread-safe. */
public final class AvroProjection {
    private final Schema readerSchema;
    private final WireFormat wire;

    /**
     * @param record the whole record's schema
     * @param skipped names of fields left out
     */
    public AvroProjection(Schema record, Set<String> skipped, SchemaRegistry registry) {
        this.readerSchema = Schema.createRecord(record.getName(), null, record.getNamespace(), false,
                record.getFields().stream().filter(field -> !skipped.contains(field.name())).map(field -> new Schema.Field(field, field.schema())).toList());
        this.wire = new WireFormat(record, registry);
    }

    /**
     * The record without the fields left out; its texts are Strings.
     *
     * @throws UnknownSchemaIdException where no schema has the id named
     * @throws SerializationException where the bytes are no such record; the message says what was seen and expected
     */
    public GenericRecord decode(byte[] bytes) {
        Schema writerSchema = wire.writerSchema(bytes);
        BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(bytes, WireFormat.HEADER_BYTES, bytes.length - WireFormat.HEADER_BYTES, null);
        try {
            return new GenericDatumReader<GenericRecord>(writerSchema, readerSchema).read(null, decoder);
        } catch (IOException | RuntimeException e) {
            throw wire.unreadable(e);
        }
    }
}
