package io.sightline.schemas.wire;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.kafka.common.errors.SerializationException;

/** Reads some fields of records and skips the others without making objects of them: a large array costs a walk over its bytes. Thread-safe. */
public final class AvroProjection {
    private final Schema readerSchema;
    private final WireFormat wire;
    private final Optional<NamedSerdes> named;

    /**
     * @param record the whole record's schema
     * @param skipped names of fields left out
     */
    public AvroProjection(Schema record, Set<String> skipped, SchemaRegistry registry) {
        this.readerSchema = Schema.createRecord(record.getName(), null, record.getNamespace(), false,
                record.getFields().stream().filter(field -> !skipped.contains(field.name())).map(field -> new Schema.Field(field, field.schema())).toList());
        this.wire = new WireFormat(record, registry);
        this.named = registry.serdes();
    }

    /**
     * The record without the fields left out; its texts are Strings.
     *
     * @throws UnknownSchemaIdException where no schema has the id named
     * @throws SerializationException where the bytes are no such record; the message says what was seen and expected
     * @throws org.apache.kafka.common.errors.ApiException where a registry can't be asked: no record's fault
     */
    public GenericRecord decode(byte[] bytes) {
        if (named.isPresent()) {
            IndexedRecord whole = named.get().read(readerSchema.getName(), bytes);
            wire.checkName(whole.getSchema());
            return read(whole.getSchema(), DecoderFactory.get().binaryDecoder(NamedSerdes.binary(whole, SpecificData.get()), null));
        }
        Schema writerSchema = wire.writerSchema(bytes);
        return read(writerSchema, DecoderFactory.get().binaryDecoder(bytes, WireFormat.HEADER_BYTES, bytes.length - WireFormat.HEADER_BYTES, null));
    }

    private GenericRecord read(Schema writerSchema, BinaryDecoder decoder) {
        try {
            return new GenericDatumReader<GenericRecord>(writerSchema, readerSchema).read(null, decoder);
        } catch (IOException | RuntimeException e) {
            throw wire.unreadable(e);
        }
    }
}
