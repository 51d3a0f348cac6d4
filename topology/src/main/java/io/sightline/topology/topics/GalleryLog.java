package io.sightline.topology.topics;

import java.time.Duration;

/**
 * The topic gallery-vectors.
 *
 * @param id its identity: another one of the same name, made after this one was deleted, has another
 * @param removalsKept how long it keeps a removal at least
 */
public record GalleryLog(String id, Duration removalsKept) {
}
