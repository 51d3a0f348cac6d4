package io.sightline.connectors.diff;

import io.sightline.schemas.Detection;
import java.util.Optional;
import java.util.Set;

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

    /** Larger is worse, among changes of one kind. */
    double severity(ChangeKind kind) {
        return switch (kind) {
            case LABEL_CHANGED -> Math.max(a.map(Label::score).orElse(0.0), b.map(Label::score).orElse(0.0)); // two sure names are worse than two guesses
            case VANISHED -> a.map(Detection::getScore).orElse(0.0);
            case APPEARED -> b.map(Detection::getScore).orElse(0.0);
            case BOX_MOVED -> 1 - iou;
            case SCORE_MOVED -> scoreMoved;
            default -> 0;
        };
    }
}
