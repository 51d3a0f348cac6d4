package io.sightline.processors.gallery;

import io.github.jbellis.jvector.disk.RandomAccessReader;
import io.github.jbellis.jvector.graph.ImmutableGraphIndex;
import io.github.jbellis.jvector.graph.NodesIterator;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * An {@link HnswGraph} as it lies in a file. The library's own {@code save} would do, but not while further nodes are to be linked: it wants
 * the graph to be closed to them for good.
 *
 * @param m {@code hnsw_m} that it was made with
 * @param slots by node, of its entry; {@link StoredEntry#NO_SLOT}: the entry is gone
 * @param gone the vectors of nodes whose entries are gone, in the order of the nodes
 * @param links number of levels; links a node may have, by level; the node to begin with; for each level the number of its nodes and for
 *     each of these itself, how many it is linked to, and those, nearest first
 */
record SavedGraph(int m, int efConstruction, int[] slots, List<Quantised> gone, int[] links) {
    /** The library's format 4, which {@code GraphIndexBuilder.load} reads. */
    private static final int MAGIC = 1978417170;
    private static final int VERSION = 4;
    private static final int MAX_INTS = 1 << 30;

    /** True where a graph of today's settings would be no other. */
    boolean fits(EmbeddedIndexSettings settings) {
        return m == settings.hnswM() && efConstruction == settings.hnswEfConstruction();
    }

    /** @param graph in which nothing is being linked */
    static int[] links(ImmutableGraphIndex graph) {
        IntStream.Builder ints = IntStream.builder();
        try (ImmutableGraphIndex.View view = graph.getView()) {
            int levels = graph.getMaxLevel() + 1;
            ints.add(levels);
            for (int level = 0; level < levels; level++) {
                ints.add(graph.getDegree(level));
            }
            ints.add(view.entryNode().node);
            for (int level = 0; level < levels; level++) {
                ints.add(graph.size(level));
                for (NodesIterator nodes = graph.getNodes(level); nodes.hasNext();) {
                    int node = nodes.nextInt();
                    NodesIterator neighbours = view.getNeighborsIterator(level, node);
                    ints.add(node).add(neighbours.size());
                    while (neighbours.hasNext()) {
                        ints.add(neighbours.nextInt());
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ints.build().toArray();
    }

    void write(DataOutputStream out) throws IOException {
        out.writeInt(m);
        out.writeInt(efConstruction);
        write(out, slots);
        for (Quantised vector : gone) {
            out.writeFloat((float) vector.unit());
            out.writeFloat((float) vector.residual());
            out.write(vector.values());
        }
        write(out, links);
    }

    static SavedGraph read(DataInputStream in, int dimension) throws IOException {
        int m = in.readInt();
        int efConstruction = in.readInt();
        int[] slots = read(in);
        List<Quantised> gone = new ArrayList<>();
        for (long left = Arrays.stream(slots).filter(slot -> slot == StoredEntry.NO_SLOT).count(); left > 0; left--) {
            float unit = in.readFloat();
            float residual = in.readFloat();
            byte[] values = new byte[dimension];
            in.readFully(values);
            gone.add(new Quantised(values, unit, residual, 1, 1));
        }
        return new SavedGraph(m, efConstruction, slots, gone, read(in));
    }

    private static void write(DataOutputStream out, int[] values) throws IOException {
        out.writeInt(values.length);
        for (int value : values) {
            out.writeInt(value);
        }
    }

    private static int[] read(DataInputStream in) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > MAX_INTS) {
            throw new IOException("numbers of a graph: " + count + " (expected: 0.." + MAX_INTS + ")");
        }
        // Grows with what is there: a damaged length takes no memory.
        int[] values = new int[Math.min(count, 1 << 16)];
        for (int i = 0; i < count; i++) {
            if (i == values.length) {
                values = Arrays.copyOf(values, (int) Math.min(count, 2L * i));
            }
            values[i] = in.readInt();
        }
        return values;
    }

    /** What the library reads: these numbers with its heading, and a score beside each link, which it computes anew. */
    RandomAccessReader reader() {
        return new LinkReader(this);
    }

    /** Gives ints and floats one after the other, all that the library asks for. Used by one thread. */
    private static final class LinkReader implements RandomAccessReader {
        private final int[] head = {MAGIC, VERSION};
        private final int[] links;
        private int position;

        LinkReader(SavedGraph saved) {
            this.links = saved.links();
        }

        @Override
        public int readInt() {
            int at = position++;
            return at < head.length ? head[at] : links[at - head.length];
        }

        @Override
        public float readFloat() {
            return 0;
        }

        @Override
        public long readLong() {
            throw unexpected();
        }

        @Override
        public void readFully(byte[] bytes) {
            throw unexpected();
        }

        @Override
        public void readFully(ByteBuffer bytes) {
            throw unexpected();
        }

        @Override
        public void readFully(long[] longs) {
            throw unexpected();
        }

        @Override
        public void read(int[] ints, int offset, int count) {
            throw unexpected();
        }

        @Override
        public void read(float[] floats, int offset, int count) {
            throw unexpected();
        }

        @Override
        public void seek(long offset) {
            throw unexpected();
        }

        @Override
        public long getPosition() {
            throw unexpected();
        }

        @Override
        public long length() {
            throw unexpected();
        }

        @Override
        public void close() {
            // nothing is open
        }

        private static UnsupportedOperationException unexpected() {
            return new UnsupportedOperationException("a graph is read as ints and floats (expected: jvector 4.0's format " + VERSION + ")");
        }
    }
}
