package io.sightline.schemas.wire;

import io.sightline.schemas.RecognitionRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.ClassSecurityValidator;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Turns generated Avro records into bytes and back, in the Confluent wire format: byte 0, the schema's id as a big-endian int, the
 * Avro binary. Thread-safe.
 *
 * @param <T> the generated record class
 */
public final class AvroCodec<T extends SpecificRecord> {
    /** First byte of the wire format; no image format begins with it. */
    public static final byte MAGIC = 0;
    static final int HEADER_BYTES = WireFormat.HEADER_BYTES;

    static {
        // Avro makes objects of no class that it was not told to trust: ours are.
        ClassSecurityValidator.setGlobal(ClassSecurityValidator.composite(ClassSecurityValidator.getGlobal(),
                type -> type.getPackageName().equals(RecognitionRequest.class.getPackageName())));
    }

    private final Schema readerSchema;
    private final SpecificData model;
    private final SchemaRegistry registry;
    private final WireFormat wire;
    /** Null: none, this class does the work. */
    private final NamedSerdes named;

    public AvroCodec(Class<T> type, SchemaRegistry registry) {
        this.model = SpecificData.getForClass(type);
        this.readerSchema = model.getSchema(type);
        this.registry = registry;
        this.wire = new WireFormat(readerSchema, registry);
        this.named = registry.serdes().orElse(null);
    }

    /** Confluent's TopicNameStrategy; other strategies are the registry client's. */
    static String subject(String topic) {
        return topic + "-value";
    }

    /** Done when {@link #decode} need not wait for anybody. Never blocks. */
    public CompletableFuture<Void> whenReadable(byte[] value) {
        return registry.whenReadable(value);
    }

    /** Done when {@link #encode} need not wait for anybody. Never blocks. */
    public CompletableFuture<Void> whenWritable(String topic) {
        return registry.whenWritable(topic, readerSchema);
    }

    /**
     * Null gives null: a tombstone.
     *
     * @throws org.apache.kafka.common.errors.ApiException where a registry is away, or refuses the schema
     */
    public byte[] encode(String topic, T record) {
        if (record == null) {
            return null;
        }
        if (named != null) {
            return named.write(topic, record);
        }
        int id = registry.idOf(subject(topic), readerSchema);
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        out.writeBytes(ByteBuffer.allocate(HEADER_BYTES).put(MAGIC).putInt(id).array());
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        try {
            new SpecificDatumWriter<T>(readerSchema, model).write(record, encoder);
            encoder.flush();
        } catch (IOException | RuntimeException e) {
            throw new SerializationException("can't write " + readerSchema.getName() + " for " + topic + ": " + e.getMessage(), e);
        }
        return out.toByteArray();
    }

    /**
     * Null gives null: a tombstone.
     *
     * @throws UnknownSchemaIdException where no schema has the id named
     * @throws SerializationException where the bytes are no such record; the message says what was seen and expected
     * @throws org.apache.kafka.common.errors.ApiException where a registry can't be asked: no record's fault
     */
    public T decode(byte[] bytes) {
        if (bytes == null) {
            return null;
        }
        if (named != null) {
            IndexedRecord read = named.read(readerSchema.getName(), bytes);
            wire.checkName(read.getSchema());
            byte[] binary = NamedSerdes.binary(read, model);
            return read(read.getSchema(), DecoderFactory.get().binaryDecoder(binary, null));
        }
        Schema writerSchema = wire.writerSchema(bytes);
        return read(writerSchema, DecoderFactory.get().binaryDecoder(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES, null));
    }

    private T read(Schema writerSchema, BinaryDecoder decoder) {
        try {
            T record = new SpecificDatumReader<T>(writerSchema, readerSchema, model).read(null, decoder);
            if (!decoder.isEnd()) {
                throw new SerializationException("value: bytes left over behind the " + readerSchema.getName() + " (expected: none)");
            }
            return record;
        } catch (SerializationException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw wire.unreadable(e);
        }
    }
}
