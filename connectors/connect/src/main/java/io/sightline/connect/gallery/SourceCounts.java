package io.sightline.connect.gallery;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/** What a task has done since it began. Written by the task's thread, read by any. */
final class SourceCounts {
    /** Each with what a metric says of it. */
    enum Count {
        ADDED("Entries added."),
        CHANGED("Entries replaced."),
        REMOVED("Entries removed."),
        REFUSED("Pictures and lines that can't be an entry: too large, an id or a label that is none. Once, however long it stays so."),
        UNREADABLE("Pictures, or the source as a whole, that could not be read. Once, however long it stays so.");

        final String doc;

        Count(String doc) {
            this.doc = doc;
        }

        String metric() {
            return name().toLowerCase(java.util.Locale.ROOT) + "-total";
        }
    }

    private final Map<Count, AtomicLong> counts = new EnumMap<>(Count.class);
    private volatile long pictures;

    SourceCounts() {
        for (Count count : Count.values()) {
            counts.put(count, new AtomicLong());
        }
    }

    void add(Count count, long number) {
        counts.get(count).addAndGet(number);
    }

    long of(Count count) {
        return counts.get(count).get();
    }

    void looked(long seen) {
        pictures = seen;
    }

    /** At the last look. */
    long pictures() {
        return pictures;
    }

    @Override
    public String toString() {
        return "pictures=" + pictures + " " + counts.entrySet().stream().map(count -> count.getKey().name().toLowerCase(java.util.Locale.ROOT) + "=" + count.getValue()).collect(Collectors.joining(" "));
    }
}
