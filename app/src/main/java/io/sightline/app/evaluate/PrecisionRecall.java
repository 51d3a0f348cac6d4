package io.sightline.app.evaluate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A detector's precision over its recall.
 *
 * @param points in order of falling score
 * @param trueBoxes all there was to find
 */
record PrecisionRecall(List<Point> points, int trueBoxes) {
    /** @param hit whether the detection finds a true box that no better one has found */
    record Scored(double score, boolean hit) {
    }

    /** What is found from {@code score} on. */
    record Point(double score, double recall, double precision) {
    }

    static PrecisionRecall of(List<Scored> detections, int trueBoxes) {
        if (trueBoxes < 1) {
            throw new IllegalArgumentException("true boxes: " + trueBoxes + " (expected: >= 1)");
        }
        List<Point> points = new ArrayList<>();
        int hits = 0;
        for (Scored detection : detections.stream().sorted(Comparator.comparingDouble(Scored::score).reversed()).toList()) {
            hits += detection.hit() ? 1 : 0;
            points.add(new Point(detection.score(), (double) hits / trueBoxes, (double) hits / (points.size() + 1)));
        }
        return new PrecisionRecall(List.copyOf(points), trueBoxes);
    }

    /** Precision at each point or, where it is better, at one of higher recall. */
    double[] envelope() {
        double[] envelope = new double[points.size()];
        double best = 0;
        for (int i = envelope.length - 1; i >= 0; i--) {
            best = Math.max(best, points.get(i).precision());
            envelope[i] = best;
        }
        return envelope;
    }

    /** The area under the envelope, all points of it. */
    double averagePrecision() {
        double[] envelope = envelope();
        double sum = 0;
        double recall = 0;
        for (int i = 0; i < envelope.length; i++) {
            sum += (points.get(i).recall() - recall) * envelope[i];
            recall = points.get(i).recall();
        }
        return sum;
    }

    /** Recall of all detections together. */
    double recall() {
        return points.isEmpty() ? 0 : points.get(points.size() - 1).recall();
    }

    /** The last point whose score is at least {@code score}; of no detections: nothing found, nothing wrong. */
    Point at(double score) {
        Point last = new Point(1, 0, 1);
        for (Point point : points) {
            if (point.score() < score) {
                break;
            }
            last = point;
        }
        return last;
    }
}
