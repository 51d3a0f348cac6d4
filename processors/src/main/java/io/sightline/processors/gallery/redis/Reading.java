package io.sightline.processors.gallery.redis;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One state of a gallery, read from the server. */
interface Reading {
    GalleryState state();

    /** Ids and cosines, for each command. */
    List<Map<String, Double>> scores();

    /** What entries say of themselves, in the same state. Empty: the gallery has changed since the scores were read. */
    Optional<Map<String, EntryText>> texts(Set<String> ids);
}
