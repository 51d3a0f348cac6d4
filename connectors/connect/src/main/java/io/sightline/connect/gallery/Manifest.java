package io.sightline.connect.gallery;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.utils.Utils;

/**
 * What has been sent to the gallery so far, kept in Connect's source offsets. Connect gives back the offset of a partition that one names, and can't list
 * what it has; so that deleted files are known again after a restart, entries share a fixed number of buckets by their ids, and the offset of a bucket is the
 * list of its entries. Which bucket an id is in does not depend on the number of tasks. Used by one thread.
 */
final class Manifest {
    /** 100,000 entries are 100 a bucket, 10 kB an offset. Never changed: the offsets of older versions would be lost. */
    static final int BUCKETS = 1024;
    static final String GALLERY = "gallery";
    static final String BUCKET = "bucket";
    static final String ENTRIES = "entries";
    private static final String LINE = "\n";
    /** No id has one, it is a control character. */
    private static final String TAB = "\t";

    private final String gallery;
    private final int task;
    private final int tasks;
    private final Map<Integer, Map<String, Fingerprint>> buckets = new TreeMap<>();

    /** @param task 0..tasks-1, whose buckets these are */
    Manifest(String gallery, int task, int tasks) {
        this.gallery = gallery;
        this.task = task;
        this.tasks = tasks;
    }

    static int bucket(String id) {
        return Utils.toPositive(Utils.murmur2(id.getBytes(StandardCharsets.UTF_8))) % BUCKETS;
    }

    boolean isMine(String id) {
        return bucket(id) % tasks == task;
    }

    /** Connect's source partitions of this task. */
    List<Map<String, String>> partitions() {
        List<Map<String, String>> partitions = new ArrayList<>();
        for (int bucket = task; bucket < BUCKETS; bucket += tasks) {
            partitions.add(partition(bucket));
        }
        return partitions;
    }

    /** Sorted: Connect finds an offset by its partition's JSON, byte for byte, and Map.of has another order in each process. */
    private Map<String, String> partition(int bucket) {
        return new TreeMap<>(Map.of(GALLERY, gallery, BUCKET, Integer.toString(bucket)));
    }

    Map<String, String> partition(String id) {
        return partition(bucket(id));
    }

    /** @throws IllegalArgumentException where this is no offset of ours */
    void load(Map<String, String> partition, Map<String, Object> offset) {
        Map<String, Fingerprint> entries = new TreeMap<>();
        Object text = offset.get(ENTRIES);
        if (!(text instanceof String lines)) {
            throw new IllegalArgumentException("offset of " + partition + ": " + offset + " (expected: " + ENTRIES + ")");
        }
        for (String line : lines.split(LINE)) {
            if (!line.isEmpty()) {
                String[] parts = line.split(TAB, 2);
                if (parts.length != 2) {
                    throw new IllegalArgumentException("offset of " + partition + ": '" + line + "' (expected: an id, a tab, what it was made of)");
                }
                entries.put(parts[0], Fingerprint.parse(parts[1]));
            }
        }
        buckets.put(Integer.parseInt(partition.get(BUCKET)), entries);
    }

    /** The offset as it is now. */
    Map<String, String> offset(String id) {
        StringBuilder lines = new StringBuilder();
        entries(id).forEach((entry, fingerprint) -> lines.append(entry).append(TAB).append(fingerprint).append(LINE));
        return Map.of(ENTRIES, lines.toString());
    }

    private Map<String, Fingerprint> entries(String id) {
        return buckets.computeIfAbsent(bucket(id), bucket -> new TreeMap<>());
    }

    /** Null: not sent. */
    Fingerprint get(String id) {
        return entries(id).get(id);
    }

    void put(String id, Fingerprint fingerprint) {
        entries(id).put(id, fingerprint);
    }

    void remove(String id) {
        entries(id).remove(id);
    }

    /** All that has been sent and not removed. */
    Set<String> ids() {
        Set<String> ids = new TreeSet<>();
        buckets.values().forEach(entries -> ids.addAll(entries.keySet()));
        return ids;
    }
}
