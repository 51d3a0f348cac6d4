package io.sightline.connectors.diff;

import io.sightline.schemas.Detection;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A thing, and how its two detections differ.
 *
 * @param a empty: it appeared
 * @param b empty: it vanished
 * @param kinds {@link ChangeKind#SAME} alone, or all that differs
 * @param iou overlap of the two boxes, 0..1; 0 where there is one only
 * @param scoreMoved the larger difference of the two scores, the detection's and the label's; 0 where there is one detection only
 */
public record DetectionChange(Optional<Detection> a, Optional<Detection> b, Set<ChangeKind> kinds, double iou, double scoreMoved) {
    public DetectionChange {
        kinds = Set.copyOf(kinds);
    }

    /** The score of a name that was found; of two detector's classes the detection's. */
    private double certainty(Optional<Detection> side) {
        boolean classesOnly = Stream.of(a, b).flatMap(Optional::stream).noneMatch(detection -> Label.of(detection).found());
        return side.filter(detection -> classesOnly || Label.of(detection).found()).map(Label::score).orElse(0.0);
    }

    /** The worst of its kinds. */
    public ChangeKind kind() {
        return Collections.min(kinds);
    }

    /** Larger is worse, among changes of one kind. */
    public double severity(ChangeKind kind) {
        return switch (kind) {
            case LABEL_CHANGED -> Math.max(certainty(a), certainty(b)); // a sure name is worse to lose than a guess
            case VANISHED -> a.map(Detection::getScore).orElse(0.0);
            case APPEARED -> b.map(Detection::getScore).orElse(0.0);
            case BOX_MOVED -> 1 - iou;
            case SCORE_MOVED -> scoreMoved;
            default -> 0;
        };
    }
}
