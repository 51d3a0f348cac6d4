package io.sightline.processors.detect;

import io.sightline.processors.model.DetectionOutput;
import io.sightline.processors.model.ModelSpec;

/**
 * What becomes of a detector's candidates.
 *
 * @param scoreThreshold smallest score of a detection
 * @param nmsIou boxes of one class that share more than this with a better one are dropped; 1: none is
 * @param maxDetections most detections of a picture, the best ones
 * @param truncated true: edges lose what is behind their decimal point, as Python's {@code int} does; false: they are rounded
 */
public record DetectSettings(float scoreThreshold, float nmsIou, int maxDetections, boolean truncated) {
    private static final int MOST_DETECTIONS = 1000;

    public DetectSettings {
        if (!(scoreThreshold >= 0 && scoreThreshold <= 1)) {
            throw new IllegalArgumentException("detection score threshold: " + scoreThreshold + " (expected: 0..1)");
        }
        if (!(nmsIou >= 0 && nmsIou <= 1)) {
            throw new IllegalArgumentException("nms_iou: " + nmsIou + " (expected: 0..1)");
        }
        if (maxDetections < 1 || maxDetections > MOST_DETECTIONS) {
            throw new IllegalArgumentException("max_detections: " + maxDetections + " (expected: 1.." + MOST_DETECTIONS + ")");
        }
    }

    public DetectSettings(float scoreThreshold, float nmsIou, int maxDetections) {
        this(scoreThreshold, nmsIou, maxDetections, false);
    }

    /** The model's own thresholds. */
    public static DetectSettings of(ModelSpec spec, int maxDetections) {
        DetectionOutput output = spec.outputAs(DetectionOutput.class);
        return new DetectSettings(output.scoreThreshold(), output.nmsIou(), maxDetections);
    }
}
