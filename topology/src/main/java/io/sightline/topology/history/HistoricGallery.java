package io.sightline.topology.history;

import io.sightline.processors.gallery.EmbeddedIndex;
import io.sightline.processors.gallery.EmbeddedIndexSettings;
import io.sightline.processors.gallery.GalleryEdit;
import io.sightline.processors.gallery.GalleryModel;
import io.sightline.processors.gallery.GalleryModels;
import io.sightline.processors.gallery.UnitVectors;
import io.sightline.processors.recognition.GalleryOutcome;
import io.sightline.processors.recognition.RecordRun;
import io.sightline.schemas.GalleryVector;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;

/**
 * One gallery of one model, brought forward edit by edit. Owner: one thread; any number search its index between two steps forward.
 */
final class HistoricGallery implements AutoCloseable {
    /** Pictures embedded at a time: enough for a batch or two. */
    private static final int IN_FLIGHT = 32;
    /** No entry's: ids are 1..200 characters. */
    private static final String NO_ENTRY = "";

    private record Pending(HistoryStep.Edit step, RecordRun<GalleryOutcome> run) {
    }

    private final String name;
    private final GalleryModel model;
    private final List<HistoryStep> steps;
    private final HistoryRecords records;
    private final EmbeddedIndex index;
    private final Deque<Pending> pending = new ArrayDeque<>();
    /** Entries that were searchable with another model and are not with this one, and why. */
    private final Map<String, String> lost = new TreeMap<>();
    private int next;
    private long epoch;
    private long applied;

    HistoricGallery(String name, GalleryModel model, List<HistoryStep> steps, HistoryRecords records, EmbeddedIndexSettings settings) {
        this.name = name;
        this.model = model;
        this.steps = steps;
        this.records = records;
        this.index = new EmbeddedIndex(GalleryModels.same(model), List.of(name), settings);
    }

    EmbeddedIndex index() {
        return index;
    }

    long epoch() {
        return epoch;
    }

    /**
     * Applies the edits up to that epoch.
     *
     * @param to not before {@link #epoch()}
     */
    void advance(long to) {
        while (next < steps.size() && steps.get(next).epoch() <= to) {
            HistoryStep step = steps.get(next++);
            if (step instanceof HistoryStep.Edit edit) {
                records.embed(name, edit.epoch()).ifPresent(run -> pending.add(new Pending(edit, run)));
                if (pending.size() >= IN_FLIGHT) {
                    finish(pending.poll());
                }
            } else {
                finishAll();
                apply(step);
            }
        }
        finishAll();
        if (to > index.epoch(name)) {
            // The edit of that number changed nothing that is known, or nothing at all: the state is named after it all the same.
            index.apply(new GalleryEdit.Remove(name, NO_ENTRY, to, applied++));
        }
        epoch = to;
    }

    /** Why the state is not whole; empty where it is. */
    Optional<String> trouble() {
        return lost.entrySet().stream().findFirst().map(first -> "gallery '" + name + "' at epoch " + epoch + ": " + lost.size() + " entries can't be had with "
                + model.id() + ", first '" + first.getKey() + "': " + first.getValue());
    }

    private void apply(HistoryStep step) {
        if (step instanceof HistoryStep.Vector vector) {
            records.vector(name, vector.offset(), model).ifPresentOrElse(put -> put(step.id(), step.epoch(), put.label(), put.attributes(), put.vector()),
                    () -> lost.put(step.id(), "its record is gone from gallery-vectors since that was read, or unfit (expected: still there)"));
        } else if (step instanceof HistoryStep.Removal) {
            index.apply(new GalleryEdit.Remove(name, step.id(), step.epoch(), applied++));
            lost.remove(step.id());
        } else if (step instanceof HistoryStep.Lost other) {
            lose(other.id(), other.epoch(), "only a vector of " + other.madeWith() + " is left (expected: its picture on the topic gallery)");
        }
    }

    private void put(String id, long at, String label, String attributes, float[] vector) {
        index.apply(new GalleryEdit.Put(name, id, at, applied++, label, attributes, vector));
        lost.remove(id);
    }

    private void lose(String id, long at, String reason) {
        index.apply(new GalleryEdit.Remove(name, id, at, applied++));
        lost.put(id, reason);
    }

    private void finishAll() {
        while (!pending.isEmpty()) {
            finish(pending.poll());
        }
    }

    private void finish(Pending work) {
        GalleryOutcome outcome = outcome(work.run());
        HistoryStep.Edit step = work.step();
        if (outcome instanceof GalleryOutcome.Searchable searchable && searchable.vector().isPresent()) {
            GalleryVector made = searchable.vector().get();
            float[] vector = new float[made.getVector().size()];
            for (int i = 0; i < vector.length; i++) {
                vector[i] = made.getVector().get(i);
            }
            // As one that comes from gallery-vectors.
            put(step.id(), step.epoch(), made.getLabel(), made.getAttributes(), UnitVectors.of(vector, model.dimension()));
        } else if (outcome instanceof GalleryOutcome.Refused refused && step.madeWith() != null) {
            lose(step.id(), step.epoch(), refused.deadLetter().message());
        }
        // Refused, and never searchable: the edit changed nothing then either.
    }

    private GalleryOutcome outcome(RecordRun<GalleryOutcome> run) {
        try {
            return run.outcome().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("gallery '" + name + "': interrupted while its pictures were embedded");
        } catch (ExecutionException e) {
            throw new IllegalStateException("gallery '" + name + "': its pictures can't be embedded, " + e.getCause(), e.getCause());
        }
    }

    @Override
    public void close() {
        pending.forEach(work -> work.run().close());
        index.close();
    }
}
