package io.sightline.app.demo;

import io.sightline.schemas.Detection;
import io.sightline.schemas.Match;
import io.sightline.schemas.RecognitionResult;
import java.util.Locale;

/** One scene's line on the screen. */
final class DemoLine {
    private DemoLine() {
    }

    static String of(String file, DemoScore score, RecognitionResult result) {
        StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%s  %d/%d found, %d right, %.0f ms", file, score.found(), score.products(), score.labelled(),
                result.getTimingsMs().getOrDefault("total", 0.0)));
        for (Detection detection : result.getDetections()) {
            line.append(String.format(Locale.ROOT, "%n    %s %.2f  %s", detection.getBbox(), detection.getScore(),
                    detection.getMatches().isEmpty() ? "not in the gallery" : match(detection.getMatches().get(0))));
        }
        return line.toString();
    }

    private static String match(Match match) {
        return String.format(Locale.ROOT, "%s %.2f", match.getLabel(), match.getScore());
    }
}
