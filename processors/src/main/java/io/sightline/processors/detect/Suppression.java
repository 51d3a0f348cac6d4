package io.sightline.processors.detect;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Greedy non-maximum suppression within each class. */
final class Suppression {
    private static final Comparator<Candidate> BEST_FIRST =
            Comparator.comparingDouble(Candidate::score).reversed().thenComparingInt(Candidate::order);

    private Suppression() {
    }

    /** The candidates that share at most {@code iou} with every better one of their class that is kept, best first; equal scores in the model's order. */
    static List<Candidate> keep(List<Candidate> candidates, float iou, int most) {
        List<Candidate> sorted = new ArrayList<>(candidates);
        sorted.sort(BEST_FIRST);
        List<Candidate> kept = new ArrayList<>();
        for (Candidate candidate : sorted) {
            if (kept.size() == most) {
                break;
            }
            if (kept.stream().noneMatch(better -> better.label() == candidate.label() && better.iou(candidate) > iou)) {
                kept.add(candidate);
            }
        }
        return kept;
    }
}
