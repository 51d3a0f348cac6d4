package io.sightline.topology.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;

/** What the two topics hold of one gallery: ids, epochs and offsets, about 100 bytes a record. Owner: one thread. */
final class GalleryNotes {
    private final List<VectorNote> vectors = new ArrayList<>();
    private final List<EditNote> edits = new ArrayList<>();
    /** Each id once: an entry may have had many edits. */
    private final Map<String, String> ids = new HashMap<>();
    /** The last epoch by time, made when it is first asked for. */
    private final TreeMap<Long, Long> byTime = new TreeMap<>();

    void add(VectorNote note) {
        vectors.add(new VectorNote(ids.computeIfAbsent(note.id(), id -> id), note.epoch(), note.offset(), note.timestampMs(), note.model(), note.searchable()));
    }

    void add(EditNote note) {
        edits.add(new EditNote(ids.computeIfAbsent(note.id(), id -> id), note.epoch(), note.removal()));
    }

    /** The last edit up to that epoch that is known; empty: there is none. */
    OptionalLong lastEpoch(long atMost) {
        return LongStream.concat(vectors.stream().mapToLong(VectorNote::epoch), edits.stream().mapToLong(EditNote::epoch)).filter(epoch -> epoch <= atMost).max();
    }

    /** The last edit that was searchable, or could have been, at that time. */
    OptionalLong lastEpochAt(long timeMs) {
        if (byTime.isEmpty()) {
            vectors.stream().sorted(Comparator.comparingLong(VectorNote::timestampMs)).forEach(note ->
                    byTime.put(note.timestampMs(), Math.max(note.epoch(), byTime.isEmpty() ? 0 : byTime.lastEntry().getValue())));
        }
        Map.Entry<Long, Long> last = byTime.floorEntry(timeMs);
        return last == null ? OptionalLong.empty() : OptionalLong.of(last.getValue());
    }

    /** Entries with a vector of another model at an epoch of which that model has none. */
    boolean lacks(String model) {
        Set<Long> own = new HashSet<>();
        vectors.stream().filter(note -> note.isOf(model)).forEach(note -> own.add(note.epoch()));
        return vectors.stream().anyMatch(note -> !own.contains(note.epoch()));
    }

    /**
     * Entries of which nothing is known up to that epoch and something after it, whose records before may have been compacted away: the first one
     * that is left in gallery-vectors has had its place in what the broker may compact, or a removal has left it already.
     *
     * @param intactFrom offset from which on nothing was ever compacted
     */
    List<String> doubtful(long epoch, long intactFrom) {
        Map<String, Long> earliest = new HashMap<>();
        Map<String, Long> firstOffset = new HashMap<>();
        Set<Long> epochs = new HashSet<>();
        for (VectorNote note : vectors) {
            earliest.merge(note.id(), note.epoch(), Math::min);
            firstOffset.merge(note.id(), note.offset(), Math::min);
            epochs.add(note.epoch());
        }
        edits.forEach(note -> earliest.merge(note.id(), note.epoch(), Math::min));
        Set<String> doubtful = new TreeSet<>();
        firstOffset.forEach((id, offset) -> {
            if (offset < intactFrom) {
                doubtful.add(id);
            }
        });
        edits.stream().filter(note -> note.removal() && !epochs.contains(note.epoch())).forEach(note -> doubtful.add(note.id()));
        doubtful.removeIf(id -> earliest.get(id) <= epoch);
        return List.copyOf(doubtful);
    }

    /** All known edits, by epoch. */
    List<HistoryStep> steps(String model) {
        Map<Long, HistoryStep> steps = new TreeMap<>();
        Map<Long, VectorNote> others = new HashMap<>();
        // In the order of the log: of several records with one epoch the last one counts.
        for (VectorNote note : vectors) {
            if (!note.isOf(model)) {
                others.put(note.epoch(), note);
            } else if (note.searchable()) {
                steps.put(note.epoch(), new HistoryStep.Vector(note.id(), note.epoch(), note.offset()));
            } else {
                steps.put(note.epoch(), new HistoryStep.Removal(note.id(), note.epoch()));
            }
        }
        for (EditNote edit : edits) {
            VectorNote other = others.get(edit.epoch());
            steps.computeIfAbsent(edit.epoch(), epoch -> edit.removal() ? new HistoryStep.Removal(edit.id(), epoch)
                    : new HistoryStep.Edit(edit.id(), epoch, other != null && other.searchable() ? other.model() : null));
        }
        others.values().stream().filter(VectorNote::searchable)
                .forEach(other -> steps.computeIfAbsent(other.epoch(), epoch -> new HistoryStep.Lost(other.id(), epoch, other.model())));
        return List.copyOf(steps.values());
    }

    /** Entries with vectors of other models only, and the last epoch of those. */
    Map<String, Long> ofOtherModels(String model) {
        Map<String, Long> epochs = new HashMap<>();
        Set<Long> own = new HashSet<>();
        vectors.stream().filter(note -> note.isOf(model)).forEach(note -> own.add(note.epoch()));
        vectors.stream().filter(note -> !own.contains(note.epoch())).forEach(note -> epochs.merge(note.id(), note.epoch(), Math::max));
        return epochs;
    }
}
