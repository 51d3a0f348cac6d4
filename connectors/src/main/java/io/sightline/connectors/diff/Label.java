package io.sightline.connectors.diff;

import io.sightline.schemas.Detection;

/**
 * The name a detection goes by: its best match's label, else its best class's, else the detector's class.
 *
 * @param found false: it is the detector's class only
 */
public record Label(String text, boolean found) {
    public static Label of(Detection detection) {
        if (!detection.getMatches().isEmpty()) {
            return new Label(detection.getMatches().get(0).getLabel(), true);
        }
        return detection.getClasses().isEmpty() ? new Label(detection.getClass$(), false) : new Label(detection.getClasses().get(0).getLabel(), true);
    }

    /** The score that goes with the label: the match's, the class's, or the detection's own. */
    public static double score(Detection detection) {
        if (!detection.getMatches().isEmpty()) {
            return detection.getMatches().get(0).getScore();
        }
        return detection.getClasses().isEmpty() ? detection.getScore() : detection.getClasses().get(0).getScore();
    }

    /** A detector's class in brackets: it was not looked up, or nothing matched. */
    @Override
    public String toString() {
        return found ? text : "[" + text + "]";
    }
}
