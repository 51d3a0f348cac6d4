package io.sightline.processors.gallery;

import java.util.List;

/**
 * A new generation of a gallery, being filled; no search sees it before {@link #commit()}. Used by one thread; the index's writer may apply
 * edits to the gallery meanwhile.
 */
public interface GalleryRebuild extends AutoCloseable {
    /**
     * As {@link GalleryIndex#apply(List)}; all edits are of this gallery, from the log's beginning. None: says that the rebuild is still under
     * way. To be called every few seconds, with or without edits: a server gives up a rebuild that it hears nothing of for a minute.
     *
     * @throws IndexUnavailableException also where it has been given up; it can't be committed any more then
     */
    void apply(List<GalleryEdit> edits);

    /**
     * Says how far the log has been read: all its edits of this gallery up to and with this offset have been applied, whether or not there
     * was one at it.
     */
    default void readTo(long offset) {
    }

    /**
     * From now on searches go to this generation; those under way end in the old one, which is then freed.
     *
     * @throws RebuildBehindException where the gallery has got edits meanwhile that this generation lacks: read on, apply them, and commit
     *     again
     */
    void commit();

    /** Throws the generation away unless it was committed. */
    @Override
    void close();
}
