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
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Predicate;

/**
 * A graph over entries (HNSW, by jvector) that leads a search to most of the nearest ones. One thread links entries, any number search
 * meanwhile. Nothing is taken out: an entry that is gone stays as a stepping stone and is not given as an answer; {@link GraphKeeper}
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

    private final int dimension;
    private final GraphIndexBuilder builder;
    /** An entry that a search came by, and how high its score can be. */
    record Near(StoredEntry entry, double atMost) {
    }

    private record Node(StoredEntry entry, byte[] values, float unit, float residual) {
        static Node of(StoredEntry entry) {
            Quantised quantised = Quantised.stored(entry.vector());
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
            return sum * query.unit() * unit;
        }
    }

    /** By node. Written before the node is linked, which publishes it. */
    private volatile Node[] nodes = new Node[FIRST_NODES];
    private volatile int size;

    HnswGraph(int dimension, EmbeddedIndexSettings settings) {
        this.dimension = dimension;
        // Both pools serve the library's bulk operations, which we do not call; given, or it makes some.
        this.builder = new GraphIndexBuilder(new Scores(), dimension, 2 * settings.hnswM(), settings.hnswEfConstruction(), NEIGHBOUR_OVERFLOW, ALPHA, true, false,
                ForkJoinPool.commonPool(), ForkJoinPool.commonPool());
    }

    /** Entries linked, those that are gone included. */
    int size() {
        return size;
    }

    void link(StoredEntry entry) {
        int node = size;
        if (node == nodes.length) {
            nodes = Arrays.copyOf(nodes, node + node / 2);
        }
        nodes[node] = Node.of(entry);
        builder.addGraphNode(node, scores(nodes[node].quantised()));
        size = node + 1;
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
