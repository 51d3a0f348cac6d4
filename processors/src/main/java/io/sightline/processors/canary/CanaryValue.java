package io.sightline.processors.canary;

import io.sightline.processors.classify.ScoredClass;
import io.sightline.processors.detect.DetectedBox;
import java.util.Comparator;
import java.util.List;

/**
 * What a model made of a picture.
 *
 * @param kind what the numbers are
 * @param label of the best box, number of the best class; empty for embeddings, {@link #NOTHING} where nothing was found
 * @param numbers not changed by anybody
 */
public record CanaryValue(Kind kind, String label, float[] numbers) {
    static final String NOTHING = "nothing";

    /** How numbers are compared. */
    enum Kind {
        /** A vector: 1 - cosine. */
        EMBEDDING,
        /** The best class's score: difference. */
        CLASSES,
        /** x1, y1, x2, y2 and score of the best box: 1 - IoU. */
        BOXES
    }

    static CanaryValue embedding(float[] vector) {
        return new CanaryValue(Kind.EMBEDDING, "", vector);
    }

    static CanaryValue classes(List<ScoredClass> classes) {
        return classes.isEmpty() ? new CanaryValue(Kind.CLASSES, NOTHING, new float[0])
                : new CanaryValue(Kind.CLASSES, Integer.toString(classes.get(0).id()), new float[] {classes.get(0).score()});
    }

    static CanaryValue boxes(List<DetectedBox> boxes) {
        return boxes.stream().max(Comparator.comparingDouble(DetectedBox::score))
                .map(best -> new CanaryValue(Kind.BOXES, best.label(), new float[] {best.x1(), best.y1(), best.x2(), best.y2(), best.score()}))
                .orElse(new CanaryValue(Kind.BOXES, NOTHING, new float[0]));
    }

    /** The best box's score; 1 where there is none. */
    double boxScore() {
        return numbers.length == 5 ? numbers[4] : 1;
    }

    /** 0: the same. NaN where one of them is no number; 2 where they can't be compared. */
    double distance(CanaryValue other) {
        if (kind != other.kind || numbers.length != other.numbers.length) {
            return 2;
        }
        if (numbers.length == 0) {
            return 0;
        }
        return switch (kind) {
            case EMBEDDING -> 1 - cosine(numbers, other.numbers);
            case CLASSES -> Math.abs(numbers[0] - other.numbers[0]);
            case BOXES -> 1 - overlap(numbers, other.numbers);
        };
    }

    private static double cosine(float[] a, float[] b) {
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            ab += (double) a[i] * b[i];
            aa += (double) a[i] * a[i];
            bb += (double) b[i] * b[i];
        }
        return ab / Math.sqrt(aa * bb);
    }

    private static double overlap(float[] a, float[] b) {
        double width = Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0]));
        double height = Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
        double both = width * height;
        return both / (area(a) + area(b) - both);
    }

    private static double area(float[] box) {
        return (double) (box[2] - box[0]) * (box[3] - box[1]);
    }
}
