package io.sightline.processors.detect;

import java.util.List;

/**
 * Five points of a face: right eye, left eye, tip of the nose, right and left corner of the mouth (right and left as the person has them).
 *
 * @param xy x and y of each in turn, pixels of the decoded picture; may lie outside of it
 */
public record Landmarks(List<Float> xy) {
    public static final int POINTS = 5;

    public Landmarks {
        if (xy.size() != 2 * POINTS) {
            throw new IllegalArgumentException("landmarks: " + xy.size() + " numbers (expected: " + 2 * POINTS + ")");
        }
        xy = List.copyOf(xy);
    }

    public float x(int point) {
        return xy.get(2 * point);
    }

    public float y(int point) {
        return xy.get(2 * point + 1);
    }
}
