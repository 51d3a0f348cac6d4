package io.sightline.connectors.diff;

import io.sightline.schemas.Detection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which detections of two results are the same thing: the pair that overlaps most is taken first, then the next of what is left (greedy), first
 * among detections of one class, then across classes.
 *
 * <p>Greedy, not the assignment with the largest sum (Hungarian): that one may give up a pair of equal boxes to gain overlap elsewhere, and a
 * thing that did not change must never be told to have moved. What is equal in every way is taken first, so that neither the order of the
 * detections nor which result is called A makes a difference.
 */
final class DetectionPairs {
    static final int NOTHING = -1;
    private static final Comparator<Candidate> BEST_FIRST = Comparator.comparing((Candidate c) -> !c.sameClass).thenComparing(c -> -c.iou)
            .thenComparing(c -> !c.sameLabel).thenComparingDouble(c -> c.scoreMoved).thenComparingInt(c -> Math.abs(c.a - c.b)).thenComparingInt(c -> c.a + c.b);
    private static final Comparator<Detection> CONTENT = Comparator.comparing((Detection d) -> d.getBbox().toString()).thenComparing(Detection::getClass$)
            .thenComparingDouble(Detection::getScore).thenComparing(d -> Label.of(d).toString()).thenComparingDouble(Label::score);

    /** @param a place in A's order by content, as b is in B's */
    private record Candidate(int a, int b, boolean sameClass, double iou, boolean sameLabel, double scoreMoved) {
    }

    private DetectionPairs() {
    }

    /** For each detection of A the number of B's that is the same thing, or {@link #NOTHING}. */
    static int[] of(List<Detection> a, List<Detection> b, double minIou) {
        int[] orderA = order(a);
        int[] orderB = order(b);
        List<Candidate> candidates = new ArrayList<>();
        for (int i = 0; i < orderA.length; i++) {
            Detection left = a.get(orderA[i]);
            for (int j = 0; j < orderB.length; j++) {
                Detection right = b.get(orderB[j]);
                double iou = BoxOverlap.iou(left.getBbox(), right.getBbox());
                if (iou >= minIou) {
                    candidates.add(new Candidate(i, j, left.getClass$().equals(right.getClass$()), iou, Label.of(left).equals(Label.of(right)),
                            Tolerance.difference(left.getScore(), right.getScore()) + Tolerance.difference(Label.score(left), Label.score(right))));
                }
            }
        }
        candidates.sort(BEST_FIRST);
        int[] pairs = new int[orderA.length];
        Arrays.fill(pairs, NOTHING);
        boolean[] taken = new boolean[orderB.length];
        for (Candidate candidate : candidates) {
            if (pairs[orderA[candidate.a]] == NOTHING && !taken[candidate.b]) {
                pairs[orderA[candidate.a]] = orderB[candidate.b];
                taken[candidate.b] = true;
            }
        }
        return pairs;
    }

    private static int[] order(List<Detection> detections) {
        return IntStream.range(0, detections.size()).boxed().sorted(Comparator.comparing(detections::get, CONTENT)).mapToInt(i -> i).toArray();
    }
}
