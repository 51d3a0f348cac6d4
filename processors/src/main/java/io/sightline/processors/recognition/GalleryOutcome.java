package io.sightline.processors.recognition;

import io.sightline.schemas.GalleryVector;
import java.util.Optional;

/** What became of a gallery edit. */
public sealed interface GalleryOutcome {
    /**
     * The edit is searchable once this is applied.
     *
     * @param key gallery/id
     * @param vector the entry's vector, empty for a removal
     * @param epoch sequence number of the edit
     */
    record Searchable(String key, Optional<GalleryVector> vector, long epoch) implements GalleryOutcome {
    }

    /**
     * The edit was at fault; the gallery stays as it was.
     *
     * @param unsearchable of an entry that has a vector of an earlier model: what takes that one's place, and says why there is none
     */
    record Refused(DeadLetter deadLetter, Optional<GalleryVector> unsearchable) implements GalleryOutcome {
        public Refused(DeadLetter deadLetter) {
            this(deadLetter, Optional.empty());
        }
    }
}
