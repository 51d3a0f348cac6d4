package io.sightline.processors.detect;

import java.util.Optional;

/**
 * One thing found in a picture.
 *
 * @param x1 left edge, whole pixels of the decoded picture, 0 <= x1 < x2 <= width
 * @param y1 top edge, 0 <= y1 < y2 <= height
 * @param x2 right edge, exclusive
 * @param y2 bottom edge, exclusive
 * @param score the detector's confidence, 0..1, unrounded
 * @param label the class's name
 * @param landmarks points of a face, where the detector gives them
 */
public record DetectedBox(int x1, int y1, int x2, int y2, float score, String label, Optional<Landmarks> landmarks) {
    public DetectedBox(int x1, int y1, int x2, int y2, float score, String label) {
        this(x1, y1, x2, y2, score, label, Optional.empty());
    }
}
