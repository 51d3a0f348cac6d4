package io.sightline.connectors.deadletters;

import java.util.Arrays;
import java.util.BitSet;
import java.util.TreeMap;
import java.util.function.ObjLongConsumer;

/** Places of dead letters with a number each, and which have been retried: 12 bytes a letter. A partition's are added in order. For one thread. */
final class LetterIndex {
    private final TreeMap<Integer, Partition> partitions = new TreeMap<>();

    private static final class Partition {
        private long[] offsets = new long[64];
        private int[] numbers = new int[64];
        private final BitSet retried = new BitSet();
        private int size;

        void add(long offset, int number) {
            if (size == offsets.length) {
                offsets = Arrays.copyOf(offsets, size * 2);
                numbers = Arrays.copyOf(numbers, size * 2);
            }
            offsets[size] = offset;
            numbers[size++] = number;
        }

        /** Negative: not there. */
        int find(long offset) {
            return Arrays.binarySearch(offsets, 0, size, offset);
        }
    }

    /** @param number of the caller's, given back when the letter turns out to have been retried */
    void add(LetterPlace place, int number) {
        partitions.computeIfAbsent(place.partition(), p -> new Partition()).add(place.offset(), number);
    }

    /** The letter's number where it is here and was not known to have been retried; -1 otherwise. */
    int retried(LetterPlace place) {
        Partition partition = partitions.get(place.partition());
        int at = partition == null ? -1 : partition.find(place.offset());
        if (at < 0 || partition.retried.get(at)) {
            return -1;
        }
        partition.retried.set(at);
        return partition.numbers[at];
    }

    boolean isRetried(LetterPlace place) {
        Partition partition = partitions.get(place.partition());
        int at = partition == null ? -1 : partition.find(place.offset());
        return at >= 0 && partition.retried.get(at);
    }

    boolean contains(LetterPlace place) {
        Partition partition = partitions.get(place.partition());
        return partition != null && partition.find(place.offset()) >= 0;
    }

    long size() {
        return partitions.values().stream().mapToLong(p -> p.size).sum();
    }

    long countRetried() {
        return partitions.values().stream().mapToLong(p -> p.retried.cardinality()).sum();
    }

    /** The first offset of each partition that has any. */
    void firsts(ObjLongConsumer<Integer> use) {
        partitions.forEach((partition, letters) -> use.accept(partition, letters.offsets[0]));
    }
}
