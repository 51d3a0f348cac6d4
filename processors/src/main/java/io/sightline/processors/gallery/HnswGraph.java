package io.sightline.processors.gallery;

import io.github.jbellis.jvector.graph.GraphIndexBuilder;
import io.github.jbellis.jvector.graph.GraphSearcher;
import io.github.jbellis.jvector.graph.SearchResult;
import io.github.jbellis.jvector.graph.similarity.BuildScoreProvider;
import io.github.jbellis.jvector.graph.similarity.DefaultSearchScoreProvider;
import io.github.jbellis.jvector.graph.similarity.ScoreFunction;
import io.github.jbellis.jvector.graph.similarity.SearchScoreProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * A graph over entries (HNSW, by jvector) that leads a search to most of the nearest ones. Entries are linked some at a time, any number of
 * threads search meanwhile. Nothing is taken out: an entry that is gone stays as a stepping stone and is not given as an answer; {@link GraphKeeper}
 * makes a new graph when too many are.
 *
 * <p>The way through the graph is found with one byte a component: nodes lie anywhere in memory, and a quarter of the bytes is fetched in
 * less than half the time. Memory a node: the byte a component, some 50 bytes, and its links, about 400 bytes for {@code hnsw_m} 16: 960 bytes
 * at 512 dimensions.
 */
final class HnswGraph {
    private static final float NEIGHBOUR_OVERFLOW = 1.2f;
    /** Above 1 keeps some longer links; the library's own default. */
    private static final float ALPHA = 1.2f;
    private static final int FIRST_NODES = 1024;
    private static final int NODE_BYTES = 50;

    static {
        // We bring our own scoring; without this the library warns on the console of what its own could use.
        if (System.getProperty("jvector.vectorization_provider") == null) {
            System.setProperty("jvector.vectorization_provider", "default");
        }
    }

    /** Stands for an entry that was gone when the graph was saved. */
    private static final StoredEntry GONE = new StoredEntry("", "", "{}", 0, new float[0]);

    private final int dimension;
    private final EmbeddedIndexSettings settings;
    private final GraphIndexBuilder builder;

    /** An entry that a search came by, and how high its score can be. */
    record Near(StoredEntry entry, double atMost) {
    }

    private record Node(StoredEntry entry, byte[] values, float unit, float residual) {
        static Node of(StoredEntry entry) {
            return of(entry, Quantised.stored(entry.vector()));
        }

        static Node of(StoredEntry entry, Quantised quantised) {
            return new Node(entry, quantised.values(), (float) quantised.unit(), Math.nextUp((float) quantised.residual()));
        }

        Quantised quantised() {
            return new Quantised(values, unit, residual, 1, 1);
        }

        double dot(Quantised query) {
            byte[] other = query.values();
            int sum = 0;
            for (int d = 0; d < values.length; d++) {
                sum += other[d] * values[d];
            }
            // The same both ways round: a graph that is read again computes its links' scores from the other end.
            return sum * (query.unit() * unit);
        }
    }

    /** By node. Written before the node is linked, which publishes it. */
    private volatile Node[] nodes = new Node[FIRST_NODES];
    private volatile int size;

    HnswGraph(int dimension, EmbeddedIndexSettings settings) {
        this.dimension = dimension;
        this.settings = settings;
        // Both pools serve the library's bulk operations, which we do not call; given, or it makes some.
        this.builder = new GraphIndexBuilder(new Scores(), dimension, 2 * settings.hnswM(), settings.hnswEfConstruction(), NEIGHBOUR_OVERFLOW, ALPHA, true, false,
                ForkJoinPool.commonPool(), ForkJoinPool.commonPool());
    }

    /** Entries linked, those that are gone included. */
    int size() {
        return size;
    }

    /** Links entries, in as many threads as the caller's pool has. One call at a time. */
    void link(List<StoredEntry> entries) {
        int first = size;
        reserve(first + entries.size());
        for (int i = 0; i < entries.size(); i++) {
            nodes[first + i] = Node.of(entries.get(i));
        }
        size = first + entries.size();
        IntStream.range(first, size).parallel().forEach(node -> builder.addGraphNode(node, scores(nodes[node].quantised())));
    }

    private void reserve(int count) {
        if (count > nodes.length) {
            nodes = Arrays.copyOf(nodes, Math.max(count, nodes.length + nodes.length / 2));
        }
    }

    /** As it is now, to be written to a file. Nothing is linked, and no entry changes its slot, meanwhile. */
    SavedGraph saved() {
        int[] slots = new int[size];
        List<Quantised> gone = new ArrayList<>();
        for (int node = 0; node < slots.length; node++) {
            slots[node] = nodes[node].entry().slot();
            if (slots[node] == StoredEntry.NO_SLOT) {
                gone.add(nodes[node].quantised());
            }
        }
        return new SavedGraph(settings.hnswM(), settings.hnswEfConstruction(), slots, gone, SavedGraph.links(builder.getGraph()));
    }

    /** Takes up what {@link #saved} gave, into a graph without nodes. @param entries by slot */
    void restore(SavedGraph saved, List<StoredEntry> entries) {
        int count = saved.slots().length;
        reserve(count);
        Iterator<Quantised> gone = saved.gone().iterator();
        for (int node = 0; node < count; node++) {
            int slot = saved.slots()[node];
            nodes[node] = slot == StoredEntry.NO_SLOT ? Node.of(GONE, gone.next()) : Node.of(entries.get(slot));
        }
        size = count;
        try {
            builder.load(saved.reader());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The entries near to the query that the graph leads to, nearest first, roughly.
     *
     * @param count of entries to look for; also how wide the search is
     */
    List<Near> near(float[] query, int count, Predicate<StoredEntry> accept) {
        Quantised quantised = Quantised.query(query);
        ScoreError error = new ScoreError(quantised);
        try (GraphSearcher searcher = new GraphSearcher(builder.getGraph())) {
            SearchResult result = searcher.search(scores(quantised), count, node -> accept.test(nodes[node].entry()));
            List<Near> near = new ArrayList<>(result.getNodes().length);
            for (SearchResult.NodeScore found : result.getNodes()) {
                Node node = nodes[found.node];
                near.add(new Near(node.entry(), node.dot(quantised) + error.of(node.residual())));
            }
            return near;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The links, roughly, without the vectors. */
    long bytes() {
        return builder.ramBytesUsed() + (long) size * (dimension + NODE_BYTES);
    }

    /** The library wants scores of 0 to 1. */
    private SearchScoreProvider scores(Quantised query) {
        ScoreFunction.ExactScoreFunction function = node -> (float) ((1 + nodes[node].dot(query)) / 2);
        return new DefaultSearchScoreProvider(function);
    }

    private final class Scores implements BuildScoreProvider {
        @Override
        public boolean isExact() {
            return true; // all scores are of one kind
        }

        @Override
        public SearchScoreProvider searchProviderFor(int node) {
            return scores(nodes[node].quantised());
        }

        @Override
        public SearchScoreProvider diversityProviderFor(int node) {
            return scores(nodes[node].quantised());
        }

        @Override
        public SearchScoreProvider searchProviderFor(VectorFloat<?> vector) {
            throw new UnsupportedOperationException("a vector of the library's own");
        }

        @Override
        public VectorFloat<?> approximateCentroid() {
            throw new UnsupportedOperationException("asked for when a node is removed only");
        }
    }
}
