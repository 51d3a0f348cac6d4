package io.sightline.processors.gallery;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an {@link IndexFile} of galleries holds: the log's identity, until when all of it was read, where to read on in it, and each gallery with its entries and its graph. Texts are
 * UTF-8 with their length in bytes before them; vectors are floats in big-endian order.
 */
final class GalleryFormat {
    /** Guards against reading a damaged length: nothing longer is ever written. */
    private static final int MAX_TEXT_BYTES = 1 << 24;
    private static final int MAX_GALLERIES = 1_000_000;
    private static final int MAX_PARTITIONS = 1_000_000;

    /**
     * A gallery as it is on disk.
     *
     * @param offset of the last edit applied
     * @param refused additions that are missing, as the gallery was full
     * @param entries by slot; not changed while they are written
     * @param graph over them, if there is one
     */
    record Stored(String name, GalleryModel model, long generation, long epoch, long offset, long refused, List<StoredEntry> entries, Optional<SavedGraph> graph) {
    }

    /**
     * @param seenUntil all that was on the log then is in the galleries, to the millisecond
     * @param nextOffsets by partition
     */
    record Content(String log, Instant seenUntil, Map<Integer, Long> nextOffsets, List<Stored> galleries) {
    }

    private GalleryFormat() {
    }

    static void write(Content content, DataOutputStream out) throws IOException {
        writeText(out, content.log());
        out.writeLong(content.seenUntil().toEpochMilli());
        out.writeInt(content.nextOffsets().size());
        for (Map.Entry<Integer, Long> next : content.nextOffsets().entrySet()) {
            out.writeInt(next.getKey());
            out.writeLong(next.getValue());
        }
        out.writeInt(content.galleries().size());
        for (Stored gallery : content.galleries()) {
            writeText(out, gallery.name());
            writeText(out, gallery.model().id());
            out.writeInt(gallery.model().dimension());
            out.writeLong(gallery.generation());
            out.writeLong(gallery.epoch());
            out.writeLong(gallery.offset());
            out.writeLong(gallery.refused());
            out.writeInt(gallery.entries().size());
            byte[] floats = new byte[gallery.model().dimension() * Float.BYTES];
            for (StoredEntry entry : gallery.entries()) {
                writeText(out, entry.id());
                writeText(out, entry.label());
                writeText(out, entry.attributes());
                out.writeLong(entry.epoch());
                ByteBuffer.wrap(floats).asFloatBuffer().put(entry.vector());
                out.write(floats);
            }
            out.writeBoolean(gallery.graph().isPresent());
            if (gallery.graph().isPresent()) {
                gallery.graph().get().write(out);
            }
        }
    }

    /**
     * @param log that the file has to be of
     * @param oldest time until which that log has to have been read
     * @param now no file can be of a later time
     * @throws IOException cut off, damaged, too old, or of another log or of other models
     */
    static Content read(DataInputStream in, String log, Instant oldest, Instant now, GalleryModels models) throws IOException {
        String seenLog = readText(in);
        if (!seenLog.equals(log)) {
            throw new IOException("log: '" + seenLog + "' (expected: '" + log + "')");
        }
        Instant seenUntil = Instant.ofEpochMilli(in.readLong());
        if (seenUntil.isBefore(oldest) || seenUntil.isAfter(now)) {
            throw new IOException("log read until " + seenUntil + " (expected: " + oldest + " to " + now + "; removals of before may have left the log by now)");
        }
        Map<Integer, Long> nextOffsets = new HashMap<>();
        for (int left = count(in, "partitions", MAX_PARTITIONS); left > 0; left--) {
            nextOffsets.put(in.readInt(), in.readLong());
        }
        List<Stored> galleries = new ArrayList<>();
        for (int left = count(in, "galleries", MAX_GALLERIES); left > 0; left--) {
            galleries.add(readGallery(in, models));
        }
        return new Content(seenLog, seenUntil, nextOffsets, galleries);
    }

    private static Stored readGallery(DataInputStream in, GalleryModels models) throws IOException {
        String name = readText(in);
        GalleryModel expected = models.of(name);
        String model = readText(in);
        int dimension = in.readInt();
        if (!expected.id().equals(model) || expected.dimension() != dimension) {
            throw new IOException("model of gallery " + name + ": " + model + ", " + dimension + " dimensions (expected: " + expected.id() + ", " + expected.dimension() + ")");
        }
        long generation = in.readLong();
        long epoch = in.readLong();
        long offset = in.readLong();
        long refused = in.readLong();
        int count = count(in, "entries", Integer.MAX_VALUE);
        List<StoredEntry> entries = new ArrayList<>();
        byte[] floats = new byte[dimension * Float.BYTES];
        for (int i = 0; i < count; i++) {
            String id = readText(in);
            String label = readText(in);
            String attributes = readText(in);
            long entryEpoch = in.readLong();
            in.readFully(floats);
            float[] vector = new float[dimension];
            ByteBuffer.wrap(floats).asFloatBuffer().get(vector);
            entries.add(new StoredEntry(id, label, attributes, entryEpoch, vector));
        }
        Optional<SavedGraph> graph = in.readBoolean() ? Optional.of(SavedGraph.read(in, dimension)) : Optional.empty();
        return new Stored(name, expected, generation, epoch, offset, refused, entries, graph);
    }

    private static int count(DataInputStream in, String what, int max) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > max) {
            throw new IOException(what + ": " + count + " (expected: 0.." + max + ")");
        }
        return count;
    }

    private static void writeText(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_TEXT_BYTES) {
            throw new IOException("text: " + bytes.length + " bytes (expected: at most " + MAX_TEXT_BYTES + ")");
        }
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String readText(DataInputStream in) throws IOException {
        int length = count(in, "length of a text", MAX_TEXT_BYTES);
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new java.io.EOFException();
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
