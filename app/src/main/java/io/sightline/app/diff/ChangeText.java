package io.sightline.app.diff;

import io.sightline.connectors.diff.ChangeKind;
import io.sightline.connectors.diff.DetectionChange;
import io.sightline.connectors.diff.Label;
import io.sightline.connectors.diff.ResultChange;
import io.sightline.schemas.Detection;
import io.sightline.schemas.RecognitionResult;
import io.sightline.schemas.RecognitionStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Says in words what changed. The texts are of anybody's: whoever shows them makes them safe. */
final class ChangeText {
    private static final Comparator<DetectionChange> WORST_FIRST = Comparator.comparing(DetectionChange::kind).thenComparing(change -> -change.severity(change.kind()));

    private ChangeText() {
    }

    /** A line for each thing that changed, or one for the whole result. */
    static List<String> lines(ResultChange change) {
        if (change.a().isEmpty() || change.b().isEmpty()) {
            RecognitionResult there = change.a().or(change::b).orElseThrow();
            return List.of((change.a().isPresent() ? "only in A: " : "only in B: ") + result(there));
        }
        if (change.kind() == ChangeKind.ERROR_CHANGED) {
            return List.of("A: " + result(change.a().get()), "B: " + result(change.b().get()));
        }
        List<String> lines = new ArrayList<>();
        change.detections().stream().filter(detection -> !detection.kinds().contains(ChangeKind.SAME)).sorted(WORST_FIRST).map(ChangeText::line).forEach(lines::add);
        return lines.isEmpty() ? List.of(details(change.a().get(), change.b().get())) : lines;
    }

    private static String result(RecognitionResult result) {
        if (result.getStatus() != RecognitionStatus.RECOGNISED) {
            return "error " + result.getErrNo() + ", " + result.getErrMsg();
        }
        return result.getDetections().isEmpty() ? "recognised, nothing found"
                : "recognised: " + result.getDetections().stream().map(ChangeText::caption).collect(Collectors.joining(", "));
    }

    private static String line(DetectionChange change) {
        if (change.a().isEmpty()) {
            return "appeared: " + caption(change.b().orElseThrow()) + " at " + change.b().get().getBbox();
        }
        Detection a = change.a().get();
        if (change.b().isEmpty()) {
            return "vanished: " + caption(a) + " at " + a.getBbox();
        }
        Detection b = change.b().get();
        Set<ChangeKind> kinds = change.kinds();
        StringBuilder line = new StringBuilder(caption(a));
        if (kinds.contains(ChangeKind.LABEL_CHANGED) || kinds.contains(ChangeKind.SCORE_MOVED)) {
            line.append(" → ").append(caption(b));
        }
        line.append(" at ").append(a.getBbox());
        if (kinds.contains(ChangeKind.BOX_MOVED)) {
            line.append(" → ").append(b.getBbox()).append(String.format(Locale.ROOT, ", IoU %.3f", change.iou()));
        }
        if (kinds.contains(ChangeKind.SCORE_MOVED) && a.getScore() != b.getScore()) {
            line.append(String.format(Locale.ROOT, ", detected %.4f → %.4f", a.getScore(), b.getScore()));
        }
        if (kinds.contains(ChangeKind.DETAILS_CHANGED)) {
            line.append(", details differ");
        }
        return line.toString();
    }

    /** Name and score. */
    static String caption(Detection detection) {
        return Label.of(detection) + String.format(Locale.ROOT, " %.4f", Label.score(detection));
    }

    private static String details(RecognitionResult a, RecognitionResult b) {
        List<String> parts = new ArrayList<>();
        part("pipeline", a.getPipeline(), b.getPipeline(), parts);
        part("image", a.getImage(), b.getImage(), parts);
        part("error text", a.getErrMsg(), b.getErrMsg(), parts);
        part("attributes", a.getAttributes(), b.getAttributes(), parts);
        return String.join("; ", parts);
    }

    private static void part(String name, Object a, Object b, List<String> parts) {
        if (!Optional.ofNullable(a).equals(Optional.ofNullable(b))) {
            parts.add(name + " " + a + " → " + b);
        }
    }
}
