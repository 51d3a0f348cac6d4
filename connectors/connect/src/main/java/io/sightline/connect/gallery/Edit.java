package io.sightline.connect.gallery;

import java.util.Map;
import org.apache.kafka.connect.data.Struct;

/**
 * A change of the gallery.
 *
 * @param entry null: it is removed
 * @param partition Connect's source partition
 * @param offset Connect's source offset once this is sent
 * @param bytes of the picture
 */
record Edit(String id, Struct entry, Map<String, String> partition, Map<String, String> offset, int bytes) {
}
