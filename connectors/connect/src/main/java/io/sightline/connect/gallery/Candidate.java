package io.sightline.connect.gallery;

import java.nio.file.Path;

/**
 * A picture that is to be an entry of the gallery.
 *
 * @param id the entry's
 * @param bytes size of the file
 * @param modifiedNs when it was modified, nanoseconds since 1970
 */
record Candidate(String id, String label, Path file, long bytes, long modifiedNs) {
}
