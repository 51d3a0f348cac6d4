package io.sightline.topology.history;

/**
 * What is remembered of a record of gallery-vectors.
 *
 * @param id of the entry
 * @param epoch of the edit that it was made of
 * @param offset of the record
 * @param timestampMs of the record
 * @param model that made the vector, or could not; null: a removal
 * @param searchable false: a removal, or the mark of an entry that the model makes no vector of
 */
record VectorNote(String id, long epoch, long offset, long timestampMs, String model, boolean searchable) {
    boolean isOf(String other) {
        return model == null || model.equals(other);
    }
}
