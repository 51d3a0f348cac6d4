package io.sightline.app.run;

import java.time.Duration;

/**
 * The topic gallery-vectors.
 *
 * @param id its identity: another one of the same name has another
 * @param removalsKept how long it keeps a removal at least
 */
record GalleryLog(String id, Duration removalsKept) {
}
