package io.sightline.processors.recognition;

import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.wire.AvroCodec;
import java.nio.ByteBuffer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;

/** Record values that are either Avro in the wire format or a bare image, told apart by the first byte. */
final class WireValue {
    private WireValue() {
    }

    static boolean isAvro(byte[] value) {
        return value[0] == AvroCodec.MAGIC;
    }

    /**
     * @throws InvalidRequestException where the bytes are no such record. A registry that can't be reached is another exception: that
     *     is not the record's fault
     */
    static <T extends SpecificRecord> T decode(AvroCodec<T> codec, byte[] value) {
        try {
            return codec.decode(value);
        } catch (SerializationException e) {
            throw new InvalidRequestException(e.getMessage());
        }
    }

    /** The buffer's bytes, not copied where it holds nothing else. */
    static byte[] bytes(ByteBuffer buffer) {
        if (buffer.hasArray() && buffer.arrayOffset() == 0 && buffer.position() == 0 && buffer.remaining() == buffer.array().length) {
            return buffer.array();
        }
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
