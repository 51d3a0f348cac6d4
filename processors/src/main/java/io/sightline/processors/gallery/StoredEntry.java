package io.sightline.processors.gallery;

/** An entry of a gallery, but for its vector. */
record StoredEntry(String id, String label, String attributes, long epoch) {
}
