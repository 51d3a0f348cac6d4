package io.sightline.topology.history;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * What is known of one partition of the galleries' topics: the edits have the epochs 1, 2, 3, … there, and each is known from either topic, or
 * gone. Owner: one thread.
 */
final class PartitionNotes {
    private final Map<String, GalleryNotes> galleries = new HashMap<>();
    private final BitSet known = new BitSet();
    private final int edits;
    private final long editsIntactFrom;
    private final long vectorsIntactFrom;
    private boolean scanned;

    /**
     * @param edits that the partition of the topic gallery has had
     * @param editsIntactFrom offset in it from which on nothing was ever compacted
     * @param vectorsIntactFrom the same of gallery-vectors
     */
    PartitionNotes(long edits, long editsIntactFrom, long vectorsIntactFrom) {
        this.edits = Math.toIntExact(edits);
        this.editsIntactFrom = editsIntactFrom;
        this.vectorsIntactFrom = vectorsIntactFrom;
    }

    void vector(String gallery, VectorNote note) {
        know(note.epoch());
        of(gallery).add(note);
    }

    /** An edit that is there and is no entry's. */
    void know(long epoch) {
        if (epoch >= 1 && epoch <= edits) {
            known.set((int) epoch);
        }
    }

    void edit(String gallery, EditNote note) {
        know(note.epoch());
        of(gallery).add(note);
    }

    GalleryNotes of(String gallery) {
        return galleries.computeIfAbsent(gallery, name -> new GalleryNotes());
    }

    Map<String, GalleryNotes> galleries() {
        return galleries;
    }

    int edits() {
        return edits;
    }

    long vectorsIntactFrom() {
        return vectorsIntactFrom;
    }

    boolean isScanned() {
        return scanned;
    }

    /** The topic gallery has been read too. */
    void scanned() {
        scanned = true;
    }

    /** How many edits up to that epoch are gone. After {@link #scanned}, places that were never an edit (marks of transactions) count only where that can't be told. */
    int goneUpTo(long epoch) {
        int last = (int) Math.min(epoch, mayBeGoneUpTo());
        return last < 1 ? 0 : last - known.get(1, last + 1).cardinality();
    }

    /** How many after that epoch are gone. */
    int goneAfter(long epoch) {
        return goneUpTo(edits) - goneUpTo(epoch);
    }

    /** What the topic gallery still has in full can't be gone: what is missing there never was. Known only once it was read. */
    private long mayBeGoneUpTo() {
        return scanned ? Math.min(edits, editsIntactFrom) : edits;
    }
}
