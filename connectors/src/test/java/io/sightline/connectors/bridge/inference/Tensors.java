package io.sightline.connectors.bridge.inference;

import static io.sightline.connectors.testing.RawHttp.join;
import static io.sightline.connectors.testing.RawHttp.post;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Requests as Triton's client makes them. */
final class Tensors {
    private Tensors() {
    }

    /** BYTES in binary: each item with its length before it. */
    static byte[] binary(byte[]... items) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] item : items) {
            out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(item.length).array());
            out.writeBytes(item);
        }
        return out.toByteArray();
    }

    /** JSON with binary behind it. */
    static byte[] framed(String path, String json, byte[] binary) {
        byte[] text = json.getBytes(UTF_8);
        return post(path, join(text, binary), "Inference-Header-Content-Length: " + text.length);
    }
}
