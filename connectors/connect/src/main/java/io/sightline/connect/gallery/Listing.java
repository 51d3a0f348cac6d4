package io.sightline.connect.gallery;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a source has at a moment. Filled by one thread. */
final class Listing {
    /** By id, only those that were asked for. */
    final SortedMap<String, Candidate> pictures = new TreeMap<>();
    /** What can't be an entry, or could not be looked at; one sentence each, with its place. */
    final List<String> troubles = new ArrayList<>();
    /** Ids that begin so may be there or not: a folder could not be read. */
    final List<String> unknown = new ArrayList<>();
    /** All pictures, also those that were not asked for. */
    long total;

    /** Whether an id that is not among the pictures is gone for certain. */
    boolean knows(String id) {
        return unknown.stream().noneMatch(id::startsWith);
    }
}
