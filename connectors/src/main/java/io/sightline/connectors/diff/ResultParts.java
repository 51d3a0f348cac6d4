package io.sightline.connectors.diff;

import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.wire.AvroCodec;
import io.sightline.schemas.wire.EmbeddedRegistry;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** One set of results on disk, in parts by a hash of the request id. First all is written, then read. For one thread. */
final class ResultParts implements AutoCloseable {
    /** Read again by the same program: it needs no registry. */
    private final AvroCodec<RecognitionResult> codec = new AvroCodec<>(RecognitionResult.class, EmbeddedRegistry.INSTANCE);
    private final Path folder;
    private final String name;
    private final DataOutputStream[] out = new DataOutputStream[ResultJoin.PARTS];
    private long results;
    private boolean written;

    ResultParts(Path folder, String name) {
        this.folder = folder;
        this.name = name;
    }

    void add(RecognitionResult result) {
        if (written) {
            throw new IllegalStateException("result '" + result.getRequestId() + "' (expected: none after the first is read)");
        }
        int part = Math.floorMod(result.getRequestId().hashCode() * 0x9E3779B9 >>> 7, ResultJoin.PARTS);
        try {
            byte[] encoded = codec.encode(name, result);
            if (out[part] == null) {
                out[part] = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file(part)), 1 << 13));
            }
            byte[] id = result.getRequestId().getBytes(StandardCharsets.UTF_8);
            out[part].writeInt(id.length);
            out[part].write(id);
            out[part].writeInt(encoded.length);
            out[part].write(encoded);
            results++;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    long results() {
        return results;
    }

    /**
     * Reads a part; the last result of an id stays.
     *
     * @return results that were replaced by a later one
     */
    long read(int part, Map<String, byte[]> into) {
        finishWriting();
        if (!Files.exists(file(part))) {
            return 0;
        }
        long repeated = 0;
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file(part)), 1 << 16))) {
            for (byte[] id = block(in); id != null; id = block(in)) {
                if (into.put(new String(id, StandardCharsets.UTF_8), block(in)) != null) {
                    repeated++;
                }
            }
            return repeated;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** Null: the end. */
    private static byte[] block(DataInputStream in) throws IOException {
        int length;
        try {
            length = in.readInt();
        } catch (EOFException e) {
            return null;
        }
        return in.readNBytes(length);
    }

    RecognitionResult decode(byte[] encoded) {
        return codec.decode(encoded);
    }

    private void finishWriting() {
        written = true;
        for (int part = 0; part < out.length; part++) {
            try (DataOutputStream open = out[part]) {
                out[part] = null;
            } catch (IOException e) {
                throw failed(e);
            }
        }
    }

    private Path file(int part) {
        return folder.resolve(name + "-" + part);
    }

    private IllegalArgumentException failed(IOException e) {
        return new IllegalArgumentException("temporary folder " + folder + ": " + e + " (expected: room for both sets of results)", e);
    }

    @Override
    public void close() {
        finishWriting();
    }
}
