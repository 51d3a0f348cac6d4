package io.sightline.topology.history;

/**
 * What is remembered of a record of the topic gallery.
 *
 * @param id of the entry
 * @param epoch the record's offset plus one
 * @param removal a tombstone
 */
record EditNote(String id, long epoch, boolean removal) {
}
