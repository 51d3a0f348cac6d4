package io.sightline.processors.detect;

import java.util.Optional;

/**
 * What a detector says may be there.
 *
 * @param x1 in pixels of the model's input, may reach over its edges; likewise the others
 * @param label number of the class
 * @param order its place in the model's output: decides between equal scores
 * @param landmarks in pixels of the model's input
 */
record Candidate(float x1, float y1, float x2, float y2, float score, int label, int order, Optional<Landmarks> landmarks) {
    Candidate(float x1, float y1, float x2, float y2, float score, int label, int order) {
        this(x1, y1, x2, y2, score, label, order, Optional.empty());
    }

    float area() {
        return Math.max(0, x2 - x1) * Math.max(0, y2 - y1);
    }

    /** Share of the common area in the area of both together. */
    float iou(Candidate other) {
        float width = Math.min(x2, other.x2) - Math.max(x1, other.x1);
        float height = Math.min(y2, other.y2) - Math.max(y1, other.y1);
        if (width <= 0 || height <= 0) {
            return 0;
        }
        float common = width * height;
        return common / (area() + other.area() - common);
    }
}
