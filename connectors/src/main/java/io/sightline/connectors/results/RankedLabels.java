package io.sightline.connectors.results;

import io.sightline.schemas.Detection;
import io.sightline.schemas.RecognitionResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a result says the whole picture shows: the labels of its matches, of whichever detection, best score first, each label once; of its classes where nothing matched. */
public final class RankedLabels {
    /**
     * One label.
     *
     * @param score of the match or the class
     * @param detection its place among the result's detections
     * @param match its place among that detection's matches, or classes
     */
    public record Ranked(String label, double score, int detection, int match) {
    }

    private RankedLabels() {
    }

    /** Equal scores stay in the result's order. */
    public static List<Ranked> of(RecognitionResult result) {
        List<Ranked> matches = new ArrayList<>();
        List<Ranked> classes = new ArrayList<>();
        List<Detection> detections = result.getDetections();
        for (int d = 0; d < detections.size(); d++) {
            Detection detection = detections.get(d);
            for (int m = 0; m < detection.getMatches().size(); m++) {
                matches.add(new Ranked(detection.getMatches().get(m).getLabel(), detection.getMatches().get(m).getScore(), d, m));
            }
            for (int c = 0; c < detection.getClasses().size(); c++) {
                classes.add(new Ranked(detection.getClasses().get(c).getLabel(), detection.getClasses().get(c).getScore(), d, c));
            }
        }
        List<Ranked> ranked = matches.isEmpty() ? classes : matches;
        ranked.sort(Comparator.comparingDouble(Ranked::score).reversed());
        Set<String> seen = new HashSet<>();
        ranked.removeIf(label -> !seen.add(label.label()));
        return List.copyOf(ranked);
    }
}
