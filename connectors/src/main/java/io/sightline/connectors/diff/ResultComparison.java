package io.sightline.connectors.diff;

import io.sightline.schemas.Detection;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Compares results of one request. Times are not compared, nor the lineage, which says why results may differ. Thread-safe. */
public final class ResultComparison {
    private final Tolerance tolerance;
    private final DetailComparison details;

    public ResultComparison(Tolerance tolerance) {
        this.tolerance = tolerance;
        this.details = new DetailComparison(tolerance);
    }

    /** @param a or b may be empty, not both */
    public ResultChange compare(Optional<RecognitionResult> a, Optional<RecognitionResult> b) {
        if (a.isEmpty() || b.isEmpty()) {
            String id = a.or(() -> b).orElseThrow().getRequestId();
            return new ResultChange(id, a, b, Set.of(a.isEmpty() ? ChangeKind.ONLY_IN_B : ChangeKind.ONLY_IN_A), List.of());
        }
        return compare(a.get(), b.get());
    }

    private ResultChange compare(RecognitionResult a, RecognitionResult b) {
        String id = a.getRequestId();
        if (a.getStatus() != b.getStatus() || a.getErrNo() != b.getErrNo()) {
            return new ResultChange(id, Optional.of(a), Optional.of(b), Set.of(ChangeKind.ERROR_CHANGED), List.of());
        }
        List<DetectionChange> detections = a.getStatus() == RecognitionStatus.RECOGNISED ? detections(a.getDetections(), b.getDetections()) : List.of();
        EnumSet<ChangeKind> kinds = EnumSet.noneOf(ChangeKind.class);
        detections.forEach(change -> kinds.addAll(change.kinds()));
        if (!Objects.equals(a.getPipeline(), b.getPipeline()) || !Objects.equals(a.getImage(), b.getImage()) || !a.getErrMsg().equals(b.getErrMsg())
                || !a.getAttributes().equals(b.getAttributes())) {
            kinds.add(ChangeKind.DETAILS_CHANGED);
        }
        kinds.remove(ChangeKind.SAME);
        if (kinds.isEmpty()) {
            kinds.add(ChangeKind.SAME);
        }
        return new ResultChange(id, Optional.of(a), Optional.of(b), kinds, detections);
    }

    private List<DetectionChange> detections(List<Detection> a, List<Detection> b) {
        List<DetectionChange> changes = new ArrayList<>();
        int[] pairs = DetectionPairs.of(a, b, tolerance.pairIou());
        boolean[] paired = new boolean[b.size()];
        for (int i = 0; i < pairs.length; i++) {
            if (pairs[i] == DetectionPairs.NOTHING) {
                changes.add(new DetectionChange(Optional.of(a.get(i)), Optional.empty(), Set.of(ChangeKind.VANISHED), 0, 0));
            } else {
                paired[pairs[i]] = true;
                changes.add(pair(a.get(i), b.get(pairs[i])));
            }
        }
        for (int j = 0; j < paired.length; j++) {
            if (!paired[j]) {
                changes.add(new DetectionChange(Optional.empty(), Optional.of(b.get(j)), Set.of(ChangeKind.APPEARED), 0, 0));
            }
        }
        return changes;
    }

    private DetectionChange pair(Detection a, Detection b) {
        EnumSet<ChangeKind> kinds = EnumSet.noneOf(ChangeKind.class);
        boolean sameLabel = Label.of(a).equals(Label.of(b));
        if (!sameLabel) {
            kinds.add(ChangeKind.LABEL_CHANGED);
        }
        double iou = BoxOverlap.iou(a.getBbox(), b.getBbox());
        if (!tolerance.isBoxSame(iou)) {
            kinds.add(ChangeKind.BOX_MOVED);
        }
        // The scores of two names say nothing about each other.
        double scoreMoved = Math.max(Tolerance.difference(a.getScore(), b.getScore()), sameLabel ? Tolerance.difference(Label.score(a), Label.score(b)) : 0);
        if (!tolerance.isScoreSame(scoreMoved)) {
            kinds.add(ChangeKind.SCORE_MOVED);
        }
        if (sameLabel && !details.isSame(a, b)) {
            kinds.add(ChangeKind.DETAILS_CHANGED);
        }
        return new DetectionChange(Optional.of(a), Optional.of(b), kinds.isEmpty() ? Set.of(ChangeKind.SAME) : kinds, iou, scoreMoved);
    }
}
