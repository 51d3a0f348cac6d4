package io.sightline.processors.gallery.redis;

import io.sightline.processors.gallery.IndexLostException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How far this worker knows each gallery to be on the server, so that it notices when the server falls behind that: it was emptied,
 * restarted from an old copy, or failed over to a replica that lacked the latest writes. Thread-safe.
 */
final class Watermarks {
    /** @param born of the generation seen; empty: none was seen */
    record Mark(String born, long offset) {
        static final Mark NONE = new Mark("", -1);
    }

    private final Set<String> galleries = ConcurrentHashMap.newKeySet();
    private final Map<String, Mark> marks = new ConcurrentHashMap<>();
    private final Map<String, String> lost = new ConcurrentHashMap<>();

    Watermarks(Collection<String> declared) {
        galleries.addAll(declared);
    }

    void add(String gallery) {
        galleries.add(gallery);
    }

    boolean contains(String gallery) {
        return galleries.contains(gallery);
    }

    Set<String> galleries() {
        return new TreeSet<>(galleries);
    }

    /** To be taken before the server is asked: what it answers can't be older then. */
    Mark mark(String gallery) {
        return marks.getOrDefault(gallery, Mark.NONE);
    }

    /**
     * Takes note of what the server says.
     *
     * @param before the mark taken before it was asked
     * @param state empty: it knows nothing of the gallery
     * @throws IndexLostException where it says less than was known
     */
    void check(String gallery, Mark before, Optional<GalleryState> state) {
        if (state.isEmpty()) {
            if (before != Mark.NONE) {
                throw lost(gallery, "nothing there (expected: the gallery up to offset " + before.offset() + ")");
            }
            return;
        }
        GalleryState seen = state.get();
        boolean rebuilt = seen.whole() && !seen.born().equals(before.born());
        if (seen.offset() < before.offset() && !rebuilt) {
            throw lost(gallery, "there up to offset " + seen.offset() + " (expected: " + before.offset() + ")");
        }
        known(gallery, seen.born(), seen.offset());
    }

    /** The server has the gallery up to this offset. */
    void known(String gallery, String born, long offset) {
        marks.merge(gallery, new Mark(born, offset), (old, now) -> old.born().equals(now.born()) && old.offset() > now.offset() ? old : now);
        lost.remove(gallery);
    }

    /** What was known holds no longer: the gallery has been made anew. */
    void reset(String gallery, String born, long offset) {
        marks.put(gallery, new Mark(born, offset));
        lost.remove(gallery);
    }

    IndexLostException lost(String gallery, String reason) {
        IndexLostException told = new IndexLostException(gallery, reason);
        lost.putIfAbsent(gallery, told.getMessage() + " (since " + Instant.now().truncatedTo(ChronoUnit.SECONDS) + ")");
        return told;
    }

    /** The galleries that have to be rebuilt, in words. */
    Optional<String> trouble() {
        return lost.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", new TreeMap<>(lost).values()));
    }
}
