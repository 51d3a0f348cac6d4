package io.sightline.processors.gallery;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a graph over the entries of one gallery while it has more than {@code exact_max_entries}. The writer says what comes and goes;
 * the index's own threads link new entries, a few hundred at a time, and so lag behind: what is not linked yet is scanned. A graph in
 * which too many entries are gone is replaced by a new one, made beside it.
 */
final class GraphKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(GraphKeeper.class);
    private static final int LINKED_AT_ONCE = 256;
    /** With more entries waiting than this the graph is not used: a scan of the waiting ones would cost as much. */
    private static final int MAX_WAITING = 2000;
    /** A gallery this much smaller than {@code exact_max_entries} loses its graph. */
    private static final double SMALL = 0.8;
    private static final double MOST_GONE = 0.3;

    /** A graph and what is still to be linked into it. */
    static final class Growing {
        final HnswGraph graph;
        final Queue<StoredEntry> waiting = new ConcurrentLinkedQueue<>();
        final AtomicInteger waitingCount = new AtomicInteger();
        volatile boolean complete;

        Growing(HnswGraph graph) {
            this.graph = graph;
        }

        void add(StoredEntry entry) {
            waitingCount.incrementAndGet();
            waiting.add(entry);
        }

        boolean isUsable() {
            return complete && waitingCount.get() <= MAX_WAITING;
        }
    }

    private final int dimension;
    private final EmbeddedIndexSettings settings;
    private final Executor linker;
    private final AtomicBoolean scheduled = new AtomicBoolean();
    /** Answers searches; null: there is none. */
    private volatile Growing current;
    /** Becomes the current one when all entries are in it; null: none is being made. */
    private volatile Growing next;
    private volatile boolean closed;
    /** Held while nodes are linked: their links are of no one state. */
    private final Object linking = new Object();

    /** @param linker runs the linking; in a ForkJoinPool all its threads link */
    GraphKeeper(int dimension, EmbeddedIndexSettings settings, Executor linker) {
        this.dimension = dimension;
        this.settings = settings;
        this.linker = linker;
    }

    /** An entry is in the table now. Called by the writer under the gallery's lock. */
    synchronized void added(StoredEntry entry, EntryTable table) {
        if (closed) {
            return;
        }
        for (Growing graph : graphs()) {
            graph.add(entry);
        }
        if (current == null && next == null && table.size() > settings.exactMaxEntries()) {
            begin(table);
        }
        renew(table);
        schedule();
    }

    /** An entry is no longer in the table. Called by the writer under the gallery's lock. */
    synchronized void removed(EntryTable table) {
        if (table.size() < SMALL * settings.exactMaxEntries() || table.size() == 0) {
            current = null;
            next = null;
        }
        renew(table);
        schedule();
    }

    /** A new graph where too many entries of this one are gone. */
    private void renew(EntryTable table) {
        Growing serving = current;
        if (closed || serving == null || next != null) {
            return;
        }
        int known = serving.graph.size() + serving.waitingCount.get();
        if (known > LINKED_AT_ONCE && known - table.size() > MOST_GONE * known) {
            begin(table);
        }
    }

    private void begin(EntryTable table) {
        Growing begun = new Growing(new HnswGraph(dimension, settings));
        table.entries().forEach(begun::add);
        next = begun;
    }

    private List<Growing> graphs() {
        Growing serving = current;
        Growing growing = next;
        if (serving == null) {
            return growing == null ? List.of() : List.of(growing);
        }
        return growing == null ? List.of(serving) : List.of(serving, growing);
    }

    private void schedule() {
        if (!closed && graphs().stream().anyMatch(graph -> graph.waitingCount.get() > 0 || !graph.complete) && scheduled.compareAndSet(false, true)) {
            try {
                linker.execute(this::link);
            } catch (RejectedExecutionException e) {
                scheduled.set(false); // the index is closed
            }
        }
    }

    private void link() {
        try {
            for (Growing graph : graphs()) {
                link(graph);
            }
            complete();
        } catch (RuntimeException | Error e) {
            if (!closed) {
                LOG.error("a graph of a gallery failed and is no longer used: its searches scan all entries", e);
            }
            close();
        } finally {
            scheduled.set(false);
        }
        schedule();
    }

    /** Excludes the writer: an entry must not come between the old graph's end and the new one's beginning. */
    private synchronized void complete() {
        Growing growing = next;
        if (growing != null && growing.waitingCount.get() <= LINKED_AT_ONCE) {
            growing.complete = true;
            current = growing;
            next = null;
        }
    }

    private void link(Growing graph) {
        synchronized (linking) {
            // Taken from the queue after they are linked: a search must find them in one of the two.
            List<StoredEntry> next = new ArrayList<>();
            for (Iterator<StoredEntry> waiting = graph.waiting.iterator(); waiting.hasNext() && next.size() < LINKED_AT_ONCE;) {
                next.add(waiting.next());
            }
            if (!closed) {
                graph.graph.link(next.stream().filter(entry -> entry.slot() != StoredEntry.NO_SLOT).toList());
            }
            for (int i = 0; i < next.size(); i++) {
                graph.waiting.poll();
                graph.waitingCount.decrementAndGet();
            }
        }
    }

    /** The graph that answers searches, to be written to a file; linking waits meanwhile. Called by the writer. */
    Optional<SavedGraph> saved() {
        synchronized (linking) {
            return Optional.ofNullable(current).filter(serving -> serving.graph.size() > 0).map(serving -> serving.graph.saved());
        }
    }

    /**
     * Takes up a graph that was saved with the entries that are in the table now; those it lacks are linked. Called by the writer under the
     * gallery's lock, before any other entry was added.
     */
    synchronized void restore(SavedGraph saved, EntryTable table) {
        Growing restored = new Growing(new HnswGraph(dimension, settings));
        restored.graph.restore(saved, table.entries());
        restored.complete = true;
        BitSet linked = new BitSet(table.size());
        Arrays.stream(saved.slots()).filter(slot -> slot != StoredEntry.NO_SLOT).forEach(linked::set);
        for (int slot = linked.nextClearBit(0); slot < table.size(); slot = linked.nextClearBit(slot + 1)) {
            restored.add(table.entry(slot));
        }
        current = restored;
        renew(table);
        schedule();
    }

    /** The graph to search, if there is one that is fit. */
    Optional<Growing> usable() {
        Growing serving = current;
        return serving != null && serving.isUsable() ? Optional.of(serving) : Optional.empty();
    }

    /** The links, roughly. */
    long bytes() {
        return graphs().stream().mapToLong(graph -> graph.graph.bytes()).sum();
    }

    synchronized void close() {
        closed = true;
        current = null;
        next = null;
    }
}
