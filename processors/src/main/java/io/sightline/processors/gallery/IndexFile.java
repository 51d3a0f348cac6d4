package io.sightline.processors.gallery;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * A file with a version and a checksum over all of it; what is inside is the writer's and reader's. It appears whole or not at all: written
 * beside its place, forced to the disk, then moved. Its end is the sum (CRC-32C), so a reader may believe nothing before it has read all.
 */
final class IndexFile {
    private static final int MAGIC = 0x534c4758; // SLGX
    private static final int VERSION = 3;
    private static final int BUFFER = 1 << 18;

    interface Writer {
        void write(DataOutputStream out) throws IOException;
    }

    interface Reader<T> {
        T read(DataInputStream in) throws IOException;
    }

    private IndexFile() {
    }

    static void write(Path file, Writer writer) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            try (FileChannel channel = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                CRC32C sum = new CRC32C();
                OutputStream buffered = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
                DataOutputStream out = new DataOutputStream(new BufferedOutputStream(new CheckedOutputStream(buffered, sum), BUFFER));
                out.writeInt(MAGIC);
                out.writeInt(VERSION);
                writer.write(out);
                out.flush();
                new DataOutputStream(buffered).writeInt((int) sum.getValue());
                buffered.flush();
                channel.force(true);
            }
            move(part, file);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private static void move(Path part, Path file) throws IOException {
        try {
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** @throws IOException unreadable, another kind or version of file, or damaged; the message says which */
    static <T> T read(Path file, Reader<T> reader) throws IOException {
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), BUFFER)) {
            CRC32C sum = new CRC32C();
            DataInputStream in = new DataInputStream(new CheckedInputStream(raw, sum));
            expect("kind of file", in.readInt(), MAGIC);
            expect("format", in.readInt(), VERSION);
            T value = reader.read(in);
            int expected = (int) sum.getValue();
            expect("checksum", new DataInputStream(raw).readInt(), expected);
            if (raw.read() >= 0) {
                throw new IOException("length: more than the file says (expected: nothing after its checksum)");
            }
            return value;
        } catch (EOFException e) {
            throw new IOException("length: " + Files.size(file) + " bytes (expected: more, it is cut off)", e);
        }
    }

    private static void expect(String what, int seen, int expected) throws IOException {
        if (seen != expected) {
            throw new IOException(what + ": " + Integer.toHexString(seen) + " (expected: " + Integer.toHexString(expected) + ")");
        }
    }
}
