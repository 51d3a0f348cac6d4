package io.sightline.schemas.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.common.errors.SerializationException;

/** Values in the Confluent wire format whose schema is known by its id alone: Avro's generic data. Pure functions. */
public final class WireValue {
    private WireValue() {
    }

    /**
     * The id of the schema it was written with.
     *
     * @throws SerializationException where the bytes have none
     */
    public static int id(byte[] value) {
        if (!WireFormat.hasHeader(value)) {
            throw new SerializationException("value: " + value.length + " bytes" + (value.length == 0 ? "" : " beginning with " + (value[0] & 0xff))
                    + " (expected: Avro in the wire format: 0, schema id, record; a picture on the topic requests or gallery is none)");
        }
        return ByteBuffer.wrap(value, 1, 4).getInt();
    }

    /**
     * What stands behind the id, as {@link org.apache.avro.generic.GenericData} has it.
     *
     * @throws SerializationException where the bytes are no such value; the message says what was seen and expected
     */
    public static Object decode(Schema writer, byte[] value) {
        BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(value, WireFormat.HEADER_BYTES, value.length - WireFormat.HEADER_BYTES, null);
        try {
            Object read = new GenericDatumReader<>(writer).read(null, decoder);
            if (!decoder.isEnd()) {
                throw new SerializationException("value: bytes left over behind the " + writer.getName() + " (expected: none)");
            }
            return read;
        } catch (SerializationException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw WireFormat.unreadable(writer, e);
        }
    }

    /** @throws SerializationException where the record does not fit its own schema */
    public static byte[] encode(int id, IndexedRecord record) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        out.writeBytes(ByteBuffer.allocate(WireFormat.HEADER_BYTES).put(AvroCodec.MAGIC).putInt(id).array());
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        try {
            new GenericDatumWriter<IndexedRecord>(record.getSchema()).write(record, encoder);
            encoder.flush();
        } catch (IOException | RuntimeException e) {
            throw new SerializationException("can't write " + record.getSchema().getName() + ": " + e.getMessage(), e);
        }
        return out.toByteArray();
    }
}
