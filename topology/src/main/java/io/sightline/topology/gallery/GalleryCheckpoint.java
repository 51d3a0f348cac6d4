package io.sightline.topology.gallery;

import java.io.IOException;
import java.time.Instant;
import java.util.Map;

/** Keeps an index between starts, so that not all of gallery-vectors has to be read again. */
public interface GalleryCheckpoint {
    /** Nothing is kept. */
    GalleryCheckpoint NONE = new GalleryCheckpoint() {
        @Override
        public Map<Integer, Long> nextOffsets() {
            return Map.of();
        }

        @Override
        public void save(Map<Integer, Long> nextOffsets, Instant seenUntil) {
            // Nothing is kept.
        }
    };

    /** Where to read on, by partition; a partition that is not named is read from its beginning. Asked once, before the first edit. */
    Map<Integer, Long> nextOffsets();

    /**
     * Called on the follower's thread, between edits: when the log has been read to its end, now and then, and when the follower stops.
     *
     * @param nextOffsets all edits before are in the index
     * @param seenUntil all that was on the log then is before these; what is kept of it is worth nothing once removals made since may have left the log
     * @throws IOException could not be kept; what was kept before still is
     */
    void save(Map<Integer, Long> nextOffsets, Instant seenUntil) throws IOException;
}
