package io.sightline.processors.gallery.redis;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Vectors as the server takes them. */
final class Blobs {
    private Blobs() {
    }

    static byte[] of(float[] vector) {
        ByteBuffer buffer = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asFloatBuffer().put(vector);
        return buffer.array();
    }
}
