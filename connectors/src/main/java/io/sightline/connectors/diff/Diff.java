package io.sightline.connectors.diff;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Adds changes up: counts, names that became other names, the worst of each kind. Holds the results of the worst only, at most
 * {@code worst} of each kind, and {@link #MAX_RENAMES} pairs of names. For one thread.
 */
public final class Diff {
    /** Pairs of names behind these are counted together. */
    public static final int MAX_RENAMES = 10_000;

    /**
     * How much there is of one kind.
     *
     * @param results requests with at least one such change
     * @param detections things with such a change; 0 for kinds that things don't have
     */
    public record Count(long results, long detections) {
    }

    /** Things that are called something else in B, and how many they are. */
    public record Rename(Label a, Label b, long detections) {
    }

    private record Names(Label a, Label b) {
    }

    private final int worst;
    private final Map<ChangeKind, long[]> counts = new EnumMap<>(ChangeKind.class);
    private final Map<ChangeKind, PriorityQueue<ResultChange>> worstOf = new EnumMap<>(ChangeKind.class);
    private final Map<Names, long[]> renames = new HashMap<>();
    private final LineageDiff lineage = new LineageDiff();
    private long both;
    private long otherRenames;
    private long differentWithSameLineage;

    /** @param worst how many of each kind are kept whole */
    public Diff(int worst) {
        this.worst = worst;
        for (ChangeKind kind : ChangeKind.values()) {
            counts.put(kind, new long[2]);
            // The least bad one is at the head: it is the one to go. Ids make the choice the same each time.
            worstOf.put(kind, new PriorityQueue<>(Comparator.comparingDouble((ResultChange c) -> c.severity(kind)).thenComparing(ResultChange::id, Comparator.reverseOrder())));
        }
    }

    public void add(ResultChange change) {
        change.kinds().forEach(kind -> counts.get(kind)[0]++);
        for (DetectionChange detection : change.detections()) {
            detection.kinds().forEach(kind -> counts.get(kind)[1]++);
            if (detection.kinds().contains(ChangeKind.LABEL_CHANGED)) {
                rename(new Names(Label.of(detection.a().orElseThrow()), Label.of(detection.b().orElseThrow())));
            }
        }
        if (change.a().isPresent() && change.b().isPresent()) {
            both++;
            boolean sameLineage = lineage.add(change.a().get().getLineage(), change.b().get().getLineage());
            if (sameLineage && change.kind() != ChangeKind.SAME) {
                differentWithSameLineage++;
            }
        }
        if (change.kind() != ChangeKind.SAME) {
            change.kinds().forEach(kind -> keep(kind, change));
        }
    }

    private void rename(Names names) {
        long[] count = renames.get(names);
        if (count == null && renames.size() == MAX_RENAMES) {
            otherRenames++;
            return;
        }
        renames.computeIfAbsent(names, n -> new long[1])[0]++;
    }

    private void keep(ChangeKind kind, ResultChange change) {
        PriorityQueue<ResultChange> kept = worstOf.get(kind);
        kept.add(change);
        if (kept.size() > worst) {
            kept.remove();
        }
    }

    /** Requests with a result on both sides. */
    public long both() {
        return both;
    }

    /** Requests with a result on either side. */
    public long either() {
        return both + count(ChangeKind.ONLY_IN_A).results() + count(ChangeKind.ONLY_IN_B).results();
    }

    public Count count(ChangeKind kind) {
        return new Count(counts.get(kind)[0], counts.get(kind)[1]);
    }

    /** Of how many requests a kind's results are a share: those on both sides; for what is on one side, those of that side. */
    public long of(ChangeKind kind) {
        return kind.oneSided() ? both + count(kind).results() : both;
    }

    /** Requests whose results differ in any way, or that one side lacks. */
    public long different() {
        return either() - count(ChangeKind.SAME).results();
    }

    /** The worst first, at most as many as are kept. A request stands under each of its kinds. */
    public List<ResultChange> worst(ChangeKind kind) {
        List<ResultChange> sorted = new ArrayList<>(worstOf.get(kind));
        sorted.sort(worstOf.get(kind).comparator().reversed());
        return sorted;
    }

    /** Most frequent first. */
    public List<Rename> renames() {
        return renames.entrySet().stream().map(e -> new Rename(e.getKey().a(), e.getKey().b(), e.getValue()[0]))
                .sorted(Comparator.comparingLong(Rename::detections).reversed().thenComparing(r -> r.a().toString()).thenComparing(r -> r.b().toString())).toList();
    }

    /** Things whose pair of names is not among {@link #renames}. */
    public long otherRenames() {
        return otherRenames;
    }

    public LineageDiff lineage() {
        return lineage;
    }

    /** Requests whose results differ although models, devices, galleries, settings and build do not. */
    public long differentWithSameLineage() {
        return differentWithSameLineage;
    }
}
