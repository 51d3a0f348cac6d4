package io.sightline.connectors.diff;

import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A request's two results, and how they differ.
 *
 * @param a empty: only in B
 * @param b empty: only in A
 * @param kinds {@link ChangeKind#SAME} alone, or all that differs, the worst first
 * @param detections all things of both; empty where there is one result only, or an error on one side
 */
public record ResultChange(String id, Optional<RecognitionResult> a, Optional<RecognitionResult> b, Set<ChangeKind> kinds, List<DetectionChange> detections) {
    public ResultChange {
        kinds = Collections.unmodifiableSet(EnumSet.copyOf(kinds));
        detections = List.copyOf(detections);
    }

    /** The worst of its kinds. */
    public ChangeKind kind() {
        return kinds.iterator().next();
    }

    /** Larger is worse, among changes of one kind. */
    double severity(ChangeKind kind) {
        if (kind == ChangeKind.ERROR_CHANGED) {
            return b.filter(result -> result.getStatus() != RecognitionStatus.RECOGNISED).isPresent() ? 1 : 0; // what is broken now is worse than what was
        }
        return detections.stream().filter(change -> change.kinds().contains(kind)).mapToDouble(change -> change.severity(kind)).max().orElse(0);
    }
}
