package io.sightline.topology.gallery;

import io.sightline.processors.gallery.GalleryEdit;
import io.sightline.processors.gallery.GalleryIndex;
import io.sightline.processors.gallery.GalleryRebuild;
import io.sightline.processors.gallery.IndexUnavailableException;
import io.sightline.processors.gallery.RebuildBehindException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Rebuilds under way during one reading of the log. One that the index can't go on with is thrown away and told at the end; the others go on.
 * Owner: one thread.
 */
final class OpenRebuilds implements AutoCloseable {
    /** How often all are told that they are under way. */
    private static final long TELL_NS = TimeUnit.SECONDS.toNanos(2);
    /** Applied between two looks at the clock: a large gallery on a slow server takes some ms for each. */
    private static final int EDITS_AT_ONCE = 200;

    private final Map<String, GalleryRebuild> open = new HashMap<>();
    private IndexUnavailableException failure;
    private long toldNs = System.nanoTime();

    /** Nothing can be committed any more. */
    boolean isEmpty() {
        return open.isEmpty();
    }

    /** The gallery's rebuild can still be committed. */
    boolean contains(String gallery) {
        return open.containsKey(gallery);
    }

    void begin(GalleryIndex index, String gallery) {
        try {
            open.put(gallery, index.rebuild(gallery));
        } catch (IndexUnavailableException e) {
            failed(e);
        }
        underWay();
    }

    void apply(String gallery, List<GalleryEdit> edits) {
        for (int from = 0; from < edits.size() && open.containsKey(gallery); from += EDITS_AT_ONCE) {
            tell(gallery, edits.subList(from, Math.min(edits.size(), from + EDITS_AT_ONCE)));
            underWay();
        }
    }

    /** The log is being read; to be called often. */
    void underWay() {
        if (System.nanoTime() - toldNs >= TELL_NS) {
            Set.copyOf(open.keySet()).forEach(gallery -> tell(gallery, List.of()));
            toldNs = System.nanoTime();
        }
    }

    private void tell(String gallery, List<GalleryEdit> edits) {
        try {
            open.get(gallery).apply(edits);
        } catch (IndexUnavailableException e) {
            close(gallery);
            failed(e);
        }
    }

    /**
     * Switches to a rebuilt gallery, where it is still open.
     *
     * @param readTo see {@link GalleryRebuild#readTo}; -1: not known
     * @return false: more of the log has to be read first
     */
    boolean commit(String gallery, long readTo) {
        underWay();
        GalleryRebuild rebuild = open.get(gallery);
        if (rebuild == null) {
            return true;
        }
        try {
            if (readTo >= 0) {
                rebuild.readTo(readTo);
            }
            rebuild.commit();
        } catch (RebuildBehindException e) {
            return false;
        } catch (IndexUnavailableException e) {
            failed(e);
        }
        close(gallery);
        return true;
    }

    private void close(String gallery) {
        open.remove(gallery).close();
    }

    private void failed(IndexUnavailableException e) {
        if (failure == null) {
            failure = e;
        } else {
            failure.addSuppressed(e);
        }
    }

    /** @throws IndexUnavailableException the first reason for which a rebuild could not be begun or finished; the others are suppressed in it */
    void throwFailure() {
        if (failure != null) {
            throw failure;
        }
    }

    /** Throws away what was not committed. */
    @Override
    public void close() {
        Set.copyOf(open.keySet()).forEach(this::close);
    }
}
