package io.sightline.topology.support;

import io.sightline.processors.gallery.GalleryEdit;
import io.sightline.processors.gallery.GalleryIndex;
import io.sightline.processors.gallery.GalleryQuery;
import io.sightline.processors.gallery.GalleryRebuild;
import io.sightline.processors.gallery.GallerySearch;
import io.sightline.processors.gallery.GalleryStats;
import io.sightline.processors.gallery.IndexLostException;
import io.sightline.processors.gallery.RebuildBehindException;
import io.sightline.processors.gallery.UnknownGalleryException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The least that is a gallery index of two dimensions; finds nothing. Fails and loses what it has when a test says so. */
public final class MapIndex implements GalleryIndex {
    private record Generation(Map<String, GalleryEdit.Put> entries, long[] epochAndOffset, long number) {
        Generation(long number) {
            this(new HashMap<>(), new long[] {0, -1}, number);
        }

        void apply(GalleryEdit edit) {
            if (edit.offset() <= epochAndOffset[1]) {
                return;
            }
            if (edit instanceof GalleryEdit.Put put) {
                if (put.vector().length != 2) {
                    throw new IllegalArgumentException("vector: " + put.vector().length + " numbers (expected: 2)");
                }
                entries.put(put.id(), put);
            } else {
                entries.remove(edit.id());
            }
            epochAndOffset[0] = Math.max(epochAndOffset[0], edit.epoch());
            epochAndOffset[1] = edit.offset();
        }
    }

    private final Map<String, Generation> galleries = new HashMap<>();
    private final Set<String> lost = new HashSet<>();
    private final Deque<RuntimeException> next = new ArrayDeque<>();
    private RuntimeException failed;
    private final Deque<RuntimeException> nextCommit = new ArrayDeque<>();
    private final Map<String, RuntimeException> noRebuilds = new HashMap<>();
    private final Map<String, RuntimeException> noCommits = new HashMap<>();
    private final Map<String, Integer> idleRebuilds = new HashMap<>();

    /** The next call of apply that nothing was said about yet throws this. */
    public synchronized void failNext(RuntimeException failure) {
        next.add(failure);
    }

    /** The same for the commit of a rebuild. */
    public synchronized void failNextCommit(RuntimeException failure) {
        nextCommit.add(failure);
    }

    /** No rebuild of that gallery can be begun, for that reason; null: it can again. */
    public synchronized void failRebuildsOf(String gallery, RuntimeException failure) {
        if (failure == null) {
            noRebuilds.remove(gallery);
        } else {
            noRebuilds.put(gallery, failure);
        }
    }

    /** No rebuild of that gallery can be committed, for that reason; null: it can again. */
    public synchronized void failCommitsOf(String gallery, RuntimeException failure) {
        if (failure == null) {
            noCommits.remove(gallery);
        } else {
            noCommits.put(gallery, failure);
        }
    }

    /** How often rebuilds of that gallery were given no edits. */
    public synchronized int idleRebuilds(String gallery) {
        return idleRebuilds.getOrDefault(gallery, 0);
    }

    /** Failures that have not come yet. */
    public synchronized int failuresLeft() {
        return next.size() + nextCommit.size();
    }

    /** That gallery is gone until it is rebuilt. */
    public synchronized void lose(String gallery) {
        lost.add(gallery);
    }

    public synchronized boolean isLost(String gallery) {
        return lost.contains(gallery);
    }

    /** All galleries are gone until they are rebuilt. */
    public synchronized void lose() {
        lost.addAll(galleries.keySet());
    }

    private void check(String gallery) {
        if (lost.contains(gallery)) {
            throw new IndexLostException(gallery, "lost by the test");
        }
    }

    @Override
    public synchronized void apply(List<GalleryEdit> edits) {
        failed = next.poll();
        if (failed != null) {
            throw failed;
        }
        for (GalleryEdit edit : edits) {
            check(edit.gallery());
            galleries.computeIfAbsent(edit.gallery(), name -> new Generation(1)).apply(edit);
        }
    }

    /** From where failures are foretold to the first call that succeeds. */
    @Override
    public synchronized Optional<String> trouble() {
        return Optional.ofNullable(next.isEmpty() ? failed : next.peek()).map(Throwable::getMessage);
    }

    public synchronized Set<String> ids(String gallery) {
        return galleries.containsKey(gallery) ? Set.copyOf(galleries.get(gallery).entries().keySet()) : Set.of();
    }

    @Override
    public GallerySearch search(GalleryQuery query) {
        return new GallerySearch(query.gallery(), epoch(query.gallery()), query.vectors().stream().map(vector -> List.<GallerySearch.Hit>of()).toList());
    }

    @Override
    public synchronized boolean contains(String gallery) {
        return galleries.containsKey(gallery);
    }

    @Override
    public synchronized Set<String> galleries() {
        return Set.copyOf(galleries.keySet());
    }

    @Override
    public synchronized GalleryRebuild rebuild(String gallery) {
        if (noRebuilds.containsKey(gallery)) {
            throw noRebuilds.get(gallery);
        }
        Generation made = new Generation(galleries.containsKey(gallery) ? galleries.get(gallery).number() + 1 : 1);
        return new GalleryRebuild() {
            @Override
            public void apply(List<GalleryEdit> edits) {
                synchronized (MapIndex.this) {
                    if (edits.isEmpty()) {
                        idleRebuilds.merge(gallery, 1, Integer::sum);
                    }
                    edits.forEach(made::apply);
                }
            }

            @Override
            public void commit() {
                synchronized (MapIndex.this) {
                    if (noCommits.containsKey(gallery)) {
                        throw noCommits.get(gallery);
                    }
                    if (!nextCommit.isEmpty()) {
                        throw nextCommit.poll();
                    }
                    Generation now = galleries.get(gallery);
                    if (now != null && !lost.contains(gallery) && now.epochAndOffset()[1] > made.epochAndOffset()[1]) {
                        throw new RebuildBehindException("gallery " + gallery + ": at " + now.epochAndOffset()[1]);
                    }
                    galleries.put(gallery, made);
                    lost.remove(gallery);
                }
            }

            @Override
            public void close() {
            }
        };
    }

    @Override
    public synchronized GalleryStats stats(String gallery) {
        check(gallery);
        Generation known = galleries.get(gallery);
        if (known == null) {
            throw new UnknownGalleryException(gallery, galleries.keySet());
        }
        return new GalleryStats(gallery, "m@1#0", known.entries().size(), known.epochAndOffset()[0], known.number(), -1, 0);
    }

    @Override
    public void close() {
    }
}
